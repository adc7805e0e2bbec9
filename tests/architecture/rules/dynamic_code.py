"""The rule that generated code has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from tests.architecture.rules.source_tree import SourceTree

__all__ = ["dynamic_code"]

DOOR: Final = "validation/codegen.py"
BUILTINS: Final = frozenset({"compile", "eval", "exec"})


def dynamic_code(tree: SourceTree) -> Iterator[str]:
    """Yield uses of the builtins that run text as code, other than in ``DOOR``; an alias is a use."""
    for module in (*tree.modules, *tree.modules_in("bench")):
        if module.file == DOOR:
            continue
        for node in ast.walk(module.syntax):
            match node:
                case ast.Name(id=name) if name in BUILTINS:
                    yield f"{module.file}:{node.lineno} uses {name}: only {DOOR} may"
                case ast.Attribute(value=ast.Name(id="builtins"), attr=name) if name in BUILTINS:
                    yield f"{module.file}:{node.lineno} uses builtins.{name}: only {DOOR} may"
                case _:
                    pass
