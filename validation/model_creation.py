"""Make model classes at run time."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from bolide.validation.config import ConfigDict
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model

__all__ = ["create_model"]

M = TypeVar("M", bound=Model)


def create_model(
    model_name: str,
    /,
    *,
    __config__: ConfigDict | None = None,
    __doc__: str | None = None,
    __base__: type[M] | tuple[type[Any], ...] | None = None,
    __module__: str | None = None,
    __validators__: Mapping[str, Any] | None = None,
    **field_definitions: Any,
) -> type[M]:
    """Return a new model class.

    Args:
        model_name: Its name.
        __config__: Its options.
        __doc__: Its docstring.
        __base__: What it inherits from: ``Model`` if left out.
        __module__: The module that names in string annotations are looked up in, and that pickles refer to:
            the caller's if left out.
        __validators__: Methods of the class by name.
        **field_definitions: By field name, a type, or a pair of type and default; the default may be ``...``
            for a required field, or ``Field(...)``.

    Raises:
        TypeHintError: A definition is neither.

    >>> Point = create_model("Point", x=(int, ...), y=(int, 0))
    >>> Point(x="1")
    Point(x=1, y=0)
    """
    if __module__ is None:  # like collections.namedtuple, which needs its caller too
        caller = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
        __module__ = caller.f_globals.get("__name__", "__main__")
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__module__": __module__, "__annotations__": annotations}
    for name, definition in field_definitions.items():
        hint, default = _definition(model_name, name, definition)
        annotations[name] = hint
        if default is not ...:
            namespace[name] = default
    if __doc__ is not None:
        namespace["__doc__"] = __doc__
    bases: tuple[Any, ...] = __base__ if isinstance(__base__, tuple) else (__base__ or Model,)
    namespace |= __validators__ or {}
    make: Any = bases[0].__class__
    return cast("type[M]", make(model_name, bases, namespace, **(__config__ or {})))


def _definition(model_name: str, name: str, definition: Any) -> tuple[Any, Any]:
    """Return the type and the default that *definition* states, ``...`` for none."""
    if definition.__class__ is not tuple:
        return definition, ...
    parts: list[Any] = [*definition]
    if len(parts) != 2:
        raise TypeHintError(f"{model_name}.{name}: {definition!r} is no pair of type and default")
    return parts[0], parts[1]
