"""The cases that have targets: what each contender does, prepared so that only the work is timed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

import pydantic
from pydantic import TypeAdapter

import bolide
from bench.validation import subjects
from bench.validation.subjects import BOLIDE, PYDANTIC, Library, decoder
from bench.validation.timing import Run
from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.response import compile_response_encoder
from bolide.validation.strings import StringParser

__all__ = ["CASES", "Case"]

Contenders = dict[str, Run]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to do.

    Attributes:
        name: As in results.
        title: What a reader calls it.
        prepare: Makes the contenders by name; raises when this tree lacks what the case needs.
        agree: Whether the contenders' results must be equal, told without their classes.
    """

    name: str
    title: str
    prepare: Callable[[], Contenders]
    agree: bool = True


def _products(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": number + 1,
            "name": f"Product {number}",
            "price": 9.5 + number,
            "sku": f"ABC-{number:04}",
            "tags": ["new", "sale"],
        }
        for number in range(count)
    ]


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _reading(declare: Callable[[Library], Any], data: bytes) -> Contenders:
    """Read *data* with both libraries, and with pydantic as FastAPI does."""
    adapter: TypeAdapter[Any] = TypeAdapter(declare(PYDANTIC))
    return {
        "bolide": partial(decoder(BOLIDE, declare(BOLIDE)), data),
        "pydantic": partial(adapter.validate_json, data),
        "fastapi": lambda: adapter.validate_python(json.loads(data), from_attributes=True),
    }


def _list_of(declare: Callable[[Library], Any]) -> Callable[[Library], Any]:
    return lambda library: list[declare(library)]  # type: ignore[misc]


def _failing(declare: Callable[[Library], Any], data: bytes) -> Contenders:
    """Read *data*, which is invalid, and list every error."""
    adapter: TypeAdapter[Any] = TypeAdapter(declare(PYDANTIC))
    decode = decoder(BOLIDE, declare(BOLIDE))

    def bolide_errors() -> Any:
        try:
            decode(data)
        except bolide.ValidationError as error:
            return error.errors()

    def pydantic_errors() -> Any:
        try:
            adapter.validate_json(data)
        except pydantic.ValidationError as error:
            return error.errors(include_url=False)

    def fastapi_errors() -> Any:
        try:
            adapter.validate_python(json.loads(data), from_attributes=True)
        except pydantic.ValidationError as error:
            return error.errors(include_url=False)

    return {"bolide": bolide_errors, "pydantic": pydantic_errors, "fastapi": fastapi_errors}


def _one_bad() -> Contenders:
    products = _products(100)
    products[50]["price"] = -1
    return _failing(_list_of(subjects.product), _json(products))


def _five_errors() -> Contenders:
    broken = {"id": 0, "name": "", "price": "much", "sku": "abc", "tags": 3}
    return _failing(subjects.product, _json(broken))


def _shape_items() -> list[dict[str, Any]]:
    kinds: list[dict[str, Any]] = [
        {"kind": "circle", "x": 1.5, "y": 2.5, "radius": 3.5},
        {"kind": "square", "x": 1.5, "y": 2.5, "side": 3.5},
        {"kind": "line", "x": 1.5, "y": 2.5, "to_x": 3.5, "to_y": 4.5},
        {"kind": "text", "x": 1.5, "y": 2.5, "text": "hello", "bold": True},
        {"kind": "group", "name": "some", "members": [1, 2, 3]},
    ]
    return [kinds[number % len(kinds)] for number in range(100)]


_QUERY: Final = {
    "limit": (int, {"ge": 1, "le": 100}, "25"),
    "page": (int, {"ge": 1}, "3"),
    "search": (str, {"min_length": 1, "max_length": 50}, "clockwork"),
    "price": (float, {"gt": 0}, "19.5"),
    "active": (bool, {}, "true"),
}


def _query() -> Contenders:
    """Read five texts; Bolide prints the statements that its handlers have."""
    texts = {name: text for name, (_, _, text) in _QUERY.items()}
    source = SourceBuilder()
    namespace = Namespace(
        reserved=frozenset({"read", "texts", *(f"{stem}{n}" for n in "01234" for stem in "rv")})
    )
    with source.block("def read(texts):"):
        for index, (name, (hint, options, _)) in enumerate(_QUERY.items()):
            source.line(f"r{index} = texts.get({name!r})")
            parser = StringParser(build_tree(_annotated(BOLIDE, hint, options)))
            parser.emit_fast(source, namespace, f"r{index}", f"v{index}")
        source.line("return [v0, v1, v2, v3, v4]")
    read = compile_function("read", source.source(), namespace, label="query of the benchmark")
    adapters = [
        (name, TypeAdapter(_annotated(PYDANTIC, hint, options)))
        for name, (hint, options, _) in _QUERY.items()
    ]
    return {
        "bolide": partial(read, texts),
        "fastapi": lambda: [
            adapter.validate_python(texts.get(name), from_attributes=True) for name, adapter in adapters
        ],
    }


