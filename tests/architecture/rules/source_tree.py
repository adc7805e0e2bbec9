"""Read the packages of a repository as syntax trees.

Owns the mapping of folders to import names. A rule is a function of a :class:`SourceTree`, or of the
repository's root, that yields one sentence per breach; it never imports the code that it judges.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

__all__ = ["FOLDERS", "Module", "SourceTree"]

FOLDERS: Final[Mapping[str, str]] = {
    "framework": "bolide",
    "openapi": "bolide.openapi",
    "server_adapters": "bolide.server_adapters",
    "validation": "bolide.validation",
}
"""Folder at the top of the repository → import name."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One source file.

    Attributes:
        file: Path below the root, with ``/``.
        folder: First part of *file*; for the four packages a key of ``FOLDERS``.
        name: Import name; a package's name for its ``__init__.py``.
    """

    file: str
    folder: str
    name: str
    text: str

    @cached_property
    def syntax(self) -> ast.Module:
        """Return the parsed text."""
        return ast.parse(self.text, self.file)


@dataclass(frozen=True)
class SourceTree:
    """The repository at *root*."""

    root: Path

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Return the modules of the four packages, in the order of their paths."""
        return tuple(module for folder in sorted(FOLDERS) for module in self.modules_in(folder))

    def modules_in(self, folder: str) -> Iterator[Module]:
        """Yield every module below *folder*, in the order of the paths."""
        for path in sorted((self.root / folder).rglob("*.py")):
            parts = path.relative_to(self.root).with_suffix("").parts
            dotted = (FOLDERS.get(folder, folder), *parts[1:])
            yield Module(
                file=path.relative_to(self.root).as_posix(),
                folder=folder,
                name=".".join(dotted).removesuffix(".__init__"),
                text=path.read_text(encoding="utf-8"),
            )
