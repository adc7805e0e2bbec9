"""Describe the header fields and cookies of responses, as ``responses=`` and errors declare them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from bolide.exceptions import HTTPException
from bolide.openapi.description import Header
from bolide.validation.build import build_tree

__all__ = ["declared_headers", "headers_of_errors", "plain_headers"]

_HeaderObject: TypeAlias = Mapping[str, Any]


def declared_headers(described: Mapping[str, Any]) -> Iterator[Header]:
    """Yield what ``headers`` and ``cookies`` of a declared response say with types or texts.

    A header is a type, or a Header Object with a ``model`` in place of its ``schema``; see
    :func:`plain_headers` for the others. ``cookies`` are texts about cookies, by name.

    Raises:
        TypeHintError: one of the types cannot be written.
    """
    for name, header in _headers(described).items():
        if not isinstance(header, Mapping):
            yield Header(name=name, tree=build_tree(header))
            continue
        declared = cast("_HeaderObject", header)
        if "model" in declared:
            extra = {word: value for word, value in declared.items() if word != "model"}
            yield Header(name=name, tree=build_tree(declared["model"]), extra=extra)
    if cookies := described.get("cookies"):
        # OpenAPI 3.1 has an object for the field only, which there is one of for each cookie.
        text = "\n".join(f"- `{name}`: {about}" for name, about in cookies.items())
        extra = {"description": text, "schema": {"type": "string"}}
        yield Header(name="Set-Cookie", extra=extra)


def plain_headers(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the headers of a declared response that are Header Objects (OpenAPI 3.1 §4.8.21) as they are."""
    return {
        name: header
        for name, header in _headers(described).items()
        if isinstance(header, Mapping) and "model" not in header
    }


def headers_of_errors(errors: Iterable[type[HTTPException] | HTTPException]) -> tuple[Header, ...]:
    """Return the headers that *errors* or their classes have, with their values as examples."""
    values: dict[str, str] = {}
    for error in errors:
        declared = getattr(error, "headers", None)
        values |= declared if isinstance(declared, Mapping) else {}
    return tuple(
        Header(name=name, extra={"schema": {"type": "string"}, "example": value})
        for name, value in values.items()
    )


def _headers(described: Mapping[str, Any]) -> Mapping[str, Any]:
    headers: Mapping[str, Any] = described.get("headers") or {}
    return headers
