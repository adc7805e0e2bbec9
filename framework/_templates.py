"""Path templates: ``/orders/{order_id}/files/{name:path}`` → segments.

A parameter is a whole segment. ``{name}`` matches one non-empty segment, ``{name:path}`` the rest of the
path, which may be empty, and stands last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["PathTemplate", "Segment", "TemplateError", "parse_template"]

_PARAMETER: Final = re.compile(r"\{([A-Za-z_]\w*)(?::(\w+))?\}", re.ASCII)


class TemplateError(ValueError):
    """A path template that no request could match, or that is ambiguous."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece between slashes; *text* is the literal or the parameter's name."""

    kind: Literal["literal", "parameter", "catch_all"]
    text: str


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A parsed template.

    Attributes:
        text: OpenAPI's form (OpenAPI 3.1 §4.8.8.2): converters removed.
        segments: What stands after each slash, in order.
        parameters: Names of the parameters, in order.
    """

    text: str
    segments: tuple[Segment, ...]
    parameters: tuple[str, ...]

    @property
    def shape(self) -> tuple[tuple[str, str], ...]:
        """Return what two templates share when they match the same paths."""
        return tuple((s.kind, s.text if s.kind == "literal" else "") for s in self.segments)


def parse_template(path: str) -> PathTemplate:
    """Parse *path*.

    Raises:
        TemplateError: the path does not start with ``/``, a brace is unbalanced, a parameter is only part
            of its segment, has an unknown converter or a name that was used before, or a catch-all is not
            the last segment.
    """
    if not path.startswith("/"):
        raise TemplateError(f"path {path!r} must start with '/'")
    if "?" in path or "#" in path:
        raise TemplateError(f"path {path!r} must not contain a query or a fragment")
    segments = tuple(_parse_segment(text, path) for text in path[1:].split("/"))
    names = tuple(s.text for s in segments if s.kind != "literal")
    for name in names:
        if names.count(name) > 1:
            raise TemplateError(f"path {path!r} uses the parameter {name!r} twice")
    for segment in segments[:-1]:
        if segment.kind == "catch_all":
            raise TemplateError(f"path {path!r}: '{{{segment.text}:path}}' must be the last segment")
    text = "".join(f"/{s.text}" if s.kind == "literal" else f"/{{{s.text}}}" for s in segments)
    return PathTemplate(text, segments, names)


def _parse_segment(text: str, path: str) -> Segment:
    if "{" not in text and "}" not in text:
        return Segment("literal", text)
    found = _PARAMETER.fullmatch(text)
    if found is None:
        raise TemplateError(f"path {path!r}: {text!r} must be one parameter such as '{{item_id}}'")
    name, converter = found.groups()
    if converter not in (None, "str", "path"):
        raise TemplateError(f"path {path!r}: unknown converter {converter!r} (known: str, path)")
    return Segment("catch_all" if converter == "path" else "parameter", name)
