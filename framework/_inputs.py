"""Collect a request's inputs with every error: the slow path behind a handler's straight-line extraction."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from bolide._plan import Input
from bolide._wire import is_json_media_type, parse_cookies, parse_query_lists
from bolide.exceptions import RequestValidationError
from bolide.server_adapters.contract import Exchange
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ErrorDetails, ErrorList, append_error
from bolide.validation.strings import StringParser

__all__ = ["InputCollector", "default_of"]

# A function that returns the raw values of an input, newest last; empty when the request has none.
_Raw = Callable[[Input], Sequence[str]]


class InputCollector:
    """Re-reads inputs of a route with lax rules after the fast path has failed.

    What the fast path accepts, this accepts with the same value.
    """

    def __init__(
        self,
        inputs: Sequence[Input],
        path_parameters: Sequence[str],
        body_adapter: Adapter[Any] | None,
        *,
        max_errors: int,
    ) -> None:
        self._max_errors = max_errors
        self._inputs = inputs
        self._path_parameters = path_parameters
        self._body_adapter = body_adapter
        self._parsers = [None if i.location == "body" else StringParser(i.tree) for i in inputs]
        # The body's errors come last, whoever declares it.
        self._order = sorted(range(len(inputs)), key=lambda i: inputs[i].location == "body")

    def __call__(self, exchange: Exchange, segments: Sequence[str], body: bytes | None) -> list[Any]:
        """Return the values of the inputs, in their order.

        Raises:
            RequestValidationError: with every error of every input.
        """
        sources = self._sources(exchange, segments)
        errors: list[ErrorDetails] = ErrorList(self._max_errors)
        values: list[Any] = [None] * len(self._inputs)
        for index in self._order:
            each, parser = self._inputs[index], self._parsers[index]
            if parser is None:
                values[index] = self._collect_body(each, exchange, body or b"", errors)
                continue
            raw = sources[each.location](each)
            loc = (each.location, each.wire_name)
            if raw:
                values[index] = parser.collect(list(raw) if each.multiple else _pick(each, raw), loc, errors)
            elif each.required:
                append_error(errors, "missing", loc, None)
            else:
                values[index] = default_of(each)
        if errors:
            raise RequestValidationError(errors[: self._max_errors], body=body)
        return values

    def _sources(self, exchange: Exchange, segments: Sequence[str]) -> dict[str, _Raw]:
        path = dict(zip(self._path_parameters, segments, strict=True))
        query = parse_query_lists(exchange.query)
        cookies = parse_cookies(";".join(exchange.header_values(b"cookie")))
        return {
            "path": lambda each: [path[each.wire_name]],
            "query": lambda each: query.get(each.wire_name, ()),
            "header": lambda each: exchange.header_values(each.wire_name.encode()),
            "cookie": lambda each: [cookies[each.wire_name]] if each.wire_name in cookies else (),
        }

    def _collect_body(self, each: Input, exchange: Exchange, body: bytes, errors: list[ErrorDetails]) -> Any:
        adapter = self._body_adapter
        assert adapter is not None
        if not body:
            if each.required:
                append_error(errors, "missing", ("body",), None)
                return None
            return default_of(each)
        if is_json_media_type(exchange.header(b"content-type")):
            return adapter.collect_json(body, ("body",), errors)
        # FastAPI's rule: without a JSON media type the raw bytes are what is validated.
        return adapter.collect(_text_or_bytes(body), ("body",), errors)


def default_of(each: Input) -> Any:
    """Return the default of an input; each request has its own."""
    if each.default_factory is not None:
        return each.default_factory()
    return copy.deepcopy(each.default)


def _pick(each: Input, raw: Sequence[str]) -> str:
    """Return the value that counts of a repeated one: the first header, the last query parameter."""
    return raw[0] if each.location == "header" else raw[-1]


def _text_or_bytes(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
