"""Read single inputs with lax rules and every error: what the collector is made of.

Each reader takes the parts of a request, and appends what is wrong to a list. What it returns then has no
meaning.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias, cast

from bolide._planning.plan import Input
from bolide._planning.readings import DeepObject, Group, GroupField, Separated
from bolide._reading.formats import BodyFormats
from bolide._reading.sources import Entries, Sources
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ErrorDetails, Loc, append_error
from bolide.validation.strings import StringParser
from bolide.validation.tree import AnyNode
from bolide.validation.walker import compile_walker

__all__ = [
    "BodyReader",
    "DeepObjectReader",
    "GroupReader",
    "MemberReader",
    "Reader",
    "default_of",
    "given",
    "read_members",
    "reader_of",
]

# Names of the locations in errors; a form is a body.
_LOC: Final[Mapping[str, str]] = {"form": "body"}

_Shape: TypeAlias = dict[str | None, Any]

_ANYTHING: Final[Adapter[Any]] = Adapter(Any)


class Reader(Protocol):
    """Reads one input."""

    def read(self, sources: Sources, errors: list[ErrorDetails]) -> Any: ...


def reader_of(each: Input) -> Reader:
    """Return what reads *each*, which is no body: bodies are read together."""
    match each.reading:
        case Group() as group:
            return GroupReader(each, group)
        case DeepObject() as reading:
            return DeepObjectReader(each, reading)
        case Separated() as reading:
            return SeparatedReader(each, reading)
        case None:
            return TextReader(each)


def default_of(each: Input) -> Any:
    """Return the default of an input; each request has its own."""
    if each.default_factory is not None:
        return each.default_factory()
    return copy.deepcopy(each.default)


def absent(each: Input, loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Return what stands in for a value that the request does not have; append an error if nothing does."""
    if each.required:
        append_error(errors, "missing", loc, None)
        return None
    return default_of(each)


class TextReader:
    """Reads one string, or a list of strings."""

    __slots__ = ("_each", "_location", "_parser")

    def __init__(self, each: Input) -> None:
        self._each = each
        self._location = _LOC.get(each.location, each.location)
        self._parser = StringParser(each.tree, exact=each.exact)

    def read(self, sources: Sources, errors: list[ErrorDetails]) -> Any:
        each = self._each
        for name in each.names:
            raw = given(sources.values(each.location, name), each.location, multiple=each.multiple)
            if raw is not None:
                content = content_of(raw) if each.takes_content else raw
                return self._parser.collect(content, (self._location, name), errors)
        return absent(each, (self._location, each.wire_name), errors)

    def parse(self, raw: Any) -> Any:
        """Return the value of *raw*.

        Raises:
            ValueError: it is not valid; :meth:`read` knows why.
        """
        errors: list[ErrorDetails] = []
        value = self._parser.collect(content_of(raw) if self._each.takes_content else raw, (), errors)
        if errors:
            raise ValueError
        return value


class SeparatedReader:
    """Reads a list that is one string."""

    __slots__ = ("_each", "_parser", "_separator")

    def __init__(self, each: Input, reading: Separated) -> None:
        self._each = each
        self._separator = reading.separator
        self._parser = StringParser(each.tree, exact=each.exact)

    def read(self, sources: Sources, errors: list[ErrorDetails]) -> Any:
        each = self._each
        for name in each.names:
            if values := sources.values(each.location, name):
                text: str = values[-1]
                items = text.split(self._separator) if text else list[str]()
                return self._parser.collect(items, (each.location, name), errors)
        return absent(each, (each.location, each.wire_name), errors)


class DeepObjectReader:
    """Reads ``name[member]=value`` parameters."""

    __slots__ = ("_each", "_shape", "_walk")

    def __init__(self, each: Input, reading: DeepObject) -> None:
        self._each = each
        self._shape = reading.shape
        self._walk = compile_walker(each.tree, from_text=True, strict=each.exact)

    def read(self, sources: Sources, errors: list[ErrorDetails]) -> Any:
        return self._read(sources.all_values("query"), errors)

    def parse_entries(self, query: Entries) -> Any:
        """Return the object in *query*.

        Raises:
            ValueError: it is not valid; :meth:`read` knows why.
        """
        return _without_errors(self._read, query)

    def _read(self, query: Entries, errors: list[ErrorDetails]) -> Any:
        each = self._each
        for name in each.names:
            if members := self._members(name, query):
                return self._walk(members, ("query", name), errors)
        return absent(each, ("query", each.wire_name), errors)

    def _members(self, name: str, query: Entries) -> dict[str, Any]:
        members: dict[str, Any] = {}
        prefix = f"{name}["
        for key, values in query.items():
            if key.startswith(prefix) and key.endswith("]"):
                _put(members, self._shape, key[len(prefix) : -1].split("]["), values)
        return members


def _put(members: dict[str, Any], shape: _Shape, steps: Sequence[str], values: Sequence[str]) -> None:
    """Put *values* where the member names *steps* lead; names below a plain value are part of its name."""
    for count, step in enumerate(steps, 1):
        inner = shape.get(step, shape.get(None))
        if not isinstance(inner, dict) or count == len(steps):
            name = "][".join(steps[count - 1 :])
            members[name] = [*values] if inner == "list" and count == len(steps) else values[-1]
            return
        deeper: object = members.setdefault(step, {})
        if not isinstance(deeper, dict):  # the same name has a value of its own elsewhere in the query
            return
        members, shape = cast("dict[str, Any]", deeper), cast("_Shape", inner)


