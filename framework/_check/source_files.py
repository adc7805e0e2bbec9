"""The source of users' functions, parsed, and the comments in it that silence ``bolide check``."""

from __future__ import annotations

import ast
import linecache
import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from bolide._check.findings import Finding
from bolide._locations import is_users_file, locate, unwrap

__all__ = ["FunctionNode", "SourceFiles"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_COMMENT: Final = re.compile(r"#\s*bolide:\s*ignore(?:\[([A-Z0-9,\s]*)\])?")


class SourceFiles:
    """Reads and parses each file once."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module | None] = {}
        self._functions: dict[str, dict[int, FunctionNode]] = {}

    def tree(self, file: str) -> ast.Module | None:
        """Return the parsed *file*, None when it cannot be read."""
        if file not in self._trees:
            text = "".join(_lines(file))
            try:
                self._trees[file] = ast.parse(text) if text else None
            except SyntaxError:  # changed since it was imported
                self._trees[file] = None
        return self._trees[file]

    def function(self, function: Callable[..., Any]) -> FunctionNode | None:
        """Return the definition of a function of the user's, None when there is none to be read."""
        place = locate(function)
        if place is None or not is_users_file(place[0]):
            return None
        node = self._functions_of(place[0]).get(place[1])
        return node if node is not None and node.name == getattr(unwrap(function), "__name__", None) else None

    def silences(self, finding: Finding) -> bool:
        """Tell whether a comment says to ignore *finding*, in its line or down to the function's body."""
        if finding.level == "error" or not finding.file:
            return False
        node = self._functions_of(finding.file).get(finding.line)
        last = finding.line if node is None else max(finding.line, node.body[0].lineno - 1)
        lines = _lines(finding.file)[finding.line - 1 : last]
        return any(finding.code in codes for codes in _ignored(lines, finding.code))

    def _functions_of(self, file: str) -> dict[int, FunctionNode]:
        """Return the functions in *file* by their first line, which may be that of a decorator."""
        if file not in self._functions:
            tree = self.tree(file)
            nodes = [] if tree is None else [n for n in ast.walk(tree) if isinstance(n, FunctionNode)]
            self._functions[file] = {min([n.lineno, *(d.lineno for d in n.decorator_list)]): n for n in nodes}
        return self._functions[file]


def _lines(file: str) -> list[str]:
    # The cache is told no relative path: it would outlive the working directory.
    return linecache.getlines(os.path.abspath(file))


def _ignored(lines: Sequence[str], code: str) -> Iterator[str]:
    """Yield the codes that each comment in *lines* names; *code* for one that names none."""
    for line in lines:
        for found in _COMMENT.finditer(line):
            yield code if found[1] is None else found[1]