def _annotated(library: Library, hint: Any, options: Mapping[str, Any]) -> Any:
    return Annotated[hint, library.Field(**options)]


def _stored_products(library: Library, *, related: bool) -> tuple[Any, list[Any]]:
    """Return the public class, and 100 instances of a subclass, or of a class of its own."""
    public, subclass, row = subjects.public_products(library)
    stored = subclass if related else row
    items = [
        stored(id=number, name=f"Product {number}", price=9.5, cost=5.5, supplier="Somebody")
        for number in range(100)
    ]
    return public, items


def _dump_filtered() -> Contenders:
    public, stored = _stored_products(BOLIDE, related=True)
    peer_public, peer_stored = _stored_products(PYDANTIC, related=True)
    return {
        "bolide": partial(Adapter(list[public]).dump_json, stored),
        "pydantic": partial(TypeAdapter(list[peer_public]).dump_json, peer_stored),
        "fastapi": _fastapi_response(peer_public, peer_stored),
    }


def _respond(*, related: bool) -> Contenders:
    """Write the response of a route that returns other objects than it declares."""
    public, stored = _stored_products(BOLIDE, related=related)
    encode = compile_response_encoder(build_tree(list[public]))
    peers = _stored_products(PYDANTIC, related=related)
    return {"bolide": partial(encode, stored), "fastapi": _fastapi_response(*peers)}


def _fastapi_response(public: Any, stored: list[Any]) -> Run:
    adapter: TypeAdapter[Any] = TypeAdapter(list[public])
    return lambda: adapter.dump_json(adapter.validate_python(stored, from_attributes=True))


def _define() -> Contenders:
    return {"bolide": partial(subjects.wide, BOLIDE), "pydantic": partial(subjects.wide, PYDANTIC)}


def _define_and_use() -> Contenders:
    data = _json({"id": 1, "name": "One", "price": 1.5, "sku": "ABC-0001", "tags": []})
    return {
        "bolide": lambda: subjects.wide(BOLIDE).model_validate_json(data),
        "pydantic": lambda: subjects.wide(PYDANTIC).model_validate_json(data),
    }


def _one(declare: Callable[[Library], Any]) -> Callable[[], Contenders]:
    return lambda: _reading(declare, _json(_products(1)[0]))


def _hundred(declare: Callable[[Library], Any]) -> Callable[[], Contenders]:
    return lambda: _reading(_list_of(declare), _json(_products(100)))


CASES: Final = (
    Case("decode", "decode a model of 5 constrained fields", _one(subjects.product)),
    Case("decode-100", "list of 100 such", _hundred(subjects.product)),
    Case("pattern-100", "the same with a pattern on one field", _hundred(subjects.product_with_pattern)),
    Case(
        "after-100",
        "the same with an after-validator per item",
        _hundred(subjects.product_with_after_validator),
    ),
    Case(
        "model-after-100",
        "the same with a model validator (after)",
        _hundred(subjects.product_with_model_validator),
    ),
    Case("before", "a before-validator on one field", _one(subjects.product_with_before_validator)),
    Case(
        "before-100",
        "list of 100 with a before-validator",
        _hundred(subjects.product_with_before_validator),
    ),
    Case(
        "tagged-100",
        "discriminated union of 5 models, list of 100",
        lambda: _reading(_list_of(subjects.shapes), _json(_shape_items())),
    ),
    Case("one-bad", "1 bad item of 100: its error", _one_bad),
    Case("five-errors", "5 errors in one model: all of them", _five_errors),
    Case("query", "query parsing, five typed parameters", _query),
    Case("dump-filtered", "dump 100 through a type that filters 2 of 5 fields", _dump_filtered),
    Case("respond-subclass", "the same as a response of a route", lambda: _respond(related=True)),
    Case("respond-filtered", "the same, objects of an unrelated class", lambda: _respond(related=False)),
    Case("define", "define a model of 10 fields", _define, agree=False),
    Case("define-and-use", "define it and decode one", _define_and_use),
)
