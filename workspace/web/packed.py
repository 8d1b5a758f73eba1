"""A form's files, as they were sent with it or as they came in parts before: a register with its photos, a list of
known material, a case file. Sealed, they wait for a worker. Must not decide who may bring what:
`commands/half_uploads.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Literal
from uuid import UUID

from flask_openapi3 import FileStorage
from pydantic import Field

from workspace.commands import half_uploads
from workspace.commands.half_uploads import UploadStanding
from workspace.errors import Fault, Invalid
from workspace.exchange.register import MAX_FILE_BYTES
from workspace.intake.pieces import content_of
from workspace.intake.uploads import Part, sealed_packed, sealed_upload
from workspace.model.database import Tx
from workspace.queries.half_uploads import own_pieces
from workspace.rules.half_uploads import PackedWhat
from workspace.store.keys import OperationKey
from workspace.web.bodies import Form
from workspace.web.context import media_store, reading, writing


class PackedForm(Form):
    """A form with a file, or with the name of one that came in parts."""

    file: FileStorage | None = None
    upload: Literal[""] | UUID = Field(
        default="", description="In place of the file: what came in parts, once it is whole."
    )


@contextmanager
def stored(
    form: PackedForm, operation_id: int, what: PackedWhat, key: OperationKey, further: Sequence[Part] = ()
) -> Iterator[tuple[Tx, str, UploadStanding | None]]:
    """The write in which what the form brings is made an import, where its files lie sealed, and what of them came in
    parts before. further: those of the form beside the file.

    Raises:
        As `_came_whole` and `_sealed`.
    """
    came = _came_whole(form, operation_id, what)
    with _sealed(form, came, key, further) as address, writing() as tx:
        if came is not None:
            half_uploads.use_packed(tx, came)
        yield tx, address, came


def _came_whole(form: PackedForm, operation_id: int, what: PackedWhat) -> UploadStanding | None:
    """What came in parts and is whole; None where the form brings its file itself.

    Raises:
        NotFound, Forbidden, Closed, Conflict: as `require_packed`.
    """
    if not form.upload:
        return None
    with writing(is_check=True) as tx:
        came = half_uploads.whole_packed(tx, form.upload, operation_id, what)
    if came is None:
        with writing() as tx:  # sent before under the same key, it is answered again; else it is refused
            half_uploads.require_packed(tx, form.upload, operation_id, what)
    return came


def _sealed(
    form: PackedForm, came: UploadStanding | None, key: OperationKey, further: Sequence[Part]
) -> AbstractContextManager[str]:
    """The files, sealed, from the form or from what came in parts.

    Raises:
        Invalid: the file is missing, or what came is not packed as it must be. Unavailable: as `sealed_upload`.
    """
    if came is None:
        if form.file is None:
            raise Invalid("The request cannot be understood.", faults=[Fault("file", "needed")])
        return sealed_upload([Part("", form.file.stream), *further], store=media_store(), key=key)
    with reading() as view:
        addresses = own_pieces(view.session, came.id)
    content = content_of(addresses, store=media_store(), key=key)
    most_bytes = MAX_FILE_BYTES if came.packed == "register" else None
    is_alone = came.packed != "register"
    return sealed_packed(
        content, came.size_bytes, most_bytes=most_bytes, is_alone=is_alone, store=media_store(), key=key
    )
