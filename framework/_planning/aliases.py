"""Open the aliases (PEP 695) that signatures are written with."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from bolide.validation.hints import alias_value, is_alias

__all__ = ["open_alias"]


def open_alias(hint: Any, within: tuple[Any, ...] = ()) -> Any:
    """Return *hint* without aliases: itself, what is in ``Annotated``, and options of a union.

    Aliases that contain themselves stay: they are types of their own.

    Raises:
        TypeHintError: as :func:`alias_value` does.
    """
    if isinstance(hint, type):
        return hint
    if is_alias(hint):
        if hint in within:
            return hint
        value = open_alias(alias_value(hint), (*within, hint))
        return hint if _mentions(value, hint) else value
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        bare = open_alias(hint.__origin__, within)
        return hint if bare is hint.__origin__ else Annotated[(bare, *hint.__metadata__)]
    if origin is Union or origin is UnionType:
        options = tuple(open_alias(option, within) for option in arguments)
        return hint if options == arguments else Union[options]  # noqa: UP007 - of a computed tuple
    return hint


def _mentions(hint: Any, alias: Any) -> bool:
    return hint == alias or any(_mentions(each, alias) for each in get_args(hint))
