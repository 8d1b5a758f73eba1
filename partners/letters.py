"""What liaisons, receiving officers and the operation lead write, in Spanish and English. Must not name a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Letters = Mapping[str, Sequence[str]]

BASIS: Mapping[str, Letters] = {
    "child_residence": {
        "en": (
            "A school badge and a bus ticket of this country stand in the first picture.",
            "The register names this country, and the sockets fit.",
            "A calendar on the wall and the shop sign speak for this country.",
        ),
        "es": (
            "En la primera imagen se ven una insignia escolar y un boleto de bus de este país.",
            "El registro nombra este país y los enchufes coinciden.",
            "El calendario de la pared y el letrero de la tienda apuntan a este país.",
        ),
    },
    "suspect_place": {
        "en": (
            "The device was seized at the suspect's home in this country.",
            "The owner of the device is registered in this country.",
        ),
        "es": (
            "El dispositivo se incautó en el domicilio del sospechoso, en este país.",
            "El dueño del dispositivo está registrado en este país.",
        ),
    },
    "offence_place": {
        "en": (
            "The pictures' own place lies in this country, and the room is known.",
            "Two files with the same room say a place in this country.",
        ),
        "es": (
            "La ubicación de las propias imágenes está en este país y la habitación es conocida.",
            "Dos archivos con la misma habitación indican un lugar de este país.",
        ),
    },
    "nationality": {
        "en": (
            "Our register holds an entry of a national of ours that fits.",
            "The consulate confirmed the nationality.",
        ),
        "es": (
            "Nuestro registro tiene una entrada que coincide, de una persona de nuestra nacionalidad.",
            "El consulado confirmó la nacionalidad.",
        ),
    },
}
CORROBORATION: Mapping[str, Letters] = {
    "place": {
        "en": ("The same blue door stands behind both people.",),
        "es": ("La misma puerta azul está detrás de ambas personas.",),
    },
    "camera": {
        "en": ("One camera took both pictures: its serial number stands in both files.",),
        "es": ("Una misma cámara tomó ambas imágenes: su número de serie está en ambos archivos.",),
    },
    "file_data": {
        "en": ("Dates and places of both files fit together.",),
        "es": ("Las fechas y los lugares de ambos archivos encajan.",),
    },
}
"""By type of corroboration (rules/corroboration.py)."""
MESSAGE: Mapping[str, Letters] = {
    "protection": {
        "en": (
            "Please look after the person first, and tell us when that is done.",
            "Please check the address before anybody calls there.",
        ),
        "es": (
            "Por favor, protejan primero a la persona y avísennos cuando esté hecho.",
            "Por favor, verifiquen la dirección antes de que alguien llame.",
        ),
    },
    "offender": {
        "en": (
            "Please identify who used the device. The child's side is with the protection agency.",
            "Act only once the protection agency has answered.",
        ),
        "es": (
            "Por favor, identifiquen a quien usó el dispositivo. La parte de la víctima la lleva la agencia de "
            "protección.",
            "Actúen solo cuando la agencia de protección haya respondido.",
        ),
    },
    "evidence": {
        "en": ("For your file: both sides with their hashes. The original stays with its custodian.",),
        "es": ("Para su expediente: ambos lados con sus hashes. El original queda con su custodio.",),
    },
}
NOT_OURS: Letters = {
    "en": (
        "Not ours: the address leads to another country. Please send it there.",
        "We checked: the person does not live here. Returned for the competent authority.",
    ),
    "es": (
        "No nos corresponde: la dirección lleva a otro país. Por favor, envíenlo allí.",
        "Lo verificamos: la persona no vive aquí. Se devuelve para la autoridad competente.",
    ),
}
NOT_OUR_OFFICE: Letters = {
    "en": ("Another authority of our country is competent for this. Please send it there.",),
    "es": ("Otra autoridad de nuestro país es competente. Por favor, envíenlo allí.",),
}
ON_TO: Letters = {
    "en": (
        "The authority that sent it back named yours. We ask you to take it on.",
        "Sent on after an answer: this is where the trail leads.",
    ),
    "es": (
        "La autoridad que lo devolvió nombró a la de ustedes. Les pedimos que lo tomen.",
        "Se reenvía tras la respuesta: aquí lleva la pista.",
    ),
}
ACCEPTED: Letters = {
    "en": ("Taken on under the reference below.", "We have opened a file."),
    "es": ("Aceptado con la referencia indicada.", "Abrimos un expediente."),
}
TAKEN_BACK: Letters = {
    "en": (
        "Stated of another case by mistake: two files were open. Taken back.",
        "The reference belongs to another case. Taken back.",
    ),
    "es": (
        "Se declaró por error sobre otro caso: había dos expedientes abiertos. Se retira.",
        "La referencia es de otro caso. Se retira.",
    ),
}
ARBITRATED: Letters = {
    "en": (
        "Two countries have stated grounds. The child's residence comes first for protection; the other "
        "country is kept informed.",
        "I have spoken with both countries: protection goes where the child lives, what concerns nationality "
        "follows later.",
    ),
    "es": (
        "Dos países declararon competencia. Para la protección prima la residencia; se mantiene informado al "
        "otro país.",
        "Hablé con ambos países: la protección va a donde vive la persona; lo de la nacionalidad sigue después.",
    ),
}
ENTRY_WITHDRAWN: Letters = {
    "en": ("The family asked for it.", "The order behind this entry was lifted."),
    "es": ("La familia lo pidió.", "Se levantó la orden de esta ficha."),
}
WINDOW_MOVED: Letters = {
    "en": ("The rooms are needed earlier.", "Most teams travel home today."),
    "es": ("Las salas se necesitan antes.", "La mayoría de los equipos viaja hoy."),
}
JOINS: Letters = {
    "en": ("They have two victims in this material.", "They ask to work with us for the rest of the week."),
    "es": ("Tienen dos víctimas en este material.", "Piden trabajar con nosotros el resto de la semana."),
}
REOPENED: Letters = {
    "en": ("The better copy has come. Open again.", "The device is read now. Please go on."),
    "es": ("Llegó la copia mejor. Se reabre.", "El dispositivo ya se leyó. Por favor, continúen."),
}
