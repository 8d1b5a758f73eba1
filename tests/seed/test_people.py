from pathlib import Path

import numpy as np
import pytest

from seed.people import IDENTITIES
from seed.pictures import Figure, Look, Still, as_array, bust, draw
from workspace.analysis.faces import FaceEngine
from workspace.analysis.pack import build_default_pack

LEAD = 0.43  # MODELS: from this cosine on, the default pack makes a lead


@pytest.fixture(scope="module")
def embeddings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[np.ndarray]]:
    """A plain picture of everybody, and of every third another take, turned, smaller and in other light."""
    engine = FaceEngine(build_default_pack(Path(tmp_path_factory.mktemp("pack")) / "pack"))
    stills = {
        person: (
            Still(3, (0.0, 0.0, 0.2), (Figure(person, 0, 0.5, 0.9),), size=(320, 320)),
            Still(5, (0.0, 0.0, 0.5), (Figure(person, 2, 0.5, 0.7),), Look(0.8, 0.9, turn=6.0), size=(400, 320)),
        )[: 2 if place % 3 == 0 else 1]
        for place, person in enumerate(IDENTITIES)
    }
    found = {person: [engine.find(as_array(draw(still))) for still in several] for person, several in stills.items()}
    assert all(len(faces) == 1 for several in found.values() for faces in several)
    return {person: [faces[0].embedding for faces in several] for person, several in found.items()}


def test_two_pictures_of_one_person_are_a_strong_match(embeddings: dict[str, list[np.ndarray]]) -> None:
    assert min(float(pair[0] @ pair[1]) for pair in embeddings.values() if len(pair) == 2) > 0.6


def test_the_recogniser_keeps_two_people_apart(embeddings: dict[str, list[np.ndarray]]) -> None:
    plain = np.array([pictures[0] for pictures in embeddings.values()])
    likeness = (plain @ plain.T)[np.triu_indices(len(plain), 1)]

    assert (likeness >= LEAD).mean() < 0.01
    assert np.median(likeness) < 0.25


def test_a_person_is_cut_out_of_the_photograph() -> None:
    drawn = bust("P-01", 0)

    assert drawn.dtype == np.uint8
    assert drawn.shape[2] == 4
    assert drawn[:10, :, 3].max() == 0
    assert drawn[250, 195, 3] == 255
