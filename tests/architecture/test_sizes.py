"""How large modules, functions and signatures are."""

from __future__ import annotations

import pytest

from tests.architecture.conftest import WriteTree
from tests.architecture.rules.sizes import EXCEPTIONS, sizes
from tests.architecture.rules.source_tree import SourceTree

EIGHT = "a, b, c, d, e, f, g, h"


def test_the_repository_obeys(repository: SourceTree) -> None:
    assert list(sizes(repository, EXCEPTIONS)) == []


def test_modules_over_400_lines_are_found(write_tree: WriteTree) -> None:
    tree = write_tree({"framework/fits.py": "x = 1\n" * 400, "framework/large.py": "x = 1\n" * 401})
    assert list(sizes(tree, {})) == ["framework/large.py: 401 lines > 400"]


def test_functions_over_50_lines_are_found_and_docstrings_do_not_count(write_tree: WriteTree) -> None:
    text = "class Parser:\n    async def feed(self):\n" + "        x = 1\n" * 50
    fits = 'def feed():\n    """One.\n\n    Two.\n    """\n' + "    x = 1\n" * 49
    tree = write_tree({"framework/fits.py": fits, "framework/long.py": text})
    assert list(sizes(tree, {})) == ["framework/long.py:Parser.feed: 51 lines > 50"]


@pytest.mark.parametrize(
    "text",
    [
        f"def f({EIGHT}): ...",
        "def f(a, b, /, c, d, *args, e, f, **options): ...",
        f"class C:\n    def f(self, {EIGHT}): ...",
        f"class C:\n    @staticmethod\n    def f({EIGHT}): ...",
        f"class _C:\n    def __init__(self, {EIGHT}): ...",
        f"def _mark({EIGHT}) -> Callable[[F], F]: ...",
    ],
)
def test_more_than_seven_parameters_are_found(text: str, write_tree: WriteTree) -> None:
    (breach,) = sizes(write_tree({"framework/app.py": text}), {})
    assert breach.endswith(": 8 parameters > 7")


@pytest.mark.parametrize(
    "text",
    [
        "class C:\n    def f(self, a, b, c, d, e, f, g): ...",
        "class C:\n    @classmethod\n    def f(cls, a, b, c, d, e, f, g): ...",
        f"class C:\n    def __init__(self, {EIGHT}): ...",
        f"class C:\n    def get(self, {EIGHT}) -> Callable[[F], F]: ...",
        f"def Query({EIGHT}): ...",
    ],
)
def test_public_constructors_and_decorators_may_take_more(text: str, write_tree: WriteTree) -> None:
    assert list(sizes(write_tree({"framework/app.py": text}), {})) == []


def test_an_exception_excuses_until_nothing_needs_it(write_tree: WriteTree) -> None:
    tree = write_tree({"framework/large.py": "x = 1\n" * 401, "framework/small.py": "x = 1\n"})
    exceptions = {"framework/large.py": "a table of statuses", "framework/small.py": "was a table"}
    assert list(sizes(tree, exceptions)) == [
        "framework/small.py: is within the limits, its exception can go",
    ]
