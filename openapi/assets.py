"""The files behind the docs pages, read from the installed package.

Owns the table of what may be served: nothing else of the package can be reached by a name. A name is a
path as CDNs for npm packages have it, ``swagger-ui-dist@5.35.0/swagger-ui.css``: it says which content it
means, so that caches may keep it forever.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final

__all__ = [
    "LOCK_FILE",
    "Asset",
    "AssetPackage",
    "asset",
    "asset_names",
    "asset_packages",
    "digest_of",
    "start_script",
]

LOCK_FILE: Final = PurePosixPath("lock.json")

_START: Final = PurePosixPath("start")
_START_SCRIPTS: Final = ("redoc.js", "scalar.js", "swagger-ui.js")
"""Our own scripts, which start what the packages bring."""

_MEDIA_TYPES: Final = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",  # RFC 9239 §6
        ".png": "image/png",
    }
)


@dataclass(frozen=True, slots=True)
class AssetPackage:
    """A published npm package and what is taken from it; an entry of the lock file.

    Attributes:
        name: As npm knows it.
        version: The exact one.
        integrity: Digest of the tarball, as the registry publishes it (Subresource Integrity syntax).
        licence: SPDX expression.
        folder: Where its files stand, below ``assets``.
        served: Path in the package → digest, of the files that are served.
        kept: The same for the texts of licences.
    """

    name: str
    version: str
    integrity: str
    licence: str
    folder: str
    served: Mapping[str, str]
    kept: Mapping[str, str]

    def asset_name(self, path: str) -> str:
        """Return the name of the served file at *path* in the package."""
        return f"{self.name}@{self.version}/{path}"

    def stored_at(self, path: str) -> PurePosixPath:
        """Return where the file at *path* in the package stands below ``assets``.

        What is served is stored as it is sent, compressed, unless it is compressed by itself.
        """
        place = PurePosixPath(self.folder, PurePosixPath(path).name)
        is_compressed = path in self.served and place.suffix != ".png"
        return place.with_name(f"{place.name}.gz") if is_compressed else place


@dataclass(frozen=True)
class Asset:
    """A file to serve.

    Attributes:
        stored: Its bytes, by gzip if the file is ``is_compressed``.
        is_compressed: Send it with ``Content-Encoding: gzip``.
        media_type: Value of ``Content-Type``.
        integrity: Digest of the content, for other hosts that serve the same (Subresource Integrity syntax).
    """

    stored: bytes
    is_compressed: bool
    media_type: str
    integrity: str

    @cached_property
    def content(self) -> bytes:
        """Return its bytes, for clients that do not read gzip."""
        return gzip.decompress(self.stored) if self.is_compressed else self.stored

    def etag(self, *, is_compressed: bool = False) -> str:
        """Return the strong entity tag with its quotes; encodings differ in theirs (RFC 9110 §8.8.3.3)."""
        digest = base64.b64decode(self.integrity.partition("-")[2])[:16].hex()
        return f'"{digest}-gzip"' if is_compressed else f'"{digest}"'


@cache
def asset_packages() -> Mapping[str, AssetPackage]:
    """Return the packages of the lock file by name."""
    entries: dict[str, dict[str, Any]] = json.loads(_read(LOCK_FILE))
    return {name: AssetPackage(name=name, **entry) for name, entry in entries.items()}


def digest_of(content: bytes) -> str:
    """Return the digest of *content* (Subresource Integrity syntax)."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


@cache
def asset_names() -> frozenset[str]:
    """Return the name of every asset."""
    return frozenset(_places())


@cache
def asset(name: str) -> Asset:
    """Return the asset *name*; read once per process.

    Raises:
        KeyError: *name* is not one of :func:`asset_names`.
    """
    place = _places()[name]
    path = PurePosixPath(name)
    return Asset(_read(place.file), place.file.suffix == ".gz", _MEDIA_TYPES[path.suffix], place.integrity)


@cache
def start_script(name: str) -> str:
    """Return the asset name of our script *name*: it changes when the script does."""
    digest = hashlib.sha512(_read(_START / name)).hexdigest()
    return f"start@{digest[:12]}/{name}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an asset stands below ``assets``, and its digest."""

    file: PurePosixPath
    integrity: str


@cache
def _places() -> Mapping[str, _Place]:
    packages = asset_packages().values()
    vendored = {
        package.asset_name(path): _Place(package.stored_at(path), integrity)
        for package in packages
        for path, integrity in package.served.items()
    }
    own = {
        start_script(name): _Place(_START / name, digest_of(_read(_START / name))) for name in _START_SCRIPTS
    }
    return vendored | own


def _read(file: PurePosixPath) -> bytes:
    return files("bolide.openapi").joinpath("assets", *file.parts).read_bytes()
