"""Compare the files below ``assets`` with the published npm packages, or take them from there.

Run by a developer, never by an application: ``make docs-assets``. Needs npm. A new version is a new
``version`` and ``integrity`` in the lock file (``npm view swagger-ui-dist@… dist.integrity``), then
``make docs-assets ARGS=--write``.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from bolide.openapi.assets import LOCK_FILE, AssetPackage, asset_packages, digest_of

__all__ = ["differences", "main", "write_files"]

_FOLDER: Final = Path(__file__).parent / "assets"


def main(arguments: Sequence[str]) -> None:
    """Download and verify the packages of the lock file, then compare; with ``--write``, take the files.

    Raises:
        SystemExit: a tarball is not the locked one, or a file is not the published one.
    """
    if arguments not in ([], ["--write"]):
        raise SystemExit("usage: python -m bolide.openapi._vendor_assets [--write]")
    published = [(package, _download(package)) for package in asset_packages().values()]
    if not arguments:
        found = [line for package, contents in published for line in differences(package, contents)]
        raise SystemExit("\n".join(found) or None)
    locked = [write_files(package, contents) for package, contents in published]
    _write_lock(locked)


def differences(
    package: AssetPackage, contents: Mapping[str, bytes], folder: Path = _FOLDER
) -> Iterator[str]:
    """Yield what stands in *folder*, or in the lock file, and is not as published.

    Args:
        package: Entry of the lock file.
        contents: Path in the package → published content.
        folder: Where the folder of the package is.
    """
    for path, digest in {**package.served, **package.kept}.items():
        file = folder / package.stored_at(path)
        if digest_of(contents[path]) != digest:
            yield f"{package.asset_name(path)}: the digest in {LOCK_FILE} is of another file"
        if not file.exists() or _read(file) != contents[path]:
            yield f"{file}: not as published in {package.name} {package.version}"


def write_files(package: AssetPackage, contents: Mapping[str, bytes], folder: Path = _FOLDER) -> AssetPackage:
    """Write what is not as published into *folder*; return the entry for the lock file."""
    for path, content in contents.items():
        file = folder / package.stored_at(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        # What zlib makes of the same content differs from version to version: leave it if it is that.
        if not file.exists() or _read(file) != content:
            file.write_bytes(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)
    served, kept = (
        {path: digest_of(contents[path]) for path in part} for part in (package.served, package.kept)
    )
    return replace(package, served=served, kept=kept)


def _read(file: Path) -> bytes:
    content = file.read_bytes()
    return gzip.decompress(content) if file.suffix == ".gz" else content


def _download(package: AssetPackage) -> dict[str, bytes]:
    """Return path → content of what is taken from the tarball, whose digest is the locked one."""
    name = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (tarball,) = Path(folder).glob("*.tgz")
        found = digest_of(tarball.read_bytes())
        if found != package.integrity:
            raise SystemExit(f"{name}: expected {package.integrity}, downloaded {found}")
        with tarfile.open(tarball) as archive:
            return {path: _content(archive, path) for path in (*package.served, *package.kept)}


def _content(archive: tarfile.TarFile, path: str) -> bytes:
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise SystemExit(f"{archive.name!r}: {path} is not a file")
    return member.read()


def _write_lock(packages: Sequence[AssetPackage]) -> None:
    entries: dict[str, Any] = {package.name: asdict(package) for package in packages}
    for entry in entries.values():
        del entry["name"]
    (_FOLDER / LOCK_FILE).write_text(json.dumps(entries, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
