"""Recognise markers that mean something to Pydantic, FastAPI or endpoints, and nothing where they stand.

They would be taken for defaults, or passed over: a wrong import would switch checks off in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any, Final

from bolide.validation.omission import MISPLACED, is_omitting

__all__ = ["find_misplaced", "misplaced_marker"]

_PYDANTICS: Final = {"FieldInfo": "Field", "ModelPrivateAttr": "PrivateAttr"}
_DECORATED: Final = "PydanticDescriptorProxy"
_FASTAPIS: Final = "fastapi.params"
_KNOWN: Final = frozenset(
    {"Body", "Cookie", "Depends", "Field", "File", "Form", "Header", "Path", "Query", "Security"}
)
_OF_ENDPOINTS: Final = "bolide.params"
_MAKERS: Final = frozenset({"bolide.param_functions", "bolide.validation.fields", "pydantic.fields"})
_MARKERS: Final = frozenset(
    {
        "bolide.validation.class_body",
        "bolide.validation.computed_fields",
        "bolide.validation.discriminators",
        "bolide.validation.functions",
        "bolide.validation.serializers",
        "bolide.validation.types.constrained",
    }
)
"""Where the classes and functions are whose results stand in ``Annotated``."""


def find_misplaced(items: Iterable[object]) -> str | None:
    """Return what is wrong with the first of *items*, metadata or a default, that cannot stand at a hint."""
    for item in items:
        if is_omitting(item):
            return MISPLACED
        if (mistake := misplaced_marker(item)) is not None:
            return f"has {mistake}"
    return None


def misplaced_marker(value: object) -> str | None:
    """Return what *value* is and what to use instead, None if it is no such marker."""
    if isinstance(value, FunctionType) and value.__module__ in _MAKERS and value.__name__ in _KNOWN:
        return f"{value.__name__}, which must be called: {value.__name__}()"
    if (marker := _uncalled(value)) is not None:
        return f"{marker}, which must be called: {marker}(...)"
    name = type(value).__name__
    for cls in type(value).__mro__:
        module = cls.__module__
        if module == "builtins":
            continue
        if module == _OF_ENDPOINTS:
            return f"{name}(), which is for parameters of endpoints; use Field()"
        if module == _FASTAPIS:
            remedy = f"import {name} from bolide" if name in _KNOWN else "it means nothing here"
            return f"{name}() of FastAPI; {remedy}"
        if module.partition(".")[0] != "pydantic":
            continue
        if (known := _PYDANTICS.get(cls.__name__)) is not None:
            return f"{known}() of Pydantic; import {known} from bolide"
        if cls.__name__ == _DECORATED:
            return f"{_decorator_of(value)} of Pydantic; import it from bolide"
    return None


def _uncalled(value: Any) -> str | None:
    """Return the name of *value*, if it is what makes markers."""
    is_maker = isinstance(value, FunctionType | type) and value.__module__ in _MARKERS
    return value.__name__ if is_maker else None


def _decorator_of(proxy: Any) -> str:
    return getattr(getattr(proxy, "decorator_info", None), "decorator_repr", "a decorator")