class GroupReader:
    """Reads the fields of a parameter model."""

    def __init__(self, each: Input, group: Group) -> None:
        self._each = each
        self._group = group
        self._location = _LOC.get(each.location, each.location)
        self._walk = compile_walker(each.tree, from_text=True, strict=each.exact)
        self._known = frozenset(self._entry_name(field) for field in group.fields)
        self._contents = frozenset(field.key for field in group.fields if field.takes_content)

    def read(self, sources: Sources, errors: list[ErrorDetails]) -> Any:
        return self._read(sources.all_values(self._each.location), errors)

    def parse(self, found: Mapping[str, Any]) -> Any:
        """Return the record with the fields *found*.

        Raises:
            ValueError: it is not valid; :meth:`read` knows why.
        """
        errors: list[ErrorDetails] = []
        value = self._validate(found, (), errors)
        if errors:
            raise ValueError
        return value

    def parse_entries(self, entries: Entries) -> Any:
        """Return the record with the fields that *entries* hold.

        Raises:
            ValueError: it is not valid; :meth:`read` knows why.
        """
        return _without_errors(self._read, entries)

    def _read(self, entries: Entries, errors: list[ErrorDetails]) -> Any:
        each, group = self._each, self._group
        if group.optional and self._known.isdisjoint(entries) and not (group.sees_all and entries):
            return absent(each, (self._location,), errors)
        found: dict[str, Any] = {}
        for field in group.fields:
            values = entries.get(self._entry_name(field), ())
            raw = given(values, each.location, multiple=field.multiple)
            if raw is not None:
                found[field.key] = raw
        # Errors show what was given, but nobody needs all headers of the request to see what is wrong.
        if group.sees_all or each.location != "header":
            others = {name: values for name, values in entries.items() if name not in self._known}
            found |= {name: values[0] if len(values) == 1 else [*values] for name, values in others.items()}
        return self._validate(found, (self._location,), errors)

    def _validate(self, found: Mapping[str, Any], loc: Loc, errors: list[ErrorDetails]) -> Any:
        if not self._contents.isdisjoint(found):
            found = {name: content_of(raw) if name in self._contents else raw for name, raw in found.items()}
        return self._walk(found, loc, errors)

    def _entry_name(self, field: GroupField) -> str:
        return field.key.lower() if self._each.location == "header" else field.key


def _without_errors(read: Callable[[Entries, list[ErrorDetails]], Any], entries: Entries) -> Any:
    errors: list[ErrorDetails] = []
    value = read(entries, errors)
    if errors:
        raise ValueError
    return value


class BodyReader:
    """Reads a body that is one value."""

    def __init__(self, each: Input, adapter: Adapter[Any], formats: BodyFormats) -> None:
        self._each = each
        self._adapter = adapter
        self._formats = formats
        self._takes_anything = isinstance(each.tree.root, AnyNode)

    def read(self, sources: Sources, errors: list[ErrorDetails]) -> Any:
        body = sources.body
        if not body:
            return absent(self._each, ("body",), errors)
        content_type = sources.exchange.header(b"content-type")
        if self._formats.is_json(content_type):
            return self._adapter.collect_json(body, ("body",), errors)
        if self._formats.has_codecs and not self._each.is_raw:
            return self._formats.collect(self._adapter, content_type, body, errors)
        # FastAPI's rule: without a JSON media type the raw bytes are what is validated.
        raw = body if self._takes_anything else _text_or_bytes(body)
        return self._adapter.collect(raw, ("body",), errors)


class MemberReader:
    """Reads one member of a body that is an object; *members* of it are decoded once for all."""

    def __init__(self, each: Input, adapter: Adapter[Any]) -> None:
        self._each = each
        self._adapter = adapter

    def read_member(self, members: Mapping[str, Any], errors: list[ErrorDetails]) -> Any:
        for name in self._each.names:
            if name in members:
                return self._adapter.collect(members[name], ("body", name), errors)
        return absent(self._each, ("body", self._each.wire_name), errors)

    def refuse(self, errors: list[ErrorDetails]) -> None:
        """Report that there is no such member, because the body is no object."""
        append_error(errors, "missing", ("body", self._each.wire_name), None)


def read_members(
    readers: Iterable[tuple[int, MemberReader]],
    sources: Sources,
    formats: BodyFormats,
    errors: list[ErrorDetails],
) -> Iterator[tuple[int, Any]]:
    """Yield what each of *readers* reads from the body, with its number; nothing when it has no meaning."""
    body, content_type = sources.body, sources.exchange.header(b"content-type")
    members: Any = {}
    count = len(errors)
    if body and formats.is_json(content_type):
        members = _ANYTHING.collect_json(body, ("body",), errors)
    elif body and formats.has_codecs:
        members = formats.collect(_ANYTHING, content_type, body, errors)
    if len(errors) > count:
        return
    for number, reader in readers:
        if isinstance(members, dict):
            yield number, reader.read_member(cast("dict[str, Any]", members), errors)
        else:
            reader.refuse(errors)


def given(values: Sequence[Any], location: str, *, multiple: bool) -> Any:
    """Return what counts of the *values* of one name, None when that is nothing.

    The first header counts, the last parameter. An empty text of a form is nothing, and neither is a file
    input in which nobody has chosen a file: so browsers send what was not filled in.
    """
    if location == "form" and values:
        values = [value for value in values if not getattr(value, "is_empty_input", False)]
        if not multiple and values and values[-1] == "":
            return None
    if not values:
        return None
    if multiple:
        return [*values]
    return values[0] if location == "header" else values[-1]


def content_of(raw: Any) -> Any:
    """Return *raw*, an entry of a form or a list of them, with the contents of files that were read."""
    if raw.__class__ is list:
        return [content_of(item) for item in raw]
    content = getattr(raw, "content", None)
    return raw if content is None else content


def _text_or_bytes(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
