"""ARCHITECTURE.md is short and names only what exists."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.conftest import WriteTree
from tests.architecture.rules.document import length, live_references
from tests.architecture.rules.source_tree import SourceTree


def test_the_document_of_the_repository_is_short(repository: SourceTree) -> None:
    assert list(length(repository.root / "ARCHITECTURE.md")) == []


def test_the_document_of_the_repository_names_what_exists(repository: SourceTree) -> None:
    assert list(live_references(repository.root / "ARCHITECTURE.md")) == []


def test_a_document_over_200_lines_is_found(tmp_path: Path) -> None:
    document = tmp_path / "ARCHITECTURE.md"
    document.write_text("line\n" * 200)
    assert list(length(document)) == []
    document.write_text("line\n" * 201)
    assert list(length(document)) == ["ARCHITECTURE.md: 201 lines > 200"]


def test_dead_references_are_found(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "ARCHITECTURE.md": """\
                Alive: `validation/tree.py`, `validation/tree.py:walk`, `validation/tree.py:Node`,
                `validation/tree.py:Node.children`, `validation/tree.py:Node.kind`,
                `validation/tree.py:LIMIT`, `validation/tree.py:on_windows`.
                Dead: `validation/gone.py:walk`, `validation/tree.py:gone`, `validation/tree.py:Node.gone`,
                `validation/tree.py:walk.inner`.
                """,
            "validation/tree.py": """\
                LIMIT: int = 3
                class Node:
                    kind = "node"
                    def children(self): ...
                async def walk(): ...
                if True:
                    def on_windows(): ...
                """,
        }
    )
    assert list(live_references(tree.root / "ARCHITECTURE.md")) == [
        "ARCHITECTURE.md: validation/gone.py does not exist",
        "ARCHITECTURE.md: validation/tree.py has no gone",
        "ARCHITECTURE.md: validation/tree.py has no Node.gone",
        "ARCHITECTURE.md: validation/tree.py has no walk.inner",
    ]
