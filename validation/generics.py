"""Generic models: one real class per choice of type arguments.

``Box[int]`` is a subclass of ``Box`` with that name; the type variables in the hints of its fields are
replaced when they are first read. It is kept as long as somebody uses it.
"""

from __future__ import annotations

import types
import typing
import weakref
from collections.abc import Mapping
from typing import Any, Final

from bolide.validation.hints import describe_hint, with_arguments

__all__ = [
    "MADE_BY",
    "arguments_of",
    "origin_of",
    "parameters_of",
    "parametrise",
    "pickled_class",
    "sources_of",
    "substitute",
    "substitute_inherited",
    "variables_in",
]

MADE_BY: Final = "__bolide_made_by__"
"""Class attribute of a class that stands in no module: the function that makes it, and its arguments."""

_PARAMETRISED: Final = "__bolide_parametrised__"
_ARGUMENTS: Final = "__bolide_arguments__"


def parameters_of(hint: Any) -> tuple[Any, ...]:
    """Return the type variables that a generic class is open in."""
    own: Mapping[str, Any] = hint.__dict__ if isinstance(hint, type) else {}
    parameters: Any = own.get("__parameters__", ())
    return (*parameters,) if parameters.__class__ is tuple else ()


def parametrise(cls: Any, given: Any) -> Any:
    """Return the class that *cls* is with the type arguments *given*.

    Raises:
        TypeError: *cls* is not generic, or takes another number of arguments.
    """
    parameters = parameters_of(cls)
    if not parameters:
        raise TypeError(f"{cls.__qualname__} is not a generic class")
    listed: list[Any] = [*given] if given.__class__ is tuple else [given]
    arguments = tuple(type(None) if argument is None else argument for argument in listed)
    for parameter in parameters[len(arguments) :]:
        if not getattr(parameter, "has_default", bool)():
            break
        arguments += (parameter.__default__,)
    if len(arguments) != len(parameters):
        raise TypeError(f"{cls.__qualname__} takes {len(parameters)} type arguments, not {len(arguments)}")
    if arguments == parameters:
        return cls
    meaning = dict(zip(parameters, arguments, strict=True))
    if (recipe := cls.__dict__.get(MADE_BY)) is not None:  # Partial[Box[T]][int] is Partial[Box[int]]
        make, made_of = recipe
        return make(*(substitute(each, meaning) for each in made_of))
    origin = origin_of(cls)
    if origin is not None:  # Box[list[T]][int] is Box[list[int]]
        return parametrise(origin, tuple(substitute(each, meaning) for each in arguments_of(cls).values()))
    known = cls.__dict__.get(_PARAMETRISED)
    if known is None:
        known = weakref.WeakValueDictionary[Any, Any]()
        setattr(cls, _PARAMETRISED, known)
    key: tuple[Any, ...] = arguments
    try:
        hash(key)
    except TypeError:  # metadata of Annotated may have no hash; the class keeps them, so their ids stay taken
        key = ("ids", *map(id, arguments))
    found = known.get(key)
    if found is None:
        found = known[key] = _make(cls, parameters, arguments)
    return found


def _make(cls: Any, parameters: tuple[Any, ...], arguments: tuple[Any, ...]) -> Any:
    suffix = f"[{', '.join(map(_argument_name, arguments))}]"
    made: Any = type(cls)(
        f"{cls.__name__}{suffix}",
        (cls,),
        {"__module__": cls.__module__, "__qualname__": f"{cls.__qualname__}{suffix}"},
    )
    made.__parameters__ = tuple(dict.fromkeys(v for argument in arguments for v in variables_in(argument)))
    setattr(made, _ARGUMENTS, (cls, dict(zip(parameters, arguments, strict=True))))
    return made


def arguments_of(cls: type) -> Mapping[Any, Any]:
    """Return what the type variables of the generic class that *cls* is made from stand for."""
    found: tuple[Any, Mapping[Any, Any]] | None = cls.__dict__.get(_ARGUMENTS)
    return {} if found is None else found[1]


def origin_of(cls: type) -> Any:
    """Return the generic class that *cls* is made from; None for a class that somebody wrote."""
    found: tuple[Any, Mapping[Any, Any]] | None = cls.__dict__.get(_ARGUMENTS)
    return None if found is None else found[0]


def pickled_class(cls: Any) -> str | tuple[Any, ...]:
    """Return how *cls* is pickled: ``Box[int]`` and ``Partial[Box]`` stand in no module."""
    if (recipe := cls.__dict__.get(MADE_BY)) is not None:
        return typing.cast("tuple[Any, ...]", recipe)
    origin = origin_of(cls)
    if origin is None:
        return str(cls.__qualname__)
    return parametrise, (origin, tuple(arguments_of(cls).values()))


def sources_of(cls: Any) -> tuple[Any, ...]:
    """Return the models that the projection *cls* is made from, one from the other; else none."""
    recipe: tuple[Any, tuple[Any, ...]] | None = cls.__dict__.get(MADE_BY)
    if recipe is None:
        return ()
    _, (_, source, _) = recipe
    return (source, *sources_of(source))


def variables_in(hint: Any) -> tuple[Any, ...]:
    """Return the type variables in *hint*, each once."""
    if isinstance(hint, typing.TypeVar):
        return (hint,)
    if isinstance(hint, type) and (parameters := parameters_of(hint)):
        return parameters
    return tuple(dict.fromkeys(v for argument in typing.get_args(hint) for v in variables_in(argument)))


def substitute(hint: Any, arguments: Mapping[Any, Any]) -> Any:
    """Return *hint* with its type variables replaced as *arguments* says."""
    if isinstance(hint, typing.TypeVar):
        return arguments.get(hint, hint)
    if type(hint) is not types.GenericAlias and isinstance(hint, type):
        parameters = parameters_of(hint)
        if not parameters or not hasattr(type(hint), "__getitem__"):
            return hint
        cls: Any = hint
        return cls[tuple(arguments.get(parameter, parameter) for parameter in parameters)]
    arguments_given = typing.get_args(hint)
    origin: Any = typing.get_origin(hint)
    if origin is typing.Annotated:
        return with_arguments(hint, (substitute(arguments_given[0], arguments), *arguments_given[1:]))
    return with_arguments(hint, tuple(substitute(each, arguments) for each in arguments_given))


def substitute_inherited(hint: Any, cls: type) -> Any:
    """Return *hint*, which a base of *cls* states, with the type variables that *cls* says the meaning of."""
    for owner in reversed(cls.__mro__):
        hint = substitute(hint, arguments_of(owner))
    return hint


def _argument_name(hint: Any) -> str:
    """Return *hint* as it stands in the name of a class, as Pydantic's users know it."""
    if hint is type(None):
        return "NoneType"
    if isinstance(hint, type) and origin_of(hint) is not None:
        return hint.__name__
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is typing.Annotated:
        return _argument_name(arguments[0])
    if origin is typing.Union or origin is types.UnionType:
        return f"Union[{', '.join(map(_argument_name, arguments))}]"
    if origin is None or origin is typing.Literal or not arguments:
        return describe_hint(hint)
    return f"{describe_hint(origin)}[{', '.join(map(_argument_name, arguments))}]"
