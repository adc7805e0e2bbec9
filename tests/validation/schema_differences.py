"""Where strict reading and the schema differ, and why: the page ``schema-and-decoder.md`` as data.

Each difference says for which types, and mostly for which parts of a document, and on which side there is
more: ``schema`` allows what is not read, ``reading`` takes what the schema does not allow. Everywhere else
both are the same. Each has examples, which are tried, so that none stays here longer than it is true.
"""

from __future__ import annotations

import collections.abc
import datetime
import decimal
import enum
import fractions
import ipaddress
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, NamedTuple

import annotated_types

from bolide import types as value_types
from bolide.validation.aliases import AliasChoices
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator, BeforeValidator
from bolide.validation.model import Model
from bolide.validation.omission import OnErrorOmit
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    ArrayNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    RecordNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UUIDNode,
)


class Example(NamedTuple):
    """A document that is read as *hint*, or not; by the schema it is the other way round."""

    hint: Any
    document: str
    is_read: bool


def _everything(_part: Any) -> bool:
    return True


class Difference(NamedTuple):
    """One row of the page.

    Attributes:
        title: The row's title.
        more: Which side has more.
        types: Tells which nodes it is about.
        examples: What shows it.
        parts: Tells which parts of a document show it; one is enough.
    """

    title: str
    more: Literal["schema", "reading", "both"]
    types: Callable[[TypeTree, Node], bool]
    examples: tuple[Example, ...]
    parts: Callable[[Any], bool] = _everything


def _of(*kinds: type[Node]) -> Callable[[TypeTree, Node], bool]:
    return lambda _tree, node: isinstance(node, kinds)


def _custom(*labels: str) -> Callable[[TypeTree, Node], bool]:
    """Tell custom types by their labels, or by their classes."""
    return lambda _tree, node: (
        isinstance(node, CustomNode) and not {node.spec.label, node.cls.__name__}.isdisjoint(labels)
    )


def _has(*names: str) -> Callable[[TypeTree, Node], bool]:
    return lambda _tree, node: any(getattr(node, name, None) is not None for name in names)


def _text(test: Callable[[str], object]) -> Callable[[Any], bool]:
    return lambda part: isinstance(part, str) and bool(test(part))


def _is_whole_float(part: Any) -> bool:
    return isinstance(part, float) and part.is_integer()


def _is_out_of_range(part: Any) -> bool:
    return isinstance(part, int | float) and not -sys.float_info.max <= part <= sys.float_info.max


def _has_equal_items(part: Any) -> bool:
    return isinstance(part, list) and any(item in part[:at] for at, item in enumerate(part))


def _is_deep(part: Any) -> bool:
    depth = 0
    while isinstance(part, list | dict) and part:
        part = part[0] if isinstance(part, list) else next(iter(part.values()))
        depth += 1
    return depth > 100


def _is_limited(tree: TypeTree, node: Node) -> bool:
    return _has("minimum", "exclusive_minimum", "maximum", "exclusive_maximum", "multiple_of")(tree, node)


def _is_limited_moment(tree: TypeTree, node: Node) -> bool:
    is_moment = isinstance(node, DateNode | DateTimeNode | TimeNode | TimeDeltaNode)
    return is_moment and _is_limited(tree, node)


def _is_limited_decimal(tree: TypeTree, node: Node) -> bool:
    return isinstance(node, DecimalNode) and _is_limited(tree, node)


def _has_counted_digits(_tree: TypeTree, node: Node) -> bool:
    return isinstance(node, DecimalNode) and (node.max_digits, node.decimal_places) != (None, None)


def _is_user_function(_tree: TypeTree, node: Node) -> bool:
    if isinstance(node, RecordNode):
        return bool(node.before) or node.runs_post_init
    if isinstance(node, CustomNode):
        return node.cls.__module__.startswith("tests.") or (node.spec.label or "").startswith("function-")
    return isinstance(node, FunctionNode) and node.mode != "dump"


def _is_choice_of_integers(tree: TypeTree, node: Node) -> bool:
    values: tuple[Any, ...] = ()
    if isinstance(node, LiteralNode):
        values = node.values
    elif isinstance(node, EnumNode):
        values = tuple(member.value for member in node.cls)
    if any(isinstance(value, int | tuple) for value in values):
        return True
    return isinstance(node, IntNode) and node.strict is True


def _keys_are_no_text(tree: TypeTree, node: Node) -> bool:
    return isinstance(node, MapNode) and not isinstance(tree.resolve(node.keys), StrNode)


