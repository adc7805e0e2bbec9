"""One object per type for decoding, validating and encoding.

Owns the order of the two paths: msgspec's decoder first, the walker only after a failure. What the first
accepts the second does too; values of unknown keys, which the first skips, are ignored whatever they hold.
Everything is compiled on first use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, Unpack, cast, overload

from bolide.validation.build import build_tree
from bolide.validation.call_options import ReadKeywords, RecordKeywords, given_options, tree_for_call
from bolide.validation.config import DEFAULT_CONFIG, Extra, ModelConfig
from bolide.validation.decoder import convertible_records
from bolide.validation.dump import Dumper
from bolide.validation.dump_options import DumpKeywords
from bolide.validation.errors import ErrorDetails, ErrorList, Loc, ValidationError
from bolide.validation.fast_path import (
    FAST_PATH_ERRORS,
    NO_FAST_PATH,
    JsonFastPath,
    json_fast_path,
    msgpack_fast_path,
    no_fast_path,
)
from bolide.validation.function_nodes import takes_context
from bolide.validation.functions import ValidationInfo
from bolide.validation.hints import describe_hint
from bolide.validation.msgpack_depth import decode_untyped_msgpack
from bolide.validation.records import MODEL_DECLARATION
from bolide.validation.redaction import with_hidden_secrets
from bolide.validation.skipped import KnownPartsDecoder
from bolide.validation.tree import RecordNode, RefNode, TypeTree
from bolide.validation.untyped import as_bytes
from bolide.validation.walker import Walker, compile_walker

__all__ = ["FAST_PATH_ERRORS", "Adapter"]

T = TypeVar("T")


class Adapter(Generic[T]):
    """Decode, validate and encode values of one type.

    Args:
        hint: A type hint without open forward references, or a type tree.
        strict: Forbid coercion (``"3"`` for an int) on the slow path; the fast path never coerces.
        max_errors: Stop at so many errors; 1 is what fails fast. By default what the model says, else 100.

    Raises:
        TypeHintError: The hint is not one that can be validated.
        ValueError: *max_errors* is less than 1.
    """

    @overload
    def __init__(self, hint: type[T], *, strict: bool = ..., max_errors: int | None = ...) -> None: ...
    # Checkers cannot tell what unions, Annotated and the like stand for: Any, or what the variable says.
    @overload
    def __init__(
        self: Adapter[Any], hint: Any, *, strict: bool = ..., max_errors: int | None = ...
    ) -> None: ...
    def __init__(self, hint: Any, *, strict: bool = False, max_errors: int | None = None) -> None:
        if max_errors is not None and max_errors < 1:
            raise ValueError(f"max_errors={max_errors!r} must be at least 1")
        self.tree: TypeTree = hint if isinstance(hint, TypeTree) else build_tree(hint)
        self.strict = strict
        self._max_errors = max_errors
        self._lock = threading.RLock()
        self._other_walkers: dict[tuple[bool, bool, bool], Walker] = {}
        self._readings: dict[Any, Adapter[T]] = {}
        self._named_otherwise: TypeTree | None = None  # what classes say, if a call says something else
        # Known from the first document on, which is admitted whatever its length.
        self._decode: Callable[[Any], T] = no_fast_path
        self._shallow_length = -1

    # hot: keyword-only parameters, or a dictionary of them, cost a call 50 ns, a tenth of five fields.
    def decode_json(
        self,
        data: bytes | str,
        context: Any = None,
        strict: bool | None = None,
        extra: Extra | None = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
    ) -> T:
        """Decode a JSON document; validators find *context* in their ``ValidationInfo``.

        The others are those of :class:`~bolide.validation.call_options.ReadKeywords`; give them by name.

        Raises:
            ValidationError: It is no JSON, or does not fit the type; carries every error.
            TypeError: *data* is neither bytes nor text.
        """
        if not (strict is None and extra is None and by_alias is None and by_name is None):
            options = {"strict": strict, "extra": extra, "by_alias": by_alias, "by_name": by_name}
            return self._reading(options).decode_json(data, context)
        if context is None or not self._informed:
            try:
                # hot: two attributes and no wrapper around the decoder; 0.1 of 0.5 µs for five fields.
                if len(data) > self._shallow_length or (type(data) is not bytes and type(data) is not str):
                    data = self._admit(data)
                return self._decode(data)
            except FAST_PATH_ERRORS:
                pass
        if not isinstance(data, bytes):
            data = as_bytes(data)
        errors = self._error_list()
        value = self._known_parts.decode_untyped(data, (), errors)
        if not errors:
            value = self._json_walker(value, (), errors, *self._info(context, "json"))
        if errors:
            raise self._failure(errors)
        return cast("T", value)

    def decode_msgpack(self, data: bytes, *, context: Any = None, **options: Unpack[ReadKeywords]) -> T:
        """Decode a MessagePack document, with the arguments of :meth:`decode_json`.

        It may hold what JSON has, and the binary data and timestamps of MessagePack.

        Raises:
            ValidationError: It is no MessagePack, or does not fit the type; carries every error.
        """
        if options:
            return self._reading(options).decode_msgpack(data, context=context)
        if context is None or not self._informed:
            try:
                return self._fast_decode_msgpack(data)
            except FAST_PATH_ERRORS:
                pass
        errors = self._error_list()
        value = decode_untyped_msgpack(data, errors)
        if errors:
            raise self._failure(errors)
        return self._walked(self.walker, value, context, "json")

    def validate(
        self,
        value: object,
        *,
        strict: bool | None = None,
        from_attributes: bool | None = None,
        context: Any = None,
        **options: Unpack[RecordKeywords],
    ) -> T:
        """Check a Python value, converting it by the lax rules unless the adapter is strict.

        Args:
            value: The value.
            strict: Forbid conversions, or allow them; left out, the adapter's own rule holds.
            from_attributes: Read records from the attributes of any object.
            context: What validators find in their ``ValidationInfo``.
            options: See :class:`~bolide.validation.call_options.RecordKeywords`.

        Raises:
            ValidationError: It does not fit; carries every error.
        """
        if options:
            other = self._reading(options)
            return other.validate(value, strict=strict, from_attributes=from_attributes, context=context)
        own = strict is None and not from_attributes
        walk = self.walker if own else self._other_walker(strict, bool(from_attributes), from_text=False)
        return self._walked(walk, value, context)

    def validate_strings(self, value: object, *, context: Any = None, **options: Unpack[ReadKeywords]) -> T:
        """Check a string, or mappings and lists of strings, by the rules for parameters of requests.

        Those hold for a strict adapter too, because there is nothing but text. The arguments are those of
        :meth:`decode_json`.

        Raises:
            ValidationError: It does not fit; carries every error.
        """
        if options:
            return self._reading(options).validate_strings(value, context=context)
        return self._walked(self._other_walker(False, False, from_text=True), value, context, "string")

    def _reading(self, keywords: Mapping[str, Any]) -> Adapter[T]:
        """Return the adapter for calls with *keywords*, some of ``ReadKeywords``."""
        given = given_options(keywords)
        with self._lock:
            if (key := tuple(given.items())) not in self._readings:
                strict = given.pop("strict", self.strict)
                tree = tree_for_call(self.tree, given) if given else self.tree
                reading = self._readings[key] = Adapter(tree, strict=strict, max_errors=self._max_errors)
                if given:
                    reading._named_otherwise = self.tree
        return self._readings[key]

    def _compile_walker(self, **options: Any) -> Walker:
        with self._lock:
            options.setdefault("strict", self.strict)
            walk = compile_walker(self.tree, **options)
        if self._named_otherwise is None:
            return walk
        # A secret may stand under a name that this call does not read.
        return with_hidden_secrets(walk, self._named_otherwise)

    def _walked(
        self, walk: Walker, value: object, context: Any, mode: Literal["python", "json", "string"] = "python"
    ) -> T:
        errors = self._error_list()
        validated = walk(value, (), errors, *self._info(context, mode))
        if errors:
            raise self._failure(errors)
        return cast("T", validated)

    def _other_walker(self, strict: bool | None, from_attributes: bool, *, from_text: bool) -> Walker:
        strict = self.strict if strict is None else strict
        key = (strict, from_attributes, from_text)
        with self._lock:
            if key not in self._other_walkers:
                self._other_walkers[key] = self._compile_walker(
                    strict=strict, from_attributes=from_attributes, from_text=from_text
                )
        return self._other_walkers[key]

    def dump(
        self, value: T, *, mode: Literal["python", "json"] = "python", **options: Unpack[DumpKeywords]
    ) -> Any:
        """Return *value* in standard types; it is not validated, but only what is declared is dumped.

        Args:
            value: The value.
            mode: ``"json"`` leaves only the types that JSON has.
            options: What is left out, and under which names: see
                :class:`~bolide.validation.dump_options.DumpKeywords`.

        Raises:
            SerializationError: Something cannot be dumped.
            TypeError: Something in it has no JSON form.
        """
        return self.dumper.dump(value, mode, options)

    def dump_json(
        self,
        value: T,
        *,
        indent: int | None = None,
        ensure_ascii: bool = False,
        **options: Unpack[DumpKeywords],
    ) -> bytes:
        """Return *value* as JSON; the options are those of :meth:`dump`.

        Args:
            value: The value.
            indent: Write on several lines, with so many spaces per level.
            ensure_ascii: Write other characters as escapes.
            options: See :class:`~bolide.validation.dump_options.DumpKeywords`.

        Raises:
            SerializationError: Something cannot be dumped.
            TypeError: Something in it has no JSON form.
        """
        return self.dumper.dump_json(value, options, indent=indent, ensure_ascii=ensure_ascii)

    def dump_msgpack(self, value: T, **options: Unpack[DumpKeywords]) -> bytes:
        """Return *value* as MessagePack, made of what JSON has; the options are those of :meth:`dump`.

        Raises:
            SerializationError: Something cannot be dumped.
            TypeError: Something in it has no such form.
        """
        return self.dumper.dump_msgpack(value, options)

    def json_schema(
        self,
        *,
        mode: Literal["validation", "serialization"] = "validation",
        by_alias: bool = True,
        ref_template: str = "#/$defs/{model}",
    ) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of the type.

        Args:
            mode: What is accepted (``validation``) or what is written (``serialization``).
            by_alias: Name properties by alias.
            ref_template: A reference, with ``{model}`` for the name of what it refers to.
        """
        # Schemas are asked for by people and documents, not by servers.
        from bolide.validation.json_schema import json_schema

        return json_schema(self.tree, mode=mode, by_alias=by_alias, ref_template=ref_template)

    @property
    def fast_decode_json(self) -> Callable[[bytes], T]:
        """The fast path alone: strict, and raises one of :data:`FAST_PATH_ERRORS` without details."""
        return self._json_fast_path.decoder()

    def collect_json(self, data: bytes, loc: Loc, errors: list[ErrorDetails]) -> T:
        """Decode a request's body on the slow path; append everything that is wrong to *errors*.

        The result has no meaning when errors were appended.
        """
        count = len(errors)
        value = self._known_parts.decode_untyped(data, loc, errors)
        if len(errors) > count:
            return cast("T", value)
        return cast("T", self._json_body_walker(value, loc, errors, *self._info(None, "json")))

    def collect(self, value: object, loc: Loc, errors: list[ErrorDetails]) -> T:
        """Check the content of a request's body; append everything that is wrong to *errors*.

        Like FastAPI's, bodies are read with attributes: a wrong record is a ``model_attributes_type``.
        """
        return cast("T", self._body_walker(value, loc, errors, *self._info(None, "json")))

    @cached_property
    def _informed(self) -> bool:
        return self.tree.reaches(self.tree.root, takes_context)

    def _info(self, context: Any, mode: Literal["python", "json", "string"]) -> tuple[ValidationInfo, ...]:
        """Return what the walkers take beside value, loc and errors."""
        return (ValidationInfo(context, mode),) if self._informed else ()

    @cached_property
    def title(self) -> str:
        """How errors name the type."""
        root = self.tree.root
        return describe_hint(root.target if isinstance(root, RefNode) else root.hint)

    @cached_property
    def dumper(self) -> Dumper:
        """What :meth:`dump` and its like use."""
        with self._lock:
            return Dumper(self.tree)

    def _error_list(self) -> list[ErrorDetails]:
        limit = self._options.max_errors if self._max_errors is None else self._max_errors
        return [] if limit is None else ErrorList(limit)

    def _failure(self, errors: list[ErrorDetails]) -> ValidationError:
        if self._options.hide_input_in_errors:
            return ValidationError(self.title, errors, hide_input=True)
        return ValidationError(self.title, errors)  # hot: 0.1 µs less than with the argument

    @cached_property
    def _options(self) -> ModelConfig:
        """The options of the model that is adapted, those of any model else."""
        root = self.tree.resolve(self.tree.root)
        declaration = getattr(root.cls, MODEL_DECLARATION, None) if isinstance(root, RecordNode) else None
        return DEFAULT_CONFIG if declaration is None else declaration.config

    @cached_property
    def _known_parts(self) -> KnownPartsDecoder:
        return KnownPartsDecoder(self.tree)

    @cached_property
    def _json_fast_path(self) -> JsonFastPath:
        if self._named_otherwise is not None:
            return NO_FAST_PATH
        with self._lock:
            return json_fast_path(self.tree, strict=self.strict)

    def _admit(self, data: object) -> bytes:
        """Return *data* as bytes, unless it is nested too deep for the stack; see ``JsonFastPath``."""
        path = self._json_fast_path
        self._decode = path.decode
        self._shallow_length = path.shallow_length  # last: other threads look at it first
        return path.admit(data)

    @cached_property
    def _fast_decode_msgpack(self) -> Callable[[bytes], T]:
        if self._named_otherwise is not None:
            return no_fast_path
        with self._lock:
            return msgpack_fast_path(self.tree, strict=self.strict)

    @cached_property
    def walker(self) -> Walker:
        """The compiled walker, which :meth:`validate` calls."""
        return self._compile_walker()

    @cached_property
    def _json_walker(self) -> Walker:
        return self._compile_walker(convertible=self._convertible)

    @cached_property
    def _json_body_walker(self) -> Walker:
        return self._compile_walker(from_attributes=True, convertible=self._convertible)

    @cached_property
    def _convertible(self) -> frozenset[Any]:
        if self._json_fast_path.decode is no_fast_path:
            return frozenset()
        return convertible_records(self.tree)

    @cached_property
    def _body_walker(self) -> Walker:
        return self._compile_walker(from_attributes=True)
