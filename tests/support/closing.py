"""An exhibit of so many files that it is closed part by part."""

from __future__ import annotations

from uuid import UUID

from tests.support.operation import TestOperation
from workspace.commands.closing import AT_ONCE


def many_files(operation: TestOperation, exhibit: UUID, count: int = AT_ONCE + 1) -> None:
    """Let so many files that nothing can read have come with it."""
    operation.change(
        "insert into received_file (operation_id, compartment_id, exhibit_id, path, size_bytes, refusal) "
        "select operation_id, compartment_id, id, 'folder/' || gen_random_uuid(), 1, 'kind_not_supported' "
        "from exhibit, generate_series(1, :count) where id = :exhibit",
        exhibit=exhibit,
        count=count,
    )
