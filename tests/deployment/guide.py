"""The files that the deployment guide shows."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from tests.docs.pages import ROOT, read_blocks

__all__ = ["TOOLS", "application", "configurations", "service_command"]

PAGE: Final = ROOT / "docs" / "how-to" / "deploy.md"

TOOLS: Final = ROOT / "build" / "deployment"
"""Where ``tests/deployment/install`` unpacks nginx and Caddy."""


def configurations(language: str) -> list[str]:
    """Return the blocks of the page in *language*, in order."""
    found = [block.text for block in read_blocks(PAGE) if block.language == language]
    assert found
    return found


def application(folder: Path) -> Path:
    """Write the package that the page deploys into *folder*, and return its module."""
    (source,) = configurations("python")
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    module = folder / "shop" / "main.py"
    module.write_text(source)
    return module


def service_command() -> list[str]:
    """Return the command of the systemd unit."""
    (line,) = (line for line in configurations("ini")[1].splitlines() if line.startswith("ExecStart="))
    return shlex.split(line.removeprefix("ExecStart="))
