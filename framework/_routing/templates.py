"""Path templates: ``/orders/{order_id:int}/files/{name:path}`` → segments.

``{name}`` matches one segment that is not empty, ``{name:int}`` one that the convertor accepts. A parameter
may be a part of its segment: ``/{name}.json``. ``{name:path}`` matches any number of segments, also none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bolide._routing.patterns import MAX_PARAMETERS, Parameter, Pattern
from bolide.convertors import BUILT_IN, CONVERTOR_TYPES, Convertor

__all__ = [
    "HostPattern",
    "PathTemplate",
    "Segment",
    "TemplateError",
    "parse_host",
    "parse_template",
    "unmatched_template",
    "without_convertors",
]

_PARAMETER: Final = re.compile(r"\{([A-Za-z_]\w*)(?::(\w+))?\}", re.ASCII)
_PERCENT_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")
_HOST: Final = re.compile(r"[a-z0-9.\-\[\]:]+")


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
        kinds: Names of the convertors of all parameters, in order.
    """

    text: str
    segments: tuple[Segment, ...]
    parameters: tuple[str, ...]
    convertors: dict[str, Convertor[Any]] = field(default_factory=dict[str, Convertor[Any]])
    kinds: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[tuple[str, str], ...]:
        """Return what two templates share when they match the same paths."""
        named = ("parameter", "catch_all")
        return tuple((s.kind, "" if s.kind in named else s.text) for s in self.segments)

    @property
    def own_convertors(self) -> dict[str, Convertor[Any]]:
        """Return the convertors that were registered: only they know what their text means."""
        own = {name for name, kind in zip(self.parameters, self.kinds, strict=False) if kind not in BUILT_IN}
        return {name: convertor for name, convertor in self.convertors.items() if name in own}

    def fill(self, values: Mapping[str, Any]) -> str | None:
        """Return the path with *values* for the parameters, None if one of them has no such text."""
        return _fill(self.text, dict(zip(self.parameters, self.kinds, strict=True)), values)


@dataclass(frozen=True, slots=True)
class HostPattern:
    """The template of a host name.

    Attributes:
        text: Without convertors.
        names: Names of the parameters, in order.
        kinds: Names of their convertors.
        pattern: None without parameters.
    """

    text: str
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    pattern: Pattern | None = None

    def match(self, host: str) -> dict[str, Any] | None:
        """Return the parameters in *host*, which is in lower case; None when it is another one."""
        if self.pattern is None:
            return {} if host == self.text else None
        found = self.pattern.match(host)
        if found is None:
            return None
        triples = zip(self.names, self.kinds, found, strict=True)
        return {name: CONVERTOR_TYPES[kind].convert(value) for name, kind, value in triples}

    def fill(self, values: Mapping[str, Any]) -> str:
        """Return the host name with *values* for the parameters.

        Raises:
            ValueError: one of them has no such text.
        """
        filled = _fill(self.text, dict(zip(self.names, self.kinds, strict=True)), values)
        if filled is None:
            raise ValueError(f"host {self.text!r} cannot hold {dict(values)!r}")
        return filled


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
    if _PERCENT_ENCODED.search(path):
        raise TemplateError(f"path {path!r} is percent-encoded; write it decoded, as paths are compared")
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
        kinds=tuple(each.convertor for each in found),
    )


def unmatched_template(text: str) -> PathTemplate:
    """Return a template that is only shown: the name of a webhook, the address of a callback."""
    names = tuple(found[1] for found in _PARAMETER.finditer(text))
    return PathTemplate(without_convertors(text), (), names)


def without_convertors(path: str) -> str:
    """Return the template *path* as OpenAPI shows it."""
    return _PARAMETER.sub(r"{\1}", path)


def parse_host(host: str) -> HostPattern:
    """Parse the template of a host name, such as ``{tenant}.example.com``.

    Raises:
        TemplateError: it holds a port or what cannot stand in a host name, or a parameter is malformed.
    """
    _check_braces(host)
    found = [Parameter(each[1], each[2] or "str") for each in _PARAMETER.finditer(host)]
    _check_parameters(host, found)
    literal = _PARAMETER.sub("", host).lower()
    if (
        not host
        or "/" in host
        or (literal and _HOST.fullmatch(literal) is None)
        or re.search(r":\d+$", literal)
    ):
        raise TemplateError(f"host {host!r}: expected a host name without scheme, port and path")
    if not found:
        return HostPattern(host.lower())
    parameters, kinds = tuple(each.name for each in found), tuple(each.convertor for each in found)
    lower = "".join(part if part[:1] == "{" else part.lower() for part in re.split(r"(\{[^}]*\})", host))
    return HostPattern(_PARAMETER.sub(r"{\1}", lower), parameters, kinds, _pattern(lower, host))


def _fill(text: str, kinds: Mapping[str, str], values: Mapping[str, Any]) -> str | None:
    def value_of(found: re.Match[str]) -> str:
        return CONVERTOR_TYPES[kinds[found[1]]].to_string(values[found[1]])

    try:
        return _PARAMETER.sub(value_of, text)
    except (TypeError, ValueError):
        return None


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
