"""Find out how a class that the engine does not know by itself is read and written.

Owns the order of the places to look: the registry, the class's own word, the standard library, Pydantic
if it is there. The modules that describe types are imported when a hint or a value of such a type is met.
"""

from __future__ import annotations

import functools
import sys
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from bolide.validation.custom_types import TYPE_HOOK, TypeSpec, registered_type
from bolide.validation.hints import needs_names, resolve_class_annotations

__all__ = ["Foreign", "dump_function", "find_type", "foreign_type", "is_foreign", "type_in_metadata"]

_PYDANTIC: Final = "pydantic"


class Foreign:
    """Stands for the class of values whose hint is no class, and that Pydantic reads."""


def find_type(hint: Any) -> TypeSpec | None:
    """Return how values of *hint* are read; None when it is no custom type."""
    cls = typing.get_origin(hint) or hint
    if not isinstance(cls, type):
        return None
    if (spec := _find(cls, typing.get_args(hint))) is not None:
        return replace(spec, wire=_resolved(cls, spec.wire)) if needs_names(spec.wire) else spec
    if not _is_pydantics(cls):
        return None
    from bolide.validation.pydantic_interop import pydantic_type

    return pydantic_type(hint)


def _resolved(cls: type[Any], wire: Any) -> Any:
    """Return *wire*, which *cls* is read from, with the names of the module of *cls* put in."""
    return resolve_class_annotations(cls, {TYPE_HOOK: wire}, localns={})[TYPE_HOOK]


def is_foreign(bare: Any, metadata: Iterable[object]) -> bool:
    """Tell whether ``Annotated[bare, *metadata]`` holds something that only Pydantic understands."""
    if _PYDANTIC not in sys.modules:
        return False
    from bolide.validation.pydantic_interop import has_foreign

    return has_foreign(metadata, bare)


def foreign_type(bare: Any, metadata: tuple[Any, ...]) -> tuple[TypeSpec, tuple[Any, ...]]:
    """Return how ``Annotated[bare, *metadata]`` is read by Pydantic, and the *metadata* that is left."""
    from bolide.validation.pydantic_interop import foreign_type as foreign

    return foreign(bare, metadata)


def type_in_metadata(item: Any) -> Callable[[Any], TypeSpec] | None:
    """Return what describes the type that *item*, metadata of ``Annotated``, makes of the hint inside of it.

    None when it makes none.
    """
    if isinstance(item, type):  # Annotated[X, Json] means Annotated[X, Json()]
        return type_in_metadata(item()) if TYPE_HOOK in vars(item) else None
    describe: Callable[[Any], TypeSpec] | None = getattr(item, TYPE_HOOK, None)
    if describe is None and type(item).__module__.partition(".")[0] == "annotated_types":
        from bolide.validation.types.predicates import DESCRIPTIONS

        found = next((name for cls in type(item).__mro__ if (name := cls.__name__) in DESCRIPTIONS), None)
        return None if found is None else functools.partial(DESCRIPTIONS[found], item)
    return describe


def dump_function(cls: Any) -> Callable[[Any], Any] | None:
    """Return what writes instances of *cls*, which msgspec does not; None when nothing is known."""
    for base in cls.__mro__:
        if (spec := registered_type(base)) is not None and spec.value is None:
            return spec.dump
    if (dump := _standard_dump(cls)) is not None:
        return dump
    if not _is_pydantics(cls):
        return None
    from bolide.validation.pydantic_interop import to_json_value

    return to_json_value


@functools.lru_cache(maxsize=1024)
def _standard_dump(cls: Any) -> Callable[[Any], Any] | None:
    for base in cls.__mro__:
        if (spec := _standard_type(base, ())) is not None and spec.value is None:
            return spec.dump
    return None


def _is_pydantics(cls: type[Any]) -> bool:
    if _PYDANTIC not in sys.modules:
        return False
    return hasattr(cls, "__pydantic_core_schema__") or hasattr(cls, "__get_pydantic_core_schema__")


def _find(cls: type[Any], arguments: tuple[Any, ...]) -> TypeSpec | None:
    return registered_type(cls, arguments) or _standard_type(cls, arguments)


def _standard_type(cls: type[Any], arguments: tuple[Any, ...]) -> TypeSpec | None:
    # By name: importing these modules costs more than most applications' models.
    module = cls.__module__.partition(".")[0]
    describe = _STANDARD.get((module, cls.__qualname__))
    return None if describe is None else describe(cls, arguments)


def _ip_type(cls: type[Any], _arguments: tuple[Any, ...]) -> TypeSpec:
    from bolide.validation.types.ip_addresses import STANDARD_SPECS

    return STANDARD_SPECS[cls.__name__]


def _path_type(cls: Any, _arguments: tuple[Any, ...]) -> TypeSpec:
    from bolide.validation.types.paths import path_spec

    return path_spec(cls)


def _other_type(cls: type[Any], arguments: tuple[Any, ...]) -> TypeSpec:
    from bolide.validation.types.standard import STANDARD_SPECS

    return STANDARD_SPECS[cls.__qualname__](*arguments)


_IP_CLASSES: Final = tuple(f"IPv{n}{kind}" for n in (4, 6) for kind in ("Address", "Interface", "Network"))
_PATH_CLASSES: Final = ("Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath")

_STANDARD: Final[Mapping[tuple[str, str], Callable[[type[Any], tuple[Any, ...]], TypeSpec]]] = {
    **{("ipaddress", name): _ip_type for name in _IP_CLASSES},
    **{("pathlib", name): _path_type for name in _PATH_CLASSES},
    ("os", "PathLike"): _path_type,
    ("builtins", "complex"): _other_type,
    ("builtins", "type"): _other_type,
    ("collections", "Callable"): _other_type,
    ("collections", "Hashable"): _other_type,
    ("fractions", "Fraction"): _other_type,
    ("re", "Pattern"): _other_type,
    ("zoneinfo", "ZoneInfo"): _other_type,
}
