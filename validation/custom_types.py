"""Types that the engine does not know by itself: how they stand in JSON, and how they are made from it.

Owns what a type is described with (:class:`TypeSpec`) and the registry of users' and third parties' types.
How values are read and written by a description is the business of the engine's parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import msgspec

from bolide.validation.hints import TypeHintError, describe_hint

__all__ = [
    "NO_SCHEMA",
    "TYPE_HOOK",
    "TypeSpec",
    "TypeSpecFactory",
    "register_type",
    "registered_base",
    "registered_type",
    "returned_spec",
]

TYPE_HOOK: Final = "__bolide_type__"
"""A class says with this class method (arguments: those of the generic alias) how its values are read."""

NO_SCHEMA: Final[Mapping[str, Any]] = MappingProxyType({})


class UnreadableTypeError(TypeHintError):
    """Nobody knows how to read the type; whoever met it says where it stands."""


class TypeSpec(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """How values of a type are read and written.

    An instance of the class is taken as it is. Anything else is read as *wire*, which reports what is wrong
    with it by its own rules, and handed to *load*.

    Attributes:
        wire: The hint of the form in JSON; constraints of a field apply to it.
        load: Makes the value from the wire form. A ``ValueError``, an ``AssertionError`` or a
            :class:`~bolide.validation.errors.CustomError` becomes an error of the input; anything else
            propagates.
        dump: Makes the wire form from the value.
        schema: JSON Schema keywords on top of those of *wire*.
        output_schema: The JSON Schema of what *dump* makes, where that is another.
        component: The name of the definition that schemas refer to; None describes the type where it is used.
        label: The name of the type as a branch of a union, in ``loc``; ``{value}`` is the name of *value*.
        unload: Makes the wire form from an instance; then instances are read anew too, so that constraints
            and *load* apply to them.
        value: The hint of what *load* returns, when that is no instance of the class: values are written and
            described as such. ``None`` for instances of the class.
        cls: The class whose instances are taken, where it is not the class in the hint.
        is_secret: What was given never shows in errors.
        secret_keys: What was given under these keys, wherever in the input, never shows in errors.
        is_record: The wire form is an object: a parameter of the type is the body of a request.
        load_part: Does what *load* does with the options of the call: takes the wire form, whether to be
            strict, whether to read objects by their attributes, and the context.
        load_json: Makes the value from a JSON document at once.
        is_exact: An instance of a subclass is no result of this type: *load* makes one of it.
        json_schema: Makes the whole JSON Schema, instead of *schema*: takes the mode (``validation``,
            ``serialization``), and *by_alias* by keyword; definitions stand under ``$defs``.
        dump_part: Dumps a value with all options of the call: takes the value, the
            :class:`~bolide.validation.dump_options.DumpOptions`, and what is included and excluded inside.
        limits_wire: Constraints of a field hold for the wire form, and are checked before *load*, also where
            they fit what it returns.
        native: What msgspec reads with the same result, where *wire* has no constraints of a field.
        round_trip: Makes the wire form from what JSON has of a value, in dumps that are to be read again.
        config: The options of a model, which apply to *wire* as to the type of a field.
        validators: Functions around the whole, innermost first, as they would stand in ``Annotated``.
        is_text: A strict call takes text alone for the wire form.
        wraps: What *dump* returns is written as *wire* says: dumped in Python too, and filtered in responses.
        for_call: Returns the description for calls that say how records are read: takes this one, and which
            of ``by_alias``, ``by_name`` and ``extra`` are given.
    """

    wire: Any = Any
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any] = str
    schema: Mapping[str, Any] = NO_SCHEMA
    output_schema: Mapping[str, Any] | None = None
    component: str | None = None
    label: str | None = None
    unload: Callable[[Any], Any] | None = None
    value: Any = None
    cls: Any = None
    is_secret: bool = False
    secret_keys: frozenset[str] = frozenset()
    is_record: bool = False
    load_part: Callable[[Any, bool, bool, Any], Any] | None = None
    load_json: Callable[[bytes], Any] | None = None
    is_exact: bool = False
    json_schema: Callable[..., dict[str, Any]] | None = None
    dump_part: Callable[..., Any] | None = None
    round_trip: Callable[[Any], Any] | None = None
    limits_wire: bool = False
    native: Any = None
    config: Any = None
    validators: tuple[Any, ...] = ()
    is_text: bool = False
    wraps: bool = False
    for_call: Callable[[TypeSpec, Mapping[str, Any]], TypeSpec] | None = None


TypeSpecFactory: TypeAlias = Callable[..., TypeSpec]

# The one registry of the process: types belong to the process, too.
_REGISTERED: Final[dict[Any, TypeSpec | TypeSpecFactory]] = {}


def register_type(cls: Any, spec: TypeSpec | TypeSpecFactory) -> None:
    """Say how values of *cls*, a class that is not one's own, are read and written.

    One's own class says it itself, with a class method ``__bolide_type__`` that returns the
    :class:`TypeSpec`. Hints that were compiled before do not change.

    Args:
        cls: The class, as it stands in hints; for ``Box[int]`` it is ``Box``.
        spec: The description, or a function that takes the arguments of the generic alias (none for a bare
            class) and returns it.

    >>> class Version:
    ...     def __init__(self, text: str) -> None:
    ...         self.text = text
    >>> register_type(Version, TypeSpec(wire=str, load=Version, dump=lambda version: version.text))
    """
    _REGISTERED[cls] = spec


def registered_type(cls: Any, arguments: tuple[Any, ...] = ()) -> TypeSpec | None:
    """Return how *cls* is read, by the registry or by its own word; None when nothing is known."""
    registered = _REGISTERED.get(cls)
    spec = registered or getattr(cls, TYPE_HOOK, None)
    if spec is None or isinstance(spec, TypeSpec):
        return spec
    where = f"register_type({describe_hint(cls)})" if registered else f"{describe_hint(cls)}.{TYPE_HOOK}"
    if not callable(spec):
        raise TypeHintError(f"{where} is {spec!r}; make it a class method that returns a TypeSpec")
    return returned_spec(spec(*arguments), where)


def registered_base(cls: type) -> type | None:
    """Return the class of somebody else whose description writes instances of *cls*; None for none."""
    return next((base for base in cls.__mro__ if base in _REGISTERED), None) if _REGISTERED else None


def returned_spec(spec: object, where: str) -> TypeSpec:
    """Return *spec*, which the function *where* returned.

    Raises:
        TypeHintError: It is no description of a type.
    """
    if not isinstance(spec, TypeSpec):
        raise TypeHintError(f"{where} returns {spec!r}; return a TypeSpec")
    return spec