def _keys_are_limited(tree: TypeTree, node: Node) -> bool:
    return (
        isinstance(node, MapNode)
        and isinstance(node.keys, IntNode | FloatNode | DecimalNode)
        and _is_limited(tree, node.keys)
    )


def _has_other_names(_tree: TypeTree, node: Node) -> bool:
    if isinstance(node, TaggedUnionNode):
        return len(node.keys) > 1
    return isinstance(node, RecordNode) and any(field.paths for field in node.fields)


def _checks_defaults(_tree: TypeTree, node: Node) -> bool:
    return isinstance(node, RecordNode) and any(field.validate_default for field in node.fields)


def _is_array_record(_tree: TypeTree, node: Node) -> bool:
    return isinstance(node, RecordNode) and (node.is_array or node.kind == "named_tuple")


def _is_format(_tree: TypeTree, node: Node) -> bool:
    """Tell types whose text has no format, or one that JSON Schema does not define or check."""
    if not isinstance(node, CustomNode):
        return False
    schemas = (node.spec.schema, *node.spec.schema.get("anyOf", ()))
    formats = {
        schema.get("format", "contentMediaType" if "contentMediaType" in schema else None)
        for schema in schemas
    }
    return not formats <= _EXACT_FORMATS


def _is_looked_at(_tree: TypeTree, node: Node) -> bool:
    if not isinstance(node, CustomNode):
        return False
    return (node.spec.label or "").partition("[")[0] in _LOOKED_AT


_EXACT_FORMATS = {None, "date-time-local", "ipv4", "ipv6", "password", "regex"}
_LOOKED_AT = {"any", "callable", "hashable", "import-string", "is-instance", "is-subclass"}


class _Named(Model):
    size: int = Field(validation_alias=AliasChoices("size", "length"))


class _Prepared(Model):
    size: Annotated[int, BeforeValidator(len)]


class _Checked(Model):
    size: int = Field(default="?", validate_default=True)  # type: ignore[assignment]


class _Loose(Model):
    size: int = Field(strict=False)


class _Pair(NamedTuple):
    left: int
    right: int


class _Access(enum.Flag):
    READ = 1
    WRITE = 2


class _Gap(enum.Flag):
    LOW = 1
    HIGH = 4


class _Level(enum.IntEnum):
    LOW = 1


def _positive(value: int) -> int:
    assert value > 0
    return value


