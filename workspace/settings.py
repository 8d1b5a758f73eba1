"""The only reader of the environment.

Every setting has one name, `CONCORD_<NAME>`, and a default that suits one machine. Secrets come from files, never from
the environment itself. Unsafe combinations are refused here, before anything starts (ASVS 13.3.1, 13.4.2).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from workspace.errors import Invalid

ROOT = Path(__file__).resolve().parent.parent
PROFILES = ("operation", "exercise", "test")


@dataclass(frozen=True)
class Settings:
    """What a process of Concord needs to know; an empty URL means the embedded engine.

    `home` holds everything that is written: engines, media, keys, the face pack. `pack_dir` is an absolute directory
    with a verified manifest. Database URLs are SQLAlchemy URLs for three roles: `owner` (migrations), `app` (people,
    row-level security), `worker` (service users).
    `database_volume` is a folder on the disk of the database, where that is a disk of this host.
    """

    profile: str
    home: Path
    host: str
    port: int
    public_url: str
    database_url_owner: str
    database_url_app: str
    database_url_worker: str
    redis_url: str
    media_url: str
    key_file: Path
    pack_dir: Path
    database_volume: Path | None
    workers: int
    trusted_proxies: int
    log_level: str

    @property
    def is_loopback(self) -> bool:
        """Whether this process listens on loopback only; judged by our address, never by the caller's."""
        return self.host in ("localhost", "127.0.0.1", "::1")

    @property
    def installation_name(self) -> str:
        """The host under which people know this installation; the name of its key for heads of the record."""
        return (urlsplit(self.public_url).hostname if self.public_url else None) or "localhost"

    @property
    def demo_links_allowed(self) -> bool:
        """One-click sign-in links exist only in an exercise, only while we listen on loopback alone."""
        return self.profile == "exercise" and self.is_loopback and self.trusted_proxies == 0


def _get(name: str, default: str = "") -> str:
    return os.environ.get(f"CONCORD_{name}", default)


def _secret(name: str, faults: list[str]) -> str:
    """A URL may hold a password, so it can be given as a file: CONCORD_<NAME>_FILE wins over CONCORD_<NAME>."""
    path = _get(f"{name}_FILE")
    if not path:
        return _get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as fault:
        faults.append(f"CONCORD_{name}_FILE: {path} cannot be read ({fault.strerror})")
    except UnicodeDecodeError:
        faults.append(f"CONCORD_{name}_FILE: {path} is not text")
    return ""


def _number(name: str, default: int, least: int, most: int, faults: list[str]) -> int:
    value = _get(name, str(default))
    number = int(value) if value.strip().isdecimal() else -1
    if least <= number <= most:
        return number
    faults.append(f"CONCORD_{name} is {value!r}; use a whole number from {least} to {most}")
    return default


def read_settings() -> Settings:
    """Read all settings anew.

    Raises:
        Invalid: a value is unknown or unsafe; `faults` lists each with what to do.
    """
    home = Path(_get("HOME", str(ROOT / "var"))).absolute()
    faults: list[str] = []
    settings = Settings(
        profile=_get("PROFILE", "operation"),
        home=home,
        host=_get("HOST", "localhost"),
        port=_number("PORT", 8000, 1, 65535, faults),
        public_url=_get("PUBLIC_URL"),
        database_url_owner=_secret("DATABASE_URL_OWNER", faults),
        database_url_app=_secret("DATABASE_URL_APP", faults),
        database_url_worker=_secret("DATABASE_URL_WORKER", faults),
        redis_url=_secret("REDIS_URL", faults),
        media_url=_secret("MEDIA_URL", faults) or (home / "media").as_uri(),
        key_file=Path(_get("KEY_FILE", str(home / "keys" / "master.key"))),
        pack_dir=Path(_get("PACK_DIR", str(home / "packs" / "opencv_zoo_yunet_sface"))),
        database_volume=Path(volume) if (volume := _get("DATABASE_VOLUME")) else None,
        workers=_number("WORKERS", os.cpu_count() or 1, 1, 10_000, faults),
        trusted_proxies=_number("TRUSTED_PROXIES", 0, 0, 100, faults),
        log_level=_get("LOG_LEVEL", "INFO"),
    )
    faults += _faults(settings)
    if faults:
        raise Invalid("The settings cannot be used: " + "; ".join(faults), faults=faults)
    return settings


def _faults(settings: Settings) -> list[str]:
    faults = []
    if settings.profile not in PROFILES:
        faults.append(f"CONCORD_PROFILE is {settings.profile!r}; use one of {', '.join(PROFILES)}")
    if settings.profile == "operation" and not settings.is_loopback and not settings.public_url.startswith("https://"):
        faults.append("CONCORD_PUBLIC_URL must start with https:// when a real operation listens beyond this machine")
    urls = (settings.database_url_owner, settings.database_url_app, settings.database_url_worker)
    if any(urls) and not all(urls):
        faults.append("give all three of CONCORD_DATABASE_URL_OWNER, _APP and _WORKER, or none for the embedded engine")
    if not settings.pack_dir.is_absolute():
        faults.append("CONCORD_PACK_DIR must be an absolute directory: a name would be looked up in the network")
    return faults


def child_environment(values: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our own environment for a process that we start, with settings changed: `{"PORT": "8001"}` is CONCORD_PORT."""
    return dict(os.environ) | {f"CONCORD_{name}": value for name, value in (values or {}).items()}


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
"""For processes that compute: the numeric libraries and Typst would each start a thread per core, and one worker per
core is the plan."""


def driver_url(url: str) -> str:
    """A database URL of SQLAlchemy as the driver itself understands it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def adopt(values: Mapping[str, str]) -> None:
    """Change settings of this process and of those it starts, as if they had been given: for the command line alone."""
    os.environ.update({f"CONCORD_{name}": value for name, value in values.items()})
    settings.cache_clear()


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()


CODE = (
    "pyproject.toml",
    "requirements.lock",
    *(f"{part}/**/*.{end}" for part in ("workspace", "workers", "migrations") for end in ("py", "sql")),
)
"""What of the program a score can depend on: its own code, and the exact libraries."""


@cache
def code_version() -> str:
    """Which code this is: the version, and the start of a SHA-256 over what stands in its files, so that two copies say
    the same wherever they lie and whether they came by git or not."""
    digest = sha256()
    for path in sorted({each for pattern in CODE for each in ROOT.glob(pattern)}):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['version']}+{digest.hexdigest()[:12]}"
