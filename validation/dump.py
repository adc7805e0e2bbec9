"""Dump values of one type: as Python objects, as the types that JSON has, as JSON text.

Owns which way is taken. JSON of what needs no plan is written by msgspec at once, after a comparison of types
(see ``exact_encoder``); everything else by functions that are printed for the options that change them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, Unpack

import msgspec

from bolide.validation.build import build_written_tree
from bolide.validation.dump_options import (
    DumpKeywords,
    DumpMode,
    DumpOptions,
    SerializationError,
    Variant,
    variant_of,
)
from bolide.validation.dump_plan import has_wrapping, is_native
from bolide.validation.dump_printer import DumpPrinter
from bolide.validation.dump_runtime import AnyDumper
from bolide.validation.encode import collection_encoder, encode_dumped, encode_msgpack, to_builtins
from bolide.validation.exact_encoder import compile_exact_encoder
from bolide.validation.spelling import did_you_mean
from bolide.validation.tree import ArrayNode, MapNode, TypeTree

__all__ = ["Dumper", "compile_planned_encoder"]

T = TypeVar("T")

_PLAIN: Final = DumpOptions()
_SELECTION: Final = frozenset({"include", "exclude"})
_PER_CALL: Final = frozenset({"context", "fallback"})
"""Options whose values may be others with every call, or cannot be hashed."""
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


class Dumper:
    """Dumps values of one type; what it needs is compiled at first use."""

    __slots__ = ("_dumps", "_encoders", "_lock", "_plain", "_prepared_calls", "tree")

    def __init__(self, tree: TypeTree) -> None:
        self.tree = tree
        self._dumps: dict[Variant, Callable[..., Any]] = {}
        self._encoders: dict[bool | None, Callable[[object], bytes]] = {}
        self._prepared_calls: dict[Any, tuple[DumpOptions, Callable[..., Any]]] = {}
        self._plain: Callable[..., Any] | None = None
        self._lock = threading.RLock()

    def dump(self, value: object, mode: DumpMode, keywords: Mapping[str, Any]) -> Any:
        """Return *value* as standard types; *keywords* are those of ``DumpKeywords``.

        Raises:
            SerializationError: Something in it cannot be dumped.
            TypeError: It holds an object of an unknown class, or a keyword is unknown.
        """
        if mode == "python" and not keywords:  # hot: nothing to look up for a call without options
            if self._plain is None:
                self._plain = self.compiled(Variant())
            return _guarded(self._plain, value, _PLAIN)
        if mode not in ("python", "json"):
            raise ValueError(f"mode is 'python' or 'json', not {mode!r}")
        options, dumped = self._dumped(value, mode, keywords)
        return dumped if mode == "python" else _guarded(to_builtins, dumped, options.fallback)

    def dump_json(
        self,
        value: object,
        keywords: Mapping[str, Any],
        *,
        indent: int | None = None,
        ensure_ascii: bool = False,
    ) -> bytes:
        """Return *value* as JSON; *keywords* are those of ``DumpKeywords``.

        Raises:
            SerializationError: Something in it cannot be dumped.
            TypeError: It holds an object of an unknown class, or a keyword is unknown.
        """
        if not keywords or (len(keywords) == 1 and "by_alias" in keywords):
            encoded = self._encoder(keywords.get("by_alias"))(value)
        else:
            options, dumped = self._dumped(value, "json", keywords)
            encoded = _guarded(encode_dumped, dumped, options.fallback)
        if ensure_ascii:
            encoded = _NOT_ASCII.sub(_escape, encoded.decode()).encode()
        return encoded if indent is None else msgspec.json.format(encoded, indent=indent)

    def dump_msgpack(self, value: object, keywords: Mapping[str, Any]) -> bytes:
        """Return *value* as MessagePack, where bytes stay bytes; it raises what :meth:`dump_json` does."""
        options, dumped = self._dumped(value, "json", {**keywords, "binary": True})
        return _guarded(encode_msgpack, dumped, options.fallback)

    def compiled(self, variant: Variant) -> Callable[..., Any]:
        """Return the function that dumps in *variant*."""
        dump = self._dumps.get(variant)
        if dump is None:
            with self._lock:
                dump = self._dumps[variant] = DumpPrinter(self.tree, variant, _any_dumper(variant)).compile()
        return dump

    def _dumped(self, value: object, mode: DumpMode, keywords: Mapping[str, Any]) -> tuple[DumpOptions, Any]:
        include, exclude = keywords.get("include"), keywords.get("exclude")
        selects = include is not None or exclude is not None
        options, dump = self._prepared(mode, keywords, selects)
        if not selects:
            return options, _guarded(dump, value, options)
        return options, _guarded(dump, value, options, include, exclude)

    def _prepared(
        self, mode: DumpMode, keywords: Mapping[str, Any], selects: bool
    ) -> tuple[DumpOptions, Callable[..., Any]]:
        """Return the options that *keywords* say, and what dumps accordingly."""
        fixed = {name: value for name, value in keywords.items() if name not in _SELECTION}
        key = (mode, selects, *fixed.items()) if _PER_CALL.isdisjoint(fixed) else None
        if key is not None and (prepared := self._prepared_calls.get(key)) is not None:
            return prepared
        try:
            options = DumpOptions(mode=mode, **fixed)
        except TypeError as error:
            known = DumpKeywords.__annotations__
            name = next(each for each in fixed if each not in known)
            raise TypeError(f"dumping has no option {name!r}{did_you_mean(name, known)}") from error
        twins = mode == "json" and not has_wrapping(self.tree)
        prepared = options, self.compiled(variant_of(options, twins=twins, selects=selects))
        if key is not None:  # hot: 0.6 µs of 1.5 for a small record; there are only so many combinations
            self._prepared_calls[key] = prepared
        return prepared

    def _encoder(self, by_alias: bool | None) -> Callable[[object], bytes]:
        encode = self._encoders.get(by_alias)
        if encode is None:
            with self._lock:
                native = is_native(self.tree, by_alias=by_alias)
                planned = _Planned(self, by_alias, searches=native)
                encode = compile_exact_encoder(self.tree, planned) if native else planned
                self._encoders[by_alias] = encode
        return encode


def compile_planned_encoder(tree: TypeTree, **keywords: Unpack[DumpKeywords]) -> Callable[[Any], bytes]:
    """Return what encodes values of *tree* by their plans, and by alias, as responses are.

    Values of other types than declared are nobody's business here. RecursionError and UnicodeError propagate.
    """
    include, exclude = keywords.pop("include", None), keywords.pop("exclude", None)
    given: dict[str, Any] = {"by_alias": True, "warnings": False, **keywords}
    options = DumpOptions(mode="json", undeclared_bytes=True, **given)
    selects = include is not None or exclude is not None
    dump = Dumper(tree).compiled(variant_of(options, twins=not has_wrapping(tree), selects=selects))
    encode = _encoder_of_dumped(tree)

    def encode_planned(value: Any) -> bytes:
        return encode(dump(value, options))

    def encode_selected(value: Any) -> bytes:
        return encode(dump(value, options, include, exclude))

    return encode_selected if selects else encode_planned


def _any_dumper(variant: Variant) -> AnyDumper:
    """Return what dumps values by their classes; each of which it compiles once, at whatever depth."""
    seen = msgspec.structs.replace(variant, twins=False)
    seen_dumper = _any_dumper(seen) if variant.twins else None

    def dump_of(cls: Any) -> Callable[..., Any]:
        tree = build_written_tree(cls)
        if seen_dumper is not None and has_wrapping(tree):  # a serializer sees what its record is made into
            return DumpPrinter(tree, seen, seen_dumper).compile(of_class=True)
        return DumpPrinter(tree, variant, any_dumper).compile(of_class=True)

    any_dumper = AnyDumper(dump_of, selects=variant.selects)
    return any_dumper


class _Planned:
    """Encodes values by their plans.

    What *searches* gets values of which something is not as declared: a model may stand anywhere.
    """

    __slots__ = ("_dump", "_encode", "_options")

    def __init__(self, dumper: Dumper, by_alias: bool | None, *, searches: bool) -> None:
        self._encode = _encoder_of_dumped(dumper.tree)
        self._options = DumpOptions(mode="json", by_alias=by_alias)
        twins = not has_wrapping(dumper.tree)
        self._dump = dumper.compiled(variant_of(self._options, twins=twins, searches=searches))

    def __call__(self, value: object) -> bytes:
        return _guarded(self._encode, _guarded(self._dump, value, self._options))

    def refusal(self, value: object, error: RecursionError | UnicodeError) -> SerializationError:
        """Return what to raise for a *value* that has no JSON form."""
        del value
        return _refusal(error)


def _encoder_of_dumped(tree: TypeTree) -> Callable[[object], bytes]:
    is_collection = isinstance(tree.root, ArrayNode | MapNode)
    return collection_encoder() if is_collection else encode_dumped


def _guarded(function: Callable[..., T], *arguments: Any) -> T:
    """Call *function*; what the value cannot help is a SerializationError."""
    try:
        return function(*arguments)
    except (RecursionError, UnicodeError, OverflowError) as error:
        raise _refusal(error) from error


def _refusal(error: RecursionError | UnicodeError | OverflowError) -> SerializationError:
    if isinstance(error, OverflowError):
        return SerializationError("the value holds an integer of more than 64 bits")
    if isinstance(error, RecursionError):
        return SerializationError("the value holds itself, or is nested too deeply")
    return SerializationError(f"the value holds text that has no UTF-8 form: {error}")


def _escape(character: re.Match[str]) -> str:
    """Return a character as JSON's escapes: two of them beyond U+FFFF (RFC 8259 §7)."""
    units = character.group().encode("utf-16-be").hex()
    return "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4))
