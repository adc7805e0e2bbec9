"""Pydantic's models, dataclasses and types inside of type trees (extra ``bolide[pydantic]``).

Pydantic decides itself what it reads, how it writes, and what it says of errors. It is never imported here:
whoever hands over one of its objects has done that.
"""

from __future__ import annotations

import functools
import sys
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.custom_types import TypeSpec, UnreadableTypeError
from bolide.validation.dump_options import DumpOptions, SerializationError
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.fields import PYDANTIC_OPTIONS
from bolide.validation.hints import describe_hint
from bolide.validation.pydantic_secrets import secrets_in

__all__ = ["foreign_type", "has_foreign", "pydantic_type", "to_json_value"]

_NAME: Final = "pydantic"
_SERIALIZER: Final = "__pydantic_serializer__"
# Where Pydantic's own classes and the metadata of its hints come from.
_PACKAGES: Final = frozenset({"pydantic", "pydantic_core", "pydantic_extra_types", "pydantic_settings"})
_DEFAULTS: Final = msgspec.structs.asdict(DumpOptions())
_OWN_PACKAGES: Final = frozenset({"bolide", "msgspec"})


def has_foreign(metadata: Iterable[object], bare: Any) -> bool:
    """Tell whether ``Annotated[bare, *metadata]`` holds something that only Pydantic understands.

    Constraints of Pydantic are read here, unless they are those of a type that is Pydantic's own.
    """
    is_own = getattr(bare, "__module__", "").partition(".")[0] in _PACKAGES
    return any(_is_pydantics(item) and (is_own or not _is_constraint(item)) for item in metadata)


def foreign_type(bare: Any, metadata: tuple[Any, ...]) -> tuple[TypeSpec, tuple[object, ...]]:
    """Return how ``Annotated[bare, *metadata]`` is read, and the *metadata* that Pydantic would not know."""
    own = [item for item in metadata if type(item).__module__.partition(".")[0] in _OWN_PACKAGES]
    annotated: Any = typing.Annotated
    hint = annotated[bare, *(item for item in metadata if item not in own)]
    return pydantic_type(hint), tuple(own)


def _is_pydantics(item: object) -> bool:
    kind: Any = type(item) if not isinstance(item, type) else item
    return kind.__module__.partition(".")[0] in _PACKAGES and kind.__name__ != "FieldInfo"


def _is_constraint(item: object) -> bool:
    return type(item).__name__ in PYDANTIC_OPTIONS


def pydantic_type(hint: Any) -> TypeSpec:
    """Return how values of *hint* are read and written by Pydantic.

    Raises:
        UnreadableTypeError: Pydantic has no schema for it.
    """
    adapter = _Adapter(_type_adapter(hint), hint)
    is_class = isinstance(hint, type)
    secrets = secrets_in(hint)
    return TypeSpec(
        wire=Any,
        load=adapter.load,
        load_part=adapter.load_part,
        for_call=_for_call,
        load_json=adapter.load_json,
        dump=to_json_value,
        dump_part=adapter.dump,
        value=None if is_class else Any,
        is_exact=is_class,
        is_secret=secrets.is_everything,
        secret_keys=secrets.keys,
        is_record=hasattr(hint, "__pydantic_validator__"),
        json_schema=adapter.json_schema,
        label=describe_hint(hint),
    )


