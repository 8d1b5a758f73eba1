"""What partners write: reasons, remarks and notes in Spanish and English, varied by the seat's own random numbers.

Each text says only what a partner has looked at. Must not name a person, nor say that anything is true: an examiner
finds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from partners.errors import Finding

FEATURES_SAID = {
    "en": {
        "face_shape": "the shape of the face",
        "hairline": "the hairline",
        "forehead": "the forehead",
        "brows_eyes": "brows and eyes",
        "nose": "the nose",
        "mouth_chin": "mouth and chin",
        "ears": "the ears",
        "marks_scars": "a mark on the skin",
        "skin_lines": "the lines of the skin",
    },
    "es": {
        "face_shape": "la forma de la cara",
        "hairline": "la línea del cabello",
        "forehead": "la frente",
        "brows_eyes": "las cejas y los ojos",
        "nose": "la nariz",
        "mouth_chin": "la boca y el mentón",
        "ears": "las orejas",
        "marks_scars": "una marca en la piel",
        "skin_lines": "las líneas de la piel",
    },
}

OF_FACES: dict[str, dict[Finding, Sequence[str]]] = {
    "en": {
        "same": (
            "In both pictures these agree in shape and place: {these}. I see nothing that speaks against the "
            "same person.",
            "The same findings on both sides: {these}. Light and angle explain what differs.",
            "I compared {these}: no difference that light, angle or age would not explain.",
            "Agreement in {these}. The pictures are good enough to say so.",
        ),
        "different": (
            "These differ in a way that neither light nor age explains: {these}.",
            "Not the same person for me: {these} differ clearly.",
            "Alike at first sight, but {these} have another shape on the second side.",
            "I compared {these}. The differences are stable in both pictures.",
        ),
        "unclear": (
            "Too little is to be seen. I could judge {these} only in part.",
            "One picture is too dark and small: {these} cannot be compared.",
            "The angle hides what would decide. What I see of {these} speaks neither way.",
        ),
    },
    "es": {
        "same": (
            "Coinciden en forma y posición: {these}. No veo nada en contra de que sea la misma persona.",
            "Los mismos hallazgos en ambos lados: {these}. La luz y el ángulo explican lo que difiere.",
            "Comparé {these}: ninguna diferencia que no expliquen la luz, el ángulo o la edad.",
            "Concordancia en {these}. La calidad de las imágenes alcanza para decirlo.",
        ),
        "different": (
            "Difieren de una manera que ni la luz ni la edad explican: {these}.",
            "Para mí no es la misma persona: difieren con claridad {these}.",
            "Se parecen a primera vista, pero tienen otra forma en el segundo lado: {these}.",
            "Comparé {these}. Las diferencias se mantienen en ambas imágenes.",
        ),
        "unclear": (
            "Se ve demasiado poco. Solo pude valorar en parte: {these}.",
            "Una imagen es demasiado oscura y pequeña: no se pueden comparar {these}.",
            "El ángulo oculta lo que decidiría. Lo que veo no habla ni a favor ni en contra: {these}.",
        ),
    },
}

OF_FILES: dict[str, dict[Finding, Sequence[str]]] = {
    "en": {
        "same": (
            "I opened both files: they show the same scene, and the details of the files agree.",
            "The two files belong together. I looked at both, and at where each lay on its device.",
        ),
        "different": (
            "I opened both: the scenes differ. What they share says nothing of the people in them.",
            "They only look alike. Rooms and things in them are others.",
        ),
        "unclear": (
            "I opened both and cannot say whether they belong together.",
            "One of the two is damaged. I cannot decide it.",
        ),
    },
    "es": {
        "same": (
            "Abrí ambos archivos: muestran la misma escena y concuerdan los datos de los archivos.",
            "Los dos archivos van juntos. Miré ambos y dónde estaba cada uno en su dispositivo.",
        ),
        "different": (
            "Abrí ambos: las escenas son distintas. Lo que comparten no dice nada de las personas.",
            "Solo se parecen. La habitación y los objetos son otros.",
        ),
        "unclear": ("Abrí ambos y no puedo decir si van juntos.", "Uno de los dos está dañado. No puedo decidirlo."),
    },
}

REMARKS = {
    "en": (
        "Who has a better picture of the left side? This one is from the side only.",
        "The background is the one of another file on the same device. I shall look for it.",
        "Please take the second opinion from another country soon: the entry is recent.",
        "I asked our custodian whether the device's clock was right. It was one hour ahead.",
        "Compare the ears first. They are free on both sides.",
    ),
    "es": (
        "¿Alguien tiene una imagen mejor del lado izquierdo? Esta es solo de perfil.",
        "El fondo es el de otro archivo del mismo dispositivo. Lo voy a buscar.",
        "Por favor, que otro país dé pronto la segunda opinión: el registro es reciente.",
        "Pregunté a nuestro custodio si el reloj del dispositivo estaba bien. Adelantaba una hora.",
        "Comparen primero las orejas. Se ven bien en ambos lados.",
    ),
}
MARKS = {
    "en": (
        "A small mark here.",
        "Compare this line with the other side.",
        "This is shadow, not a scar.",
        "The shape seen here decided it for me.",
    ),
    "es": (
        "Una marca pequeña aquí.",
        "Comparen esta línea con el otro lado.",
        "Esto es sombra, no una cicatriz.",
        "La forma que se ve aquí me decidió.",
    ),
}
PARK = {
    "en": (
        "Waits for a better copy that our custodian is making.",
        "Set aside until the whole device has been read.",
        "The picture is cut. I asked for the original and take it up again with it.",
    ),
    "es": (
        "Espera una copia mejor que prepara nuestro custodio.",
        "Se aparta hasta que se haya leído todo el dispositivo.",
        "La imagen está cortada. Pedí el original y la retomo con él.",
    ),
}
ASK = {
    "en": (
        "The open side shows a person whom we look for. To compare we need to see the other side.",
        "Our examiner has claimed related leads. Please open this side for two days.",
    ),
    "es": (
        "El lado abierto muestra a una persona que buscamos. Para comparar necesitamos ver el otro lado.",
        "Nuestro perito tiene casos relacionados. Por favor, abran este lado por dos días.",
    ),
}
OBJECT = {
    "en": (
        "Two opinions of two countries are what makes a verdict of ours.",
        "We cannot answer for this before our own courts. Please leave the rule as it is.",
    ),
    "es": (
        "Dos dictámenes de dos países son lo que sostiene un veredicto nuestro.",
        "No podríamos defenderlo ante nuestros tribunales. Dejen la regla como está.",
    ),
}
SAME_SERIES = {
    "en": (
        "I compared both in a lead and found the same child. Then the pictures are of one series.",
        "The same child as in this series, by my opinion on their lead. Please place it there.",
        "Both show one child. In one series we look at rooms and things together.",
    ),
    "es": (
        "Comparé ambas en un caso y hallé que es la misma niña o niño. Entonces las imágenes son de una serie.",
        "La misma persona que en esta serie, según mi dictamen en el caso. Por favor, colóquenla ahí.",
        "Ambas muestran a una sola persona. En una serie miramos juntos cuartos y objetos.",
    ),
}
ANOTHER_SERIES = {
    "en": (
        "Another room, and two years between them. We keep it apart until the second opinion.",
        "We work on this person in a series of our own. Please comment there.",
    ),
    "es": (
        "Otro cuarto, y dos años entre una y otra. Lo mantenemos aparte hasta el segundo dictamen.",
        "Trabajamos a esta persona en una serie nuestra. Por favor, comenten ahí.",
    ),
}

TAKE_OVER = {
    "en": (
        "Nothing has happened here for a while, and the holder is on another device.",
        "The shift is over. I free the lead for whoever comes next.",
    ),
    "es": (
        "Hace rato que no pasa nada aquí y quien lo tiene está en otro dispositivo.",
        "Terminó el turno. Libero el caso para quien siga.",
    ),
}


SPEAK_SPANISH = frozenset(
    [
        "AR",
        "BO",
        "CL",
        "CO",
        "CR",
        "CU",
        "DO",
        "EC",
        "ES",
        "GQ",
        "GT",
        "HN",
        "MX",
        "NI",
        "PA",
        "PE",
        "PY",
        "SV",
        "UY",
        "VE",
    ]
)


def language_of(country: str, role: str) -> str:
    """The language in which a partner writes: Spanish in the countries that speak it, but analysts write for all
    countries, in English."""
    return "es" if country in SPEAK_SPANISH and role != "analyst" else "en"


def reason(random: Random, language: str, finding: Finding, *, decisive: Sequence[str], is_of_faces: bool) -> str:
    """Why an examiner finds so. decisive: the features that decided, by their codes."""
    said = FEATURES_SAID[language]
    if not is_of_faces:
        return random.choice(OF_FILES[language][finding])
    return random.choice(OF_FACES[language][finding]).format(these=_listed([said[name] for name in decisive], language))


def one_of(random: Random, language: str, texts: Mapping[str, Sequence[str]]) -> str:
    """One of these texts in this language."""
    return random.choice(texts[language])


def _listed(parts: Sequence[str], language: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    last = parts[-1]
    joint = "y" if language == "es" else "and"
    return f"{', '.join(parts[:-1])} {joint} {last}"
