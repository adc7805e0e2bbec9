"""Servers that are not installed beside the tests: they get an environment of their own, kept in ``build/``.

What is installed here, they see too: the application and what it needs.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.addons.environments import IndexUnreachable, finish, install

__all__ = ["other_scripts"]

_REQUIREMENTS: Final = ("daphne==4.2.3", "gunicorn==27.0.1", "uvicorn-worker==0.4.0")
_REPOSITORY: Final = Path(__file__).parents[2]


@cache
def other_scripts() -> Path:
    """Return the folder of their commands; skip the test where they cannot be installed."""
    folder = _REPOSITORY / "build" / "servers" / f"{sys.version_info.major}.{sys.version_info.minor}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            _prepare(folder)
        except IndexUnreachable as unreachable:
            if "CI" in os.environ:
                raise
            pytest.skip(f"NOT TESTED, no package index: {unreachable}")
    return folder / "bin"


def _prepare(folder: Path) -> None:
    here = sysconfig.get_path("purelib")
    wanted = "\n".join((*_REQUIREMENTS, here))
    held = folder / "requirements.txt"
    if held.is_file() and held.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    finish([sys.executable, "-m", "venv", "--without-pip", folder])
    install(folder / "bin" / "python", *_REQUIREMENTS)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "tests.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    held.write_text(wanted)
