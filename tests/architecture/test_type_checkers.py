"""The type checkers really read all four packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules.source_tree import FOLDERS, SourceTree

# Wrong only for a checker that knows the types of another package.
PLANTED = """\
from bolide.validation.codegen import SourceBuilder

number: int = SourceBuilder().source()
"""


@pytest.fixture(scope="module")
def planted(repository: SourceTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository with an error in each package, and its typing tree."""
    copy = tmp_path_factory.mktemp("planted")
    subprocess.run([repository.root / ".ci" / "export", copy], check=True)
    for folder in FOLDERS:
        (copy / folder / "planted.py").write_text(PLANTED)
    subprocess.run(["make", "typing-tree"], cwd=copy, check=True)
    return copy


@pytest.mark.full
@pytest.mark.parametrize(
    "command",
    [["mypy"], ["pyright", "--pythonpath", sys.executable]],
    ids=["mypy", "pyright"],
)
def test_planted_errors_are_seen_in_every_package(command: list[str], planted: Path) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=planted, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if "planted.py:3" in line and "error" in line]
    assert len(found) == 4, done.stdout
