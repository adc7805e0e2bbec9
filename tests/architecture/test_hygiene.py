"""Text that must not stand in a tracked file."""

from __future__ import annotations

import subprocess

from tests.architecture.conftest import WriteTree
from tests.architecture.rules.hygiene import forbidden_text
from tests.architecture.rules.source_tree import SourceTree


def test_the_repository_obeys(repository: SourceTree) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository.root, capture_output=True, text=True, check=True
    )
    files = [file for file in listed.stdout.split("\0") if file and (repository.root / file).is_file()]
    assert len(files) > 20
    assert list(forbidden_text(repository.root, files)) == []


def test_unfinished_work_and_paths_of_a_machine_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "Makefile": "run:\n\t/" + "work/main/.venv/bin/python",
            "openapi/assets/docs.js": "// FIX" + "ME: theirs",
            "framework/app.py": "x = 1  # TO" + "DO: more\nautodoc = METHODOLOGY",
        }
    )
    files = ["Makefile", "framework/app.py", "openapi/assets/docs.js"]
    assert list(forbidden_text(tree.root, files)) == [
        "Makefile:2 has '/" + "work/m': a path of somebody's machine",
        "framework/app.py:1 has 'TO" + "DO': unfinished work: open an issue instead",
    ]


def test_binary_files_are_skipped(write_tree: WriteTree) -> None:
    tree = write_tree({})
    (tree.root / "logo.png").write_bytes(b"\x89PNG\xff TO" + b"DO")
    assert list(forbidden_text(tree.root, ["logo.png"])) == []
