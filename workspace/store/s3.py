"""An S3-compatible store by the options of its URL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from obstore import exceptions as store_errors
from obstore.store import S3Store

from workspace.errors import Invalid

if TYPE_CHECKING:
    from obstore.store import S3Config

_S3_PATIENCE = timedelta(
    seconds=10
)  # then it is said that the store does not answer; the job's row waits, not its worker


def s3_store(bucket: str, prefix: str, options: dict[str, str]) -> S3Store:
    """Open a store. options: of obstore's `S3Store`, and `allow_http`.

    Raises:
        Invalid: the store does not know one of them.
    """
    plain_http = options.pop("allow_http", "false") == "true"  # an endpoint on a closed network; TLS elsewhere
    try:
        return S3Store(
            bucket,
            prefix=prefix or None,
            config=cast("S3Config", options),  # text from a URL: obstore itself refuses what it does not know
            client_options={"allow_http": plain_http, "timeout": "60s", "connect_timeout": "5s"},
            retry_config={"max_retries": 4, "retry_timeout": _S3_PATIENCE},
        )
    except store_errors.BaseError as cause:
        raise Invalid("The media URL has an option that the store does not know.", faults=sorted(options)) from cause
