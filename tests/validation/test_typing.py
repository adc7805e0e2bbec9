"""mypy and pyright find in ``typing_of_models`` the errors that are marked there, and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SUBJECT = HERE / "typing_of_models.py"


@pytest.mark.full
@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "--no-incremental", "--show-error-end"],
        ["pyright", "--pythonpath", sys.executable],
    ],
    ids=["mypy", "pyright"],
)
def test_checkers_find_what_is_wrong_and_nothing_else(command: list[str]) -> None:
    lines = SUBJECT.read_text().splitlines()
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# error")}
    root = HERE.parent.parent
    subprocess.run(["make", "typing-tree"], cwd=root, check=True)
    done = subprocess.run(
        [sys.executable, "-m", *command, str(SUBJECT)], cwd=root, capture_output=True, text=True
    )
    found = {int(n) for n in re.findall(rf"{SUBJECT.name}:(\d+):.*error", done.stdout)}
    assert found == marked, done.stdout + done.stderr