def _shape(value: Any) -> str:
    return "text" if isinstance(value, str) else "other"


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "Functions",
        "both",
        _is_user_function,
        (
            Example(Annotated[int, AfterValidator(_positive)], "0", False),
            Example(_Prepared, '{"size": "abc"}', True),
            Example(Annotated[int, annotated_types.Predicate(bool)], "0", False),
        ),
    ),
    Difference(
        "Conversions that a type asks for",
        "reading",
        lambda _tree, node: node.strict is False,
        (Example(_Loose, '{"size": "1"}', True),),
    ),
    Difference(
        "Names beside the first",
        "both",
        _has_other_names,
        (Example(_Named, '{"length": 1}', True),),
    ),
    Difference("Defaults that are checked", "schema", _checks_defaults, (Example(_Checked, "{}", False),)),
    Difference(
        "Equal items of sets",
        "reading",
        lambda _tree, node: isinstance(node, ArrayNode) and issubclass(node.container, set | frozenset),
        (Example(set[int], "[1, 1]", True),),
        _has_equal_items,
    ),
    Difference(
        "How many items a set has",
        "schema",
        lambda _tree, node: (
            isinstance(node, ArrayNode)
            and issubclass(node.container, set | frozenset)
            and node.min_items is not None
        ),
        (Example(Annotated[set[float | bool], Field(min_length=2)], "[true, 1]", False),),
    ),
    Difference(
        "The end of a tuple",
        "schema",
        lambda _tree, node: isinstance(node, TupleNode) and bool(node.suffix),
        (Example(tuple[int, *tuple[str, ...], bool], '[1, true, "a"]', False),),
    ),
    Difference(
        "What is left out",
        "both",
        _has("omits", "omits_keys", "omits_values"),
        (
            Example(list[OnErrorOmit[int]], '["a"]', True),
            Example(Annotated[list[OnErrorOmit[int | list[int]]], Field(max_length=1)], '[1, "a"]', True),
        ),
    ),
    Difference(
        "Records that are arrays",
        "reading",
        _is_array_record,
        (Example(_Pair, '{"left": 1, "right": 2}', True),),
        lambda part: isinstance(part, dict),
    ),
    Difference(
        "Unions that a function tells apart",
        "both",
        lambda _tree, node: isinstance(node, TaggedUnionNode) and not node.keys,
        (
            Example(
                Annotated[
                    Annotated[str, Tag("text")] | Annotated[float | str, Tag("other")], Discriminator(_shape)
                ],
                '"a"',
                True,
            ),
            Example(
                Annotated[Annotated[int, Tag("text")] | Annotated[bool, Tag("other")], Discriminator(_shape)],
                "1",
                False,
            ),
        ),
    ),
    Difference(
        "`1.0` for one of some integers",
        "schema",
        _is_choice_of_integers,
        (
            Example(Literal[1, 2], "1.0", False),
            Example(_Level, "1.0", False),
            Example(value_types.StrictInt, "1.0", False),
        ),
        _is_whole_float,
    ),
    Difference(
        "Sums of flags",
        "both",
        lambda _tree, node: isinstance(node, EnumNode) and issubclass(node.cls, enum.Flag),
        (Example(_Access, "-1", True), Example(_Gap, "2", False)),
        lambda part: isinstance(part, int),
    ),
    Difference(
        "`true` for a number",
        "reading",
        _custom("byte-size", "fraction"),
        (Example(value_types.ByteSize, "true", True), Example(fractions.Fraction, "true", True)),
        lambda part: isinstance(part, bool),
    ),
    Difference(
        "Numbers that no float holds",
        "schema",
        lambda _tree, _node: True,
        (
            Example(float, "1" + "0" * 400, False),
            Example(Any, "1e999", False),
        ),
        _is_out_of_range,
    ),
    Difference(
        "Multiples of floats",
        "both",
        lambda _tree, node: isinstance(node, FloatNode) and node.multiple_of is not None,
        (
            Example(Annotated[float, Field(multiple_of=0.1)], "0.30000000000000004", True),
            Example(Annotated[float, Field(multiple_of=0.1)], "1.7e308", False),
        ),
        lambda part: isinstance(part, float),
    ),
    Difference(
        "Spellings of decimals",
        "reading",
        _of(DecimalNode),
        (
            Example(decimal.Decimal, '"1_000"', True),
            Example(Annotated[decimal.Decimal, Field(allow_inf_nan=True)], '"inf"', True),
        ),
        _text(lambda text: re.search(r"\d_\d|\s|nan|inf|[^\0-\x7f]", text, re.IGNORECASE)),
    ),
    Difference(
        "Limits of decimals in text",
        "schema",
        _is_limited_decimal,
        (Example(Annotated[decimal.Decimal, Field(ge=1)], '"0.5"', False),),
        _text(lambda text: re.search(r"\d|NaN", text)),
    ),
    Difference(
        "Multiples of long decimals",
        "schema",
        lambda _tree, node: isinstance(node, DecimalNode) and node.multiple_of is not None,
        (
            Example(
                Annotated[decimal.Decimal, Field(multiple_of=decimal.Decimal("0.5"))], "1" + "0" * 29, False
            ),
        ),
        lambda part: isinstance(part, int | float) and abs(part) >= 10**27,
    ),
    Difference(
        "Digits of decimals",
        "schema",
        _has_counted_digits,
        (
            Example(Annotated[decimal.Decimal, Field(max_digits=2)], "123", False),
            Example(Annotated[decimal.Decimal, Field(decimal_places=1)], '"0.25"', False),
        ),
    ),
    Difference(
        "Bytes",
        "both",
        lambda tree, node: isinstance(node, BytesNode) and _has("min_length", "max_length")(tree, node),
        (
            Example(Annotated[bytes, Field(max_length=1)], '"é"', False),
            Example(Annotated[bytes, Field(min_length=2)], '"é"', True),
        ),
        _text(lambda text: not text.isascii()),
    ),
    Difference(
        "White space that is cut off",
        "both",
        lambda _tree, node: isinstance(node, StrNode) and bool(node.strip),
        (
            Example(value_types.constr(max_length=1, strip_whitespace=True), '" a"', True),
            Example(value_types.constr(min_length=1, strip_whitespace=True), '" "', False),
        ),
        _text(lambda text: text != text.strip()),
    ),
    Difference(
        "Spellings of dates and times",
        "reading",
        _of(DateTimeNode, TimeNode),
        (
            Example(datetime.datetime, '"2020-01-01T10:00:00"', True),
            Example(datetime.datetime, '"2020-01-01 10:00Z"', True),
            Example(datetime.time, '"10:00:00"', True),
        ),
        _text(lambda text: re.search(r"\d\d:\d\d", text)),
    ),
    Difference(
        "Dates and times that Python does not know",
        "schema",
        _of(DateNode, DateTimeNode, TimeNode),
        (
            Example(datetime.date, '"0000-01-01"', False),
            Example(datetime.datetime, '"2016-12-31T23:59:60Z"', False),
        ),
        _text(lambda text: re.search(r"0000-|:60|9999-12-31T23:59", text)),
    ),
    Difference(
        "Limits of dates, times and durations",
        "schema",
        _is_limited_moment,
        (Example(Annotated[datetime.date, Field(gt=datetime.date(2020, 1, 1))], '"2020-01-01"', False),),
        _text(lambda text: re.search(r"\d", text)),
    ),
    Difference(
        "The past and the future",
        "schema",
        _custom("PastDate", "FutureDate", "PastDatetime", "FutureDatetime"),
        (Example(value_types.PastDate, '"9999-01-01"', False),),
        _text(lambda text: re.search(r"\d", text)),
    ),
    Difference(
        "Spellings of durations",
        "reading",
        _of(TimeDeltaNode),
        (
            Example(datetime.timedelta, '"-PT1.5S"', True),
            Example(datetime.timedelta, '"1 day, 01:00:00"', True),
        ),
        _text(lambda text: re.search(r"\d", text)),
    ),
    Difference(
        "Long durations",
        "schema",
        _of(TimeDeltaNode),
        (Example(datetime.timedelta, '"P9999999Y"', False),),
        _text(lambda text: re.search(r"\d{7}", text)),
    ),
    Difference(
        "Spellings of UUIDs",
        "reading",
        _of(UUIDNode),
        (Example(uuid.UUID, '"12345678123456781234567812345678"', True),),
        _text(lambda text: len(re.findall(r"[0-9a-fA-F]", text)) >= 32),
    ),
    Difference(
        "Names of properties that are no text",
        "reading",
        _keys_are_no_text,
        (
            Example(dict[int, None], '{"01": null}', True),
            Example(dict[datetime.date, None], '{"2020-01-01T00:00:00": null}', True),
        ),
        lambda part: isinstance(part, dict),
    ),
    Difference(
        "Limits of names that are numbers",
        "schema",
        _keys_are_limited,
        (Example(dict[Annotated[int, Field(ge=0)], None], '{"-1": null}', False),),
        lambda part: isinstance(part, dict),
    ),
    Difference(
        "Formats",
        "schema",
        _is_format,
        (
            Example(value_types.EmailStr, '"a@b"', False),
            Example(value_types.HttpUrl, '"ftp://example.com"', False),
            Example(value_types.UUID4, '"12345678-1234-1678-9234-567812345678"', False),
            Example(value_types.Json[int], '"a"', False),
            Example(value_types.FilePath, '"no such file"', False),
        ),
        lambda part: isinstance(part, str),
    ),
    Difference(
        "Spellings of URLs and IPv6 addresses",
        "reading",
        _custom("url", "IPv6Address"),
        (
            Example(value_types.HttpUrl, '"http://é.example"', True),
            Example(ipaddress.IPv6Address, '"fe80::1%eth0"', True),
        ),
        _text(lambda text: re.search(r"[^\w.:/?#\[\]@!$&'()*+,;=~-]|[^\0-\x7f]", text)),
    ),
    Difference(
        "Sizes and complex numbers",
        "both",
        _custom("byte-size", "complex"),
        (
            Example(complex, '"one"', False),
            Example(value_types.ByteSize, '"1 mile"', False),
            Example(value_types.ByteSize, '"+1"', True),
            Example(value_types.ByteSize, "1e22", False),
        ),
    ),
    Difference(
        "What is looked at",
        "both",
        _is_looked_at,
        (
            Example(collections.abc.Callable, "1", False),
            Example(collections.abc.Hashable, "[]", False),
            Example(value_types.SkipValidation[int], '"a"', True),
        ),
    ),
    Difference(
        "Text that is no Unicode",
        "schema",
        lambda _tree, _node: True,
        (Example(str, '"\\ud800"', False),),
        _text(lambda text: any("\ud800" <= character <= "\udfff" for character in text)),
    ),
    Difference(
        "Nesting",
        "schema",
        lambda _tree, _node: True,
        (Example(Any, "[" * 600 + "]" * 600, False),),
        _is_deep,
    ),
)


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)


class Excuses:
    """The differences that a type has, asked for single documents."""

    def __init__(self, tree: TypeTree) -> None:
        self._possible: list[Difference] = []
        for difference in DIFFERENCES:
            if tree.reaches(tree.root, lambda node, difference=difference: difference.types(tree, node)):
                self._possible.append(difference)

    def of(self, value: Any) -> list[Difference]:
        """Return the differences that a document of *value* may show."""
        parts = list(_parts(value))
        return [each for each in self._possible if any(map(each.parts, parts))]