class _Adapter:
    """A ``TypeAdapter`` with the rules of this package."""

    __slots__ = ("_hint", "_keywords", "_made")

    def __init__(self, made: Any, hint: Any) -> None:
        self._made = made
        self._hint = hint
        self._keywords: tuple[DumpOptions | None, dict[str, Any]] = (None, {})

    def load(self, value: object) -> Any:
        """Read a value that JSON can hold, an instance, or any object with attributes."""
        return self.load_part(value, False, True, None)

    def load_part(
        self, value: object, strict: bool, from_attributes: bool, context: Any, **records: Any
    ) -> Any:
        """Read the same with the options of the call; what is left open, Pydantic decides.

        *records* are those about the fields of records (``by_alias``, ``by_name``, ``extra``).
        """
        given = value
        if isinstance(self._hint, type) and isinstance(value, self._hint) and type(value) is not self._hint:
            # Of a subclass: what the class declares is taken over, and nothing else.
            given = self._made.dump_python(value, by_alias=True, warnings=False)
        options: dict[str, Any] = {"from_attributes": from_attributes or None, "context": context, **records}
        if not strict:
            return self._checked(self._made.validate_python, given, **options)
        try:
            return self._checked(self._made.validate_python, given, strict=True, **options)
        except ValidationError:
            # Strict values may have their form in JSON: "2030-01-01" for a date.
            try:
                data = msgspec.json.encode(given)
            except (TypeError, ValueError, RecursionError):
                data = None
            if data is None:
                raise
            return self._checked(self._made.validate_json, data, strict=True, context=context, **records)

    def load_json(self, data: bytes) -> Any:
        """Read a JSON document."""
        return self._checked(self._made.validate_json, data)

    def dump(self, value: Any, options: DumpOptions, include: Any = None, exclude: Any = None) -> Any:
        """Dump what the hint declares of *value*, by the rules and the defaults of Pydantic.

        Raises:
            SerializationError: Pydantic refuses it.
        """
        given, keywords = self._keywords
        if given is not options:  # hot: one call may dump many parts
            keywords = _dump_keywords(options)
            self._keywords = options, keywords
        try:
            return self._made.dump_python(value, include=include, exclude=exclude, **keywords)
        except ValueError as error:
            raise SerializationError(str(error)) from error

    def json_schema(self, mode: str, *, by_alias: bool = True) -> dict[str, Any]:
        """Return the schema; a model or dataclass is a definition under ``$defs`` itself."""
        schema: dict[str, Any] = self._made.json_schema(mode=mode, by_alias=by_alias)
        if "$ref" in schema or not hasattr(self._hint, "__pydantic_validator__"):
            return schema
        definitions = schema.pop("$defs", {})
        name = self._hint.__name__
        return {"$ref": f"#/$defs/{name}", "$defs": {**definitions, name: schema}}

    def _checked(self, read: Callable[..., Any], given: Any, **options: Any) -> Any:
        try:
            return read(given, **options)
        except ValueError as error:
            if type(error).__module__.partition(".")[0] not in _PACKAGES:
                raise
            failure: Any = error
            details: list[ErrorDetails] = failure.errors(include_url=False)
            raise ValidationError(failure.title, details) from error


def _type_adapter(hint: Any) -> Any:
    """Return what Pydantic reads *hint* by.

    Raises:
        UnreadableTypeError: There is nothing: a name is not defined, or an optional package is missing.
    """
    pydantic: Any = sys.modules[_NAME]
    refusals = (pydantic.errors.PydanticUserError, sys.modules["pydantic_core"].SchemaError)
    try:
        adapter = pydantic.TypeAdapter(hint)
        if not adapter.pydantic_complete:
            adapter.rebuild()
    except (*refusals, NameError, ImportError, TypeError) as error:
        text = str(error).partition("\n\nFor further information")[0]
        raise UnreadableTypeError(f"cannot be read by Pydantic: {text}") from error
    return adapter


def _for_call(spec: TypeSpec, options: Mapping[str, Any]) -> TypeSpec:
    assert spec.load_part is not None
    return msgspec.structs.replace(spec, load_part=functools.partial(spec.load_part, **options))


def _dump_keywords(options: DumpOptions) -> dict[str, Any]:
    """Return what Pydantic calls *options*, without those that say nothing: it may not know all of them."""
    given = msgspec.structs.asdict(options)
    del given["undeclared_bytes"], given["binary"]
    return {name: value for name, value in given.items() if value is not _DEFAULTS[name]}


def to_json_value(value: Any) -> Any:
    """Return *value*, which Pydantic made, in the types that JSON has."""
    kind = value.__class__
    serializer: Any = getattr(kind, _SERIALIZER, None)
    if serializer is None:
        return sys.modules["pydantic_core"].to_jsonable_python(value)
    return serializer.to_python(value, mode="json", by_alias=True)
