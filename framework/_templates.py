"""Path templates: ``/orders/{order_id:int}/files/{name:path}`` → segments.

``{name}`` matches one segment that is not empty, ``{name:int}`` one that the convertor accepts. A parameter
may be a part of its segment: ``/{name}.json``. ``{name:path}`` matches any number of segments, also none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bolide._patterns import MAX_PARAMETERS, Parameter, Pattern
from bolide.convertors import CONVERTOR_TYPES, Convertor

__all__ = ["PathTemplate", "Segment", "TemplateError", "parse_template"]

_PARAMETER: Final = re.compile(r"\{([A-Za-z_]\w*)(?::(\w+))?\}", re.ASCII)


class TemplateError(ValueError):
    """A path template that no request could match, or that is ambiguous."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece between slashes, or all from there on.

    Attributes:
        kind: ``literal``; ``parameter``: a whole segment of any text; ``pattern``: a segment with a convertor
            or with text around parameters; ``tail``: everything from here on, a ``path`` parameter and more;
            ``catch_all``: everything from here on as one parameter.
        text: The literal, the parameter's name, or the key of the pattern.
        pattern: Of a ``pattern`` or ``tail``.
    """

    kind: Literal["literal", "parameter", "pattern", "tail", "catch_all"]
    text: str
    pattern: Pattern | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A parsed template.

    Attributes:
        text: OpenAPI's form (OpenAPI 3.1 §4.8.8.2): convertors removed.
        segments: What stands after each slash, in order.
        parameters: Names of the parameters, in order.
        convertors: Parameter → its convertor, where the value is not just the text.
    """

    text: str
    segments: tuple[Segment, ...]
    parameters: tuple[str, ...]
    convertors: dict[str, Convertor[Any]] = field(default_factory=dict[str, Convertor[Any]])

    @property
    def shape(self) -> tuple[tuple[str, str], ...]:
        """Return what two templates share when they match the same paths."""
        named = ("parameter", "catch_all")
        return tuple((s.kind, "" if s.kind in named else s.text) for s in self.segments)


def parse_template(path: str) -> PathTemplate:
    """Parse *path*.

    Raises:
        TemplateError: the path does not start with ``/``, a brace is unbalanced, nothing stands between two
            parameters, a convertor is unknown, a name was used before, or there are two ``path`` parameters.
    """
    if not path.startswith("/"):
        raise TemplateError(f"path {path!r} must start with '/'")
    if "?" in path or "#" in path:
        raise TemplateError(f"path {path!r} must not contain a query or a fragment")
    if "{" not in path and "}" not in path:
        return PathTemplate(path, tuple(Segment("literal", text) for text in path[1:].split("/")), ())
    _check_braces(path)
    found = [Parameter(each[1], each[2] or "str") for each in _PARAMETER.finditer(path)]
    _check_parameters(path, found)
    return PathTemplate(
        text=_PARAMETER.sub(r"{\1}", path),
        segments=_segments(path),
        parameters=tuple(each.name for each in found),
        convertors={
            each.name: CONVERTOR_TYPES[each.convertor]
            for each in found
            if each.convertor not in ("str", "path")
        },
    )


def _check_braces(path: str) -> None:
    if "}{" in path:
        raise TemplateError(f"path {path!r}: nothing stands between two parameters")
    for text in path.split("/"):
        rest = _PARAMETER.sub("", text)
        if "{" in rest or "}" in rest:
            raise TemplateError(
                f"path {path!r}: {text!r}: a parameter looks like '{{item_id}}' or '{{item_id:int}}'"
            )


def _check_parameters(path: str, parameters: list[Parameter]) -> None:
    names = [each.name for each in parameters]
    for each in parameters:
        if names.count(each.name) > 1:
            raise TemplateError(f"path {path!r} uses the parameter {each.name!r} twice")
        if each.convertor not in CONVERTOR_TYPES:
            known = ", ".join(CONVERTOR_TYPES)
            raise TemplateError(f"path {path!r}: unknown convertor {each.convertor!r} (known: {known})")
    if [each.convertor for each in parameters].count("path") > 1:
        raise TemplateError(f"path {path!r}: only one parameter can be a 'path'")


def _segments(path: str) -> tuple[Segment, ...]:
    texts = path[1:].split("/")
    segments: list[Segment] = []
    for index, text in enumerate(texts):
        parameters = [Parameter(each[1], each[2] or "str") for each in _PARAMETER.finditer(text)]
        if any(each.convertor == "path" for each in parameters):
            segments.append(_tail("/".join(texts[index:]), path))
            break
        segments.append(_segment(text, parameters, path))
    return tuple(segments)


def _segment(text: str, parameters: list[Parameter], path: str) -> Segment:
    if not parameters:
        return Segment("literal", text)
    if len(parameters) == 1 and parameters[0].convertor == "str" and _PARAMETER.fullmatch(text):
        return Segment("parameter", parameters[0].name)
    pattern = _pattern(text, path)
    return Segment("pattern", pattern.key, pattern)


def _tail(text: str, path: str) -> Segment:
    if (whole := _PARAMETER.fullmatch(text)) is not None:
        return Segment("catch_all", whole[1])
    pattern = _pattern(text, path)
    return Segment("tail", pattern.key, pattern)


def _pattern(text: str, path: str) -> Pattern:
    literals, parameters, end = list[str](), list[Parameter](), 0
    for found in _PARAMETER.finditer(text):
        literals.append(text[end : found.start()])
        parameters.append(Parameter(found[1], found[2] or "str"))
        end = found.end()
    if len(parameters) > MAX_PARAMETERS:
        raise TemplateError(f"path {path!r}: {text!r} holds more than {MAX_PARAMETERS} parameters")
    return Pattern([*literals, text[end:]], parameters)
