"""Fetch the published Swagger UI and put the files that the docs page needs into ``assets/swagger_ui``.

Run by a developer, never by an application: ``python -m bolide.openapi._vendor_assets``. Needs npm. A new
version means a new :data:`VERSION` and a new :data:`INTEGRITY` (``npm view swagger-ui-dist@… dist``).
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Final

__all__ = ["FILES", "INTEGRITY", "VERSION", "main"]

VERSION: Final = "5.35.0"

INTEGRITY: Final = (
    "sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ=="
)
"""The tarball's digest as the npm registry publishes it (Subresource Integrity syntax)."""

FILES: Final = (
    "LICENSE",
    "NOTICE",
    "favicon-32x32.png",
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
)

_FOLDER: Final = Path(__file__).parent / "assets" / "swagger_ui"


def main() -> None:
    """Download, verify and unpack.

    Raises:
        SystemExit: the downloaded tarball is not the recorded one.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"swagger-ui-dist@{VERSION}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (tarball,) = Path(folder).glob("*.tgz")
        found = _integrity(tarball.read_bytes())
        if found != INTEGRITY:
            raise SystemExit(f"swagger-ui-dist {VERSION}: expected {INTEGRITY}, downloaded {found}")
        _unpack(tarball)


def _integrity(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def _unpack(tarball: Path) -> None:
    """Write :data:`FILES` and a ``VERSION`` note with the digest of each."""
    note = [f"swagger-ui-dist {VERSION}", INTEGRITY]
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as archive:
        for name in FILES:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"swagger-ui-dist {VERSION}: {name} is not a file")
            content = member.read()
            (_FOLDER / name).write_bytes(content)
            note.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
    (_FOLDER / "VERSION").write_text("\n".join(note) + "\n")


if __name__ == "__main__":
    main()
