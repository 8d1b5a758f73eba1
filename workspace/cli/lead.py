"""`lead check`: compute the scores of leads anew, and say by which recogniser, code and state of the material each was
found.

It acts as the installation's own service user, stores nothing, and prints no score: it is withheld from examiners.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from workers.tools import WorkerTools, open_tools
from workspace.cli.run import DATABASE, running_engines
from workspace.errors import NotFound, WorkspaceError
from workspace.host.setup import set_up
from workspace.host.terminal import show
from workspace.queries.lead_opinions import ScoreAgain
from workspace.queries.operations import operations
from workspace.queries.score_checks import ScoreCheck, score_checks
from workspace.settings import code_version, settings

if TYPE_CHECKING:
    from workspace.cli.setup import Commands

WHY_NOT: Final = {
    "side_closed": "a side is gone",
    "face_gone": "a face was taken away or withdrawn",
    "not_compared": "a country does not let its faces be compared",
    "other_recogniser": "a face was read, or would be read now, by another recogniser",
}
ENCODED = 0.02
"""How far scores may lie apart where a face of a video is embedded out of its kept crop: its frame was not kept."""


def register(commands: Commands) -> None:
    """Add this group's command."""
    lead = commands.add_parser("lead", help="compute the scores of leads anew")
    actions = lead.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="say of each lead's score whether it comes out the same today")
    check.add_argument("--operation", type=int, metavar="ID", help="one operation alone")
    check.add_argument("--number", type=int, metavar="N", help="one lead alone: 12 for L-0012")
    check.add_argument(
        "--from-originals", action="store_true", help="decode the originals and embed the faces anew; slower"
    )
    check.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    """Compute anew, and print each lead; 1 if a score comes out as another one."""
    set_up()
    show(f"This program is {code_version()}.")
    with running_engines(DATABASE):
        tools = open_tools(settings())
        try:
            results = [
                told
                for operation in _asked(tools, arguments.operation)
                for told in check_operation(tools, operation, arguments.number, from_originals=arguments.from_originals)
            ]
        finally:
            tools.close()
    if not results:
        raise NotFound("There is no lead with a score there.")
    same = results.count("same")
    show(
        f"{len(results)} leads: {same} the same, {results.count('other')} another, {results.count('none')} not computed"
    )
    return 1 if "other" in results else 0


def check_operation(
    tools: WorkerTools, operation_id: int, number: int | None = None, *, from_originals: bool = False
) -> list[str]:
    """Print what is found of an operation's leads, a line each; answers `same`, `other` or `none` for each."""
    with tools.db.read(tools.service_id) as view:
        checks = score_checks(view.session, operation_id, number)
    results: list[str] = []
    for each in checks:
        found, note = _from_originals(tools, each) if from_originals else (each.stored, "")
        result, words = _worded(found, allowed=ENCODED if note else 0.0)
        show(f"operation {operation_id} lead {each.number}: {words}{note} ({_provenance(each)})")
        results.append(result)
    return results


def _asked(tools: WorkerTools, operation_id: int | None) -> list[int]:
    with tools.db.read(tools.service_id) as view:
        known = [row.id for row in operations(view.session)]
    if operation_id is not None and operation_id not in known:
        raise NotFound("There is no such operation.")
    return known if operation_id is None else [operation_id]


def _from_originals(tools: WorkerTools, lead: ScoreCheck) -> tuple[ScoreAgain, str]:
    """What the pictures give, with a note where a face had to be embedded out of its crop."""
    from workers.vectors import vector_again

    if lead.stored.why_not is not None:
        return lead.stored, ""
    if tools.engine.pack.recogniser_sha256 != lead.model_digest:
        return ScoreAgain(None, "other_recogniser"), ""
    try:
        (one, of_crop), (other, of_other_crop) = (vector_again(tools, face) for face in lead.faces)
    except WorkspaceError as refusal:
        return lead.stored, f" from the stored faces; the original cannot be read: {refusal}"
    if one is None or other is None:
        return ScoreAgain(None, "face_gone"), ""
    note = ", a face of a video out of its crop" if of_crop or of_other_crop else ""
    return lead.against(sum(a * b for a, b in zip(one, other, strict=True))), note


def _worded(found: ScoreAgain, *, allowed: float) -> tuple[str, str]:
    if found.why_not is not None:
        return "none", f"not computed: {WHY_NOT[found.why_not]}"
    difference = found.difference or 0.0
    if difference == 0:
        return "same", "the same score"
    return ("same" if abs(difference) <= allowed else "other"), f"another score, by {difference:+.4f}"


def _provenance(lead: ScoreCheck) -> str:
    code = lead.code_version or "unknown code"
    to = "an unknown event" if lead.compared_to is None else f"event {lead.compared_to}"
    return f"found by {lead.pack_id}, recogniser {lead.model_digest[:12]}, code {code}, compared up to {to}"
