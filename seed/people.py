"""The people of the exercise: identities that exist nowhere, each a recipe over the photographed adults.

Seven are the photographed heads themselves, the others mixtures. They were chosen from 1,600 random recipes: kept were
those that look like a person and that the default face pack keeps apart. Measured with it over all takes
(portraits.TAKES) on a plain ground: the same identity at least .79; of the 300 pairs of identities the nearest takes
reach .44 at most, .20 in the median, .43 (where a lead begins) in one pair. In the photos of the whole exercise, with
their light, blur and copies: the same identity at least .73, another .47 at most, .2 % of such pairs from .43 on. So a
few leads are wrong, as in a real week. tests/seed measures again. Labels only: nobody here has a name.
"""

from __future__ import annotations

from typing import Final

from seed.portraits import Recipe

IDENTITIES: Final[dict[str, Recipe]] = {
    "P-01": Recipe(
        "A", (("A", 0.75), ("F", 0.25)), "H", "G", "C", "A",
        (0.12, -0.39, -0.48, -0.34, -0.12, 0.22, -0.39, 0.3, -0.06, -0.26),
        hair=(150, 146, 140), clothes=(60, 104, 80), flipped=False,
    ),
    "P-02": Recipe("A", clothes=(150, 130, 70)),
    "P-03": Recipe(
        "A", (("F", 0.84), ("A", 0.16)), "F", "A", "D", "G",
        (0.47, 0.09, -0.06, 0.3, -0.39, 0.14, 0.46, -0.32, -0.05, -0.08),
        hair=(62, 44, 34), clothes=(60, 104, 80), flipped=False,
    ),
    "P-04": Recipe("B", clothes=(60, 110, 140)),
    "P-05": Recipe(
        "D", (("H", 0.75), ("D", 0.25)), "B", "B", "C", "G",
        (0.38, 0.23, 0.2, -0.6, -0.41, 0.42, 0.2, -0.41, 0.15, 0.03),
        hair=None, clothes=(52, 52, 58), flipped=True,
    ),
    "P-06": Recipe(
        "F", (("G", 0.58), ("F", 0.42)), "A", "A", "C", "F",
        (0.49, -0.27, 0.07, -0.44, -0.16, 0.3, -0.43, 0.17, 0.09, 0.41),
        hair=(40, 32, 30), clothes=(70, 80, 95), flipped=False,
    ),
    "P-07": Recipe(
        "A", (("F", 0.71), ("G", 0.29)), "B", "B", "F", "G",
        (-0.45, -0.3, 0.52, -0.54, -0.53, 0.52, 0.44, -0.14, -0.44, 0.09),
        hair=(40, 32, 30), clothes=(52, 52, 58), flipped=True,
    ),
    "P-08": Recipe("C", clothes=(52, 52, 58)),
    "P-09": Recipe(
        "F", (("G", 1.0),), "B", "B", "A", "A",
        (0.23, 0.28, -0.41, 0.22, 0.07, 0.15, -0.23, 0.35, 0.01, 0.06),
        hair=(150, 146, 140), clothes=(170, 165, 158), flipped=True,
    ),
    "P-10": Recipe(
        "F", (("A", 1.0),), "G", "D", "C", "A",
        (-0.2, 0.27, 0.01, 0.25, 0.58, -0.09, -0.43, 0.26, -0.48, -0.03),
        hair=(62, 44, 34), clothes=(170, 165, 158), flipped=False,
    ),
    "P-11": Recipe(
        "G", (("F", 1.0),), "H", "H", "D", "G",
        (0.3, -0.05, 0.16, 0.16, -0.32, 0.28, -0.26, -0.14, -0.49, 0.4),
        hair=(150, 146, 140), clothes=(60, 110, 140), flipped=False,
    ),
    "P-12": Recipe("D", clothes=(120, 140, 90)),
    "P-13": Recipe(
        "C", (("H", 0.88), ("C", 0.12)), "G", "G", "A", "D",
        (0.08, 0.05, -0.3, -0.52, -0.58, -0.01, 0.21, 0.27, 0.53, -0.18),
        hair=None, clothes=(52, 52, 58), flipped=True,
    ),
    "P-14": Recipe(
        "A", (("F", 0.92), ("G", 0.08)), "H", "H", "A", "F",
        (-0.55, 0.38, 0.46, 0.37, -0.49, -0.31, -0.26, -0.36, 0.42, -0.16),
        hair=(62, 44, 34), clothes=(70, 80, 95), flipped=True,
    ),
    "P-15": Recipe(
        "D", (("H", 1.0),), "E", "E", "H", "C",
        (0.47, -0.11, -0.48, 0.61, -0.07, -0.41, 0.38, 0.24, 0.04, 0.18),
        hair=None, clothes=(70, 80, 95), flipped=True,
    ),
    "P-16": Recipe("E", clothes=(140, 58, 58)),
    "P-17": Recipe(
        "F", (("A", 0.86), ("F", 0.14)), "H", "H", "A", "A",
        (0.17, -0.34, 0.46, -0.32, -0.26, 0.49, 0.19, -0.4, 0.03, -0.14),
        hair=(128, 84, 46), clothes=(170, 165, 158), flipped=False,
    ),
    "P-18": Recipe(
        "F", (("F", 0.57), ("G", 0.43)), "G", "G", "B", "A",
        (0.29, 0.32, 0.56, -0.31, 0.4, -0.13, -0.42, -0.18, -0.38, 0.19),
        hair=(112, 48, 28), clothes=(140, 58, 58), flipped=False,
    ),
    "P-19": Recipe(
        "G", (("F", 1.0),), "G", "H", "C", "B",
        (-0.19, 0.39, 0.04, -0.57, -0.13, 0.41, 0.01, -0.33, 0.07, -0.1),
        hair=(128, 84, 46), clothes=(60, 104, 80), flipped=True,
    ),
    "P-20": Recipe("F", clothes=(150, 130, 70)),
    "P-21": Recipe(
        "G", (("F", 0.9), ("A", 0.1)), "B", "B", "B", "B",
        (-0.53, -0.31, 0.19, 0.28, 0.46, 0.27, -0.14, 0.2, -0.38, 0.17),
        hair=(128, 84, 46), clothes=(96, 72, 120), flipped=False,
    ),
    "P-22": Recipe(
        "G", (("A", 0.99), ("G", 0.01)), "A", "A", "C", "A",
        (0.54, 0.32, 0.12, -0.1, 0.5, -0.1, -0.47, -0.23, 0.06, -0.03),
        hair=(128, 84, 46), clothes=(60, 110, 140), flipped=True,
    ),
    "P-23": Recipe(
        "B", (("F", 0.79), ("B", 0.21)), "H", "H", "H", "F",
        (0.5, 0.25, -0.07, -0.06, 0.42, -0.21, -0.22, 0.41, -0.12, -0.32),
        hair=None, clothes=(96, 72, 120), flipped=True,
    ),
    "P-24": Recipe("G", clothes=(60, 110, 140)),
    "P-25": Recipe(
        "G", (("F", 0.52), ("G", 0.48)), "G", "C", "B", "C",
        (0.48, 0.22, -0.44, 0.47, 0.65, -0.46, 0.14, 0.21, 0.16, 0.16),
        hair=(128, 84, 46), clothes=(120, 140, 90), flipped=True,
    ),
}  # fmt: skip

MALE_HEADS: Final = frozenset("CDE")
