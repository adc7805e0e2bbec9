"""Refuse what is nested too deeply for the stack of the running thread, before a C function recurses into it.

msgspec follows 10,000 levels on Python 3.12 and 3.13, and as many as the recursion limit says on 3.11,
whatever room there is: a thread with a small stack would end the process. Python 3.14 looks at the stack.

Stacks are measured: threads that other libraries start do not follow ``threading.stack_size``, and the usual
size is that of the platform (8 MiB with glibc, 128 KiB with musl).
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import msgspec

__all__ = ["THREAD", "check_nesting", "levels_of_thread"]

_BYTES_PER_LEVEL: Final = 1024
"""msgspec needs 330 for what it writes itself, 900 where a Python function is asked in between."""

_LARGE: Final = 7 * 2**20  # bytes; here the interpreter's limit comes first
_NOT_KNOWN: Final = 256 * 1024  # bytes; what is taken for the size where it cannot be measured
_GUARDS_ITSELF: Final = sys.version_info >= (3, 14)

_SCALARS: Final[frozenset[Any]] = frozenset({type(None), bool, int, float, str, bytes})
_COLLECTIONS: Final[tuple[type[Any], ...]] = (list, tuple, set, frozenset, deque)


class _RunningThread(threading.local):
    """What is known of the running thread.

    Attributes:
        levels: How deep values may be nested; None where its stack sets no limit, 0 until it is measured.
    """

    levels: int | None = 0


THREAD: Final = _RunningThread()
"""hot: where its ``levels`` are None, nothing has to be called; a call costs more than the look."""


def levels_of_thread() -> int | None:
    """Return how deep values may be nested in the running thread; None where its stack sets no limit."""
    if THREAD.levels == 0:
        size = _LARGE if _GUARDS_ITSELF else _stack_size()
        THREAD.levels = None if size >= _LARGE else size // _BYTES_PER_LEVEL
    return THREAD.levels


def check_nesting(value: object) -> None:
    """Refuse a value that a C function cannot follow in the running thread; free where stacks are large.

    Raises:
        RecursionError: It is nested too deeply, or holds itself.
    """
    levels = levels_of_thread()
    if levels is None:
        return
    layer = [value]
    for _ in range(levels):
        # By identity: what is shared would be looked at once for each way that leads to it, 2**levels times.
        parts = {id(part): part for each in layer for part in _parts(each) if part.__class__ not in _SCALARS}
        layer = list(parts.values())
        if not layer:
            return
    raise RecursionError(
        f"nested deeper than {levels} levels, for which the stack of this thread has no room"
    )


def _parts(value: Any) -> Iterable[object]:
    """Return what a collection or a record holds."""
    kind: Any = value.__class__
    if issubclass(kind, _COLLECTIONS):
        return cast("Iterable[object]", value)
    if issubclass(kind, Mapping):
        return cast("Mapping[object, object]", value).values()
    names = _field_names(kind)
    if names is None:
        return ()
    parts = [getattr(value, name, None) for name in names]
    return [*parts, *getattr(value, "__dict__", {}).values()]


def _field_names(kind: Any) -> Iterable[str] | None:
    """Return the names of the fields of a record; None for a class of anything else."""
    if issubclass(kind, msgspec.Struct):
        return cast("Iterable[str]", kind.__struct_fields__)
    if hasattr(kind, "__attrs_attrs__"):
        return [attribute.name for attribute in kind.__attrs_attrs__]
    for name in ("__dataclass_fields__", "__pydantic_fields__"):
        if hasattr(kind, name):
            return cast("Iterable[str]", getattr(kind, name))
    return None


def _stack_size() -> int:
    """Return the size of the running thread's stack in bytes."""
    try:
        import ctypes  # of 20 milliseconds, which nobody pays who dumps nothing of any depth

        library = ctypes.CDLL(None)
        library.pthread_self.restype = ctypes.c_void_p
        thread = ctypes.c_void_p(library.pthread_self())
        if sys.platform == "darwin":
            library.pthread_get_stacksize_np.restype = ctypes.c_size_t
            return int(library.pthread_get_stacksize_np(thread))
        attributes, size = (ctypes.c_char * 256)(), ctypes.c_size_t()
        if library.pthread_getattr_np(thread, attributes):
            return _NOT_KNOWN
        library.pthread_attr_getstacksize(attributes, ctypes.byref(size))
        library.pthread_attr_destroy(attributes)
    except (
        ImportError,
        OSError,
        AttributeError,
        TypeError,
    ):  # an interpreter without ctypes, another platform
        return _NOT_KNOWN
    return size.value
