"""The environment of schemathesis: made with pip, kept while the requirements are unchanged."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

from tests.addons.environments import finish, install

__all__ = ["schemathesis_command"]

_REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")


def schemathesis_command(environments: Path) -> Path:
    """Return the program in its environment below *environments*.

    Raises:
        IndexUnreachable: it is to be installed, and there is no package index.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = environments / f"schemathesis-{version}"
    held, wanted = folder / "requirements.txt", _REQUIREMENTS.read_text()
    if not held.is_file() or held.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        finish([sys.executable, "-m", "venv", "--without-pip", folder])
        install(folder / "bin" / "python", "--requirement", str(_REQUIREMENTS))
        held.write_text(wanted)
    return folder / "bin" / "schemathesis"
