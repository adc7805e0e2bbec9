"""Print, compile and register generated functions.

Owns the only ``exec`` of the repository. Knows nothing about what the generated code means.

Two rules keep generated code safe: objects enter it through a :class:`Namespace`, which hands out
their names, and text enters it only as ``repr`` of a constant.
"""

from __future__ import annotations

import builtins
import keyword
import linecache
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

__all__ = ["Namespace", "SourceBuilder", "compile_function", "is_builtin"]


class SourceBuilder:
    """Collect indented source lines."""

    __slots__ = ("_depth", "_lines")

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        """Append one line at the current indentation."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, header: str) -> Generator[None, None, None]:
        """Append *header* and indent what is written inside the ``with``."""
        self.line(header)
        self._depth += 1
        start = len(self._lines)
        yield
        if len(self._lines) == start:
            self.line("pass")
        self._depth -= 1

    def source(self) -> str:
        """Return the text so far, ending in a newline."""
        return "\n".join(self._lines) + "\n"


class Namespace:
    """Give each object that generated code uses one readable, unique name.

    Names never shadow a builtin, a keyword or one of *reserved* (the local names of the code that is
    about to be generated).
    """

    __slots__ = ("_names", "_objects", "_reserved")

    def __init__(self, *, reserved: frozenset[str] = frozenset()) -> None:
        self._objects: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._reserved = reserved

    def bind(self, hint: str, obj: object) -> str:
        """Return the name of *obj*, made from *hint* when it is new here."""
        if (known := self._names.get(id(obj))) is not None:
            return known
        stem = self._identifier(hint)
        name, n = stem, 1
        while name in self._objects or self._is_taken(name):
            n += 1
            name = f"{stem}_{n}"
        self._objects[name] = obj
        self._names[id(obj)] = name
        return name

    def local(self, hint: str) -> str:
        """Return a fresh name for a local variable of the generated code."""
        name = self.bind(hint, marker := object())
        del self._objects[name]
        del self._names[id(marker)]
        self._reserved |= {name}
        return name

    def globals(self) -> dict[str, Any]:
        """Return a fresh globals dictionary with every bound object."""
        return dict(self._objects)

    def _is_taken(self, name: str) -> bool:
        return name in self._reserved or keyword.iskeyword(name) or hasattr(builtins, name)

    @staticmethod
    def _identifier(hint: str) -> str:
        stem = "".join(c if c.isascii() and c.isalnum() else "_" for c in hint) or "_"
        return f"_{stem}" if stem[0].isdigit() else stem


def is_builtin(cls: type) -> bool:
    """Tell whether generated code finds *cls* under its own name; ``builtins`` lacks some that claim it."""
    return getattr(builtins, cls.__name__, None) is cls


def compile_function(name: str, source: str, namespace: Namespace, *, label: str) -> Callable[..., Any]:
    """Compile *source*, which defines *name*, and register its text with :mod:`linecache`.

    Args:
        name: The function to return.
        source: Module text that defines *name*.
        namespace: Holds every global that *source* refers to.
        label: What the function is for; tracebacks show it as ``<generated {label}>``.

    Raises:
        SyntaxError: *source* is not valid Python: a bug in the generator.
    """
    lines = source.splitlines(keepends=True)
    # mtime None keeps an entry through linecache.checkcache().
    filename, n = f"<generated {label}>", 1
    entry = (len(source), None, lines, filename)
    while linecache.cache.setdefault(filename, entry) != entry:
        n += 1
        filename = f"<generated {label} #{n}>"
        entry = (len(source), None, lines, filename)
    scope: dict[str, Any] = namespace.globals()
    exec(compile(source, filename, "exec", dont_inherit=True), scope)  # noqa: S102 - the one door
    function: Callable[..., Any] = scope[name]
    return function
