"""Where text may become code."""

from __future__ import annotations

from tests.architecture.conftest import WriteTree
from tests.architecture.rules.dynamic_code import dynamic_code
from tests.architecture.rules.source_tree import SourceTree


def test_the_repository_obeys(repository: SourceTree) -> None:
    assert list(dynamic_code(repository)) == []


def test_code_from_text_is_found_outside_codegen(write_tree: WriteTree) -> None:
    tree = write_tree(
        {
            "bench/app.py": "run = exec",
            "framework/app.py": "import builtins, re\nre.compile('x')\nbuiltins.exec('1')",
            "openapi/document.py": "def f(text):\n    return eval(text)",
            "validation/codegen.py": "exec(compile('1', 'name', 'exec'))",
        }
    )
    assert list(dynamic_code(tree)) == [
        "framework/app.py:3 uses builtins.exec: only validation/codegen.py may",
        "openapi/document.py:2 uses eval: only validation/codegen.py may",
        "bench/app.py:1 uses exec: only validation/codegen.py may",
    ]
