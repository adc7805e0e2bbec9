"""One virtual environment per add-on: made with pip, kept while what it must hold is unchanged.

An application in ``apps/`` states its add-on and whatever else it needs as inline script metadata
(packaging.python.org, "Inline script metadata"), so that a script and its requirements are one file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = [
    "APPLICATIONS",
    "AddonApplication",
    "IndexUnreachable",
    "build_wheel",
    "finish",
    "install",
    "read_application",
    "run",
]

APPLICATIONS: Final = Path(__file__).parent / "apps"

_METADATA: Final = re.compile(r"^# /// script\n((?:# .*\n|#\n)+?)# ///$", re.MULTILINE)
_UNREACHABLE: Final = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Max retries exceeded"
    r"|Temporary failure in name resolution|Network is unreachable|Connection refused"
)
_INSTALL_SECONDS: Final = 900
_RUN_SECONDS: Final = 120


class IndexUnreachable(Exception):
    """pip could not reach the package index; the text is the last line that it said."""


@dataclass(frozen=True)
class AddonApplication:
    """A script that uses one add-on, and what has to be installed for it."""

    name: str
    script: Path
    requirements: tuple[str, ...]
    """Each with ``==``; the first one is the add-on itself."""

    @property
    def addon(self) -> tuple[str, str]:
        """Name and version of the distribution."""
        name, _, version = self.requirements[0].partition("==")
        return name.partition("[")[0], version


def read_application(script: Path) -> AddonApplication:
    """Read the metadata of *script*."""
    found = _METADATA.search(script.read_text())
    assert found, f"{script} has no inline script metadata"
    metadata = tomllib.loads(re.sub(r"^# ?", "", found[1], flags=re.MULTILINE))
    return AddonApplication(script.stem, script, tuple(metadata["dependencies"]))


def build_wheel(repository: Path, folder: Path) -> Path:
    """Build the wheel of a clean export of *repository* in *folder*, and return it."""
    export = folder / "export"
    subprocess.run([repository / ".ci" / "export", export], check=True)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, export]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def run(application: AddonApplication, wheel: Path, environments: Path) -> subprocess.CompletedProcess[str]:
    """Run *application* in its environment below *environments*, in isolated mode, with *wheel* installed.

    Raises:
        IndexUnreachable: something is to be installed, and there is no package index.
    """
    python = _prepare(application, wheel, environments)
    return subprocess.run(
        [python, "-I", application.script],
        capture_output=True,
        text=True,
        cwd=python.parents[1],
        timeout=_RUN_SECONDS,
        check=False,
    )


def _prepare(application: AddonApplication, wheel: Path, environments: Path) -> Path:
    """Return the interpreter of the environment of *application*, made or brought up to date."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = environments / f"{application.name}-{version}"
    python = folder / "bin" / "python"
    wanted = "\n".join(application.requirements)
    held = folder / "requirements.txt"
    if not held.is_file() or held.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        # pip of this interpreter installs into it: half of the time of making one is pip itself.
        finish([sys.executable, "-m", "venv", "--without-pip", folder])
        install(python, *application.requirements, str(wheel))
        held.write_text(wanted)
    elif (folder / "wheel.txt").read_text() != _digest(wheel):
        install(python, "--no-deps", "--force-reinstall", str(wheel))
    (folder / "wheel.txt").write_text(_digest(wheel))
    return python


def _digest(wheel: Path) -> str:
    """Return a digest of what *wheel* holds; of the file itself it would differ after every build."""
    with zipfile.ZipFile(wheel) as archive:
        members = sorted((each.filename, each.CRC) for each in archive.infolist())
    return hashlib.sha256(repr(members).encode()).hexdigest()


def install(python: Path, *arguments: str) -> None:
    """Install *arguments* of ``pip install`` for *python*."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    finish([*pip, "install", "--quiet", "--no-compile", "--retries", "2", "--timeout", "30", *arguments])


def finish(command: list[str | Path]) -> None:
    """Run *command* to its end.

    Raises:
        IndexUnreachable: it could not reach the package index.
    """
    # A PYTHONPATH that leads to this repository would make pip take it for installed.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=_INSTALL_SECONDS, check=False
    )
    if done.returncode and _UNREACHABLE.search(done.stderr):
        raise IndexUnreachable(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr
