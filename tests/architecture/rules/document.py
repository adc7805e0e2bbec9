"""Rules that keep ARCHITECTURE.md short and true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

__all__ = ["length", "live_references"]

MAX_LINES: Final = 200

# `folder/file.py`, `folder/file.py:name` or `folder/file.py:Class.name`, in backquotes.
_REFERENCE: Final = re.compile(r"`([\w./-]+\.py)(?::([\w.]+))?`")


def length(document: Path) -> Iterator[str]:
    """Yield a breach when *document* has more than ``MAX_LINES`` lines."""
    lines = len(document.read_text(encoding="utf-8").splitlines())
    if lines > MAX_LINES:
        yield f"{document.name}: {lines} lines > {MAX_LINES}"


def live_references(document: Path) -> Iterator[str]:
    """Yield references to files, relative to the folder of *document*, or to names that do not exist."""
    for file, name in _REFERENCE.findall(document.read_text(encoding="utf-8")):
        path = document.parent / file
        if not path.is_file():
            yield f"{document.name}: {file} does not exist"
        elif name and not _defines(ast.parse(path.read_text(encoding="utf-8")).body, name.split(".")):
            yield f"{document.name}: {file} has no {name}"


def _defines(body: Sequence[ast.stmt], path: Sequence[str]) -> bool:
    """Tell whether *body* defines the first name of *path*, and in it the others."""
    name, *rest = path
    for statement in body:
        match statement:
            case ast.ClassDef(name=found, body=inner) if found == name:
                return not rest or _defines(inner, rest)
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) if found == name:
                return not rest
            case ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)) if (
                found == name
            ):
                return not rest
            case ast.If(body=inner, orelse=other) if _defines([*inner, *other], path):
                return True
            case _:
                pass
    return False
