"""Type-directed strategies: JSON values that fit a type, or almost do."""

from __future__ import annotations

import base64
import datetime
import json
import math
from typing import Any

import msgspec
from hypothesis import strategies as st

from bolide.validation.encode import to_builtins
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    BoolNode,
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
    NoneNode,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
)

# Spellings on which parsers differ.
TEXTS = (
    *("", " ", "a", "ab", "abc", "a\n", "red", "null", "None", "true", "off"),
    *("1", " 1", "1.0", "1e2", "+1", "01", "1_0", "1.10", "nan", "inf", "NaN", "\u0661"),
    *("2020-01-01", "2020-02-30", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z", "2020-01-01 10:00"),
    *("2020-01-01T24:00:00", "2019-12-31T23:59:59.9999999+01:00", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59.9999999", "12:30", "12:30:15.123456", "12:30:15.1234567", "12:30:15,5"),
    *("23:59:59.9999999", "12:30:00+02:00", "P1D", "pt1s", "PT1.5S", "P1W", "-P1DT2H", "1 day, 01:00:00"),
    *("12345678123456781234567812345678", "12345678-1234-5678-1234-567812345678"),
    *("urn:uuid:12345678-1234-5678-1234-567812345678", "{12345678-1234-5678-1234-567812345678}"),
)

_SOUP = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([2**53 + 1, 2**61 - 1, -(2**63), 2**64, 10**40, 10**400]),
    st.sampled_from([0.0, -0.0, 1.0, 1.5, 0.30000000000000004, 1e300, -2.5, 1577836800.0, 1e22]),
    st.sampled_from(TEXTS),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.sampled_from(["a", "f0", "1"]), st.integers(0, 3), max_size=2),
)

_TEMPORAL: dict[type[Node], Any] = {
    DateTimeNode: st.datetimes(timezones=st.sampled_from([None, datetime.UTC])).map(
        lambda value: value.isoformat()
    ),
    DateNode: st.dates().map(lambda value: value.isoformat()),
    TimeNode: st.times().map(lambda value: value.isoformat()),
    TimeDeltaNode: st.integers(-(10**9), 10**9).map(
        lambda seconds: msgspec.to_builtins(datetime.timedelta(seconds=seconds))
    ),
    UUIDNode: st.uuids().map(str),
    DecimalNode: st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
}


def _bounds(node: IntNode | FloatNode) -> list[Any]:
    """Return the bounds of *node*, where the next number may be the first that does not fit."""
    bounds = (node.minimum, node.exclusive_minimum, node.maximum, node.exclusive_maximum)
    return [bound for bound in bounds if bound is not None]


def _bounded_integers(node: IntNode) -> Any:
    bounds = _bounds(node)
    near = st.integers(min(bounds, default=-5) - 1, min(bounds, default=-5) + 14)
    if not bounds:
        return near
    edges = st.tuples(st.sampled_from(bounds), st.integers(-1, 1)).map(sum)
    return near | edges


def _bounded_floats(node: FloatNode) -> Any:
    near = st.floats(-1, 120, allow_nan=False) | st.integers(-1, 120)
    bounds = [bound for bound in _bounds(node) if math.isfinite(bound)]
    return near | st.sampled_from(bounds) if bounds else near


def json_values(tree: TypeTree, node: Node, *, depth: int = 0) -> Any:
    """Draw JSON values that often fit *node*: every part may be replaced by something else."""
    return st.integers(0, 9).flatmap(
        lambda roll: _SOUP if roll == 0 or depth > 5 else _fitting(tree, node, depth=depth + 1)
    )


def _fitting(tree: TypeTree, node: Node, *, depth: int) -> Any:
    kind = type(node)
    if kind in _TEMPORAL:
        return _TEMPORAL[kind]
    if kind in _FITTING:
        return _FITTING[kind](tree, node, depth)
    return _SOUP


# Texts that stand for JSON which the untyped decoder refuses, and the fast path skips where it is unknown.
UNREADABLE: dict[str, bytes] = {
    "<not UTF-8>": b'"\xff"',
    "<not UTF-8 inside>": b'[{"\xff": 1}]',
    "<out of range>": b"-1e999",
    "<too many digits>": b"9" * 4400,
    "<too deep>": b"[" * 600 + b"]" * 600,
    "<surrogate>": b'"\\ud800"',
}


def json_document(value: object) -> bytes:
    """Return *value* as JSON, with the unreadable parts that were drawn."""
    document = json.dumps(value).encode()
    for name, raw in UNREADABLE.items():
        document = document.replace(json.dumps(name).encode(), raw)
    return document


def _record_values(tree: TypeTree, node: RefNode, depth: int) -> Any:
    definition = tree.definitions[node.target]
    if isinstance(definition, AliasNode):
        return json_values(tree, definition.inner, depth=depth)
    if isinstance(definition, EnumNode):
        return st.sampled_from([to_builtins(member.value) for member in definition.cls])
    values = {field.wire_name: json_values(tree, field.node, depth=depth) for field in definition.fields}
    optional = {field.wire_name for field in definition.fields if not field.required} | {"unknown"}
    objects = st.fixed_dictionaries(
        {key: value for key, value in values.items() if key not in optional},
        optional={key: value for key, value in values.items() if key in optional}
        | {"unknown": st.just(1) | st.sampled_from([*UNREADABLE])},
    )
    if not definition.is_array:
        return objects
    arrays = st.tuples(*values.values(), st.just("more")).flatmap(
        lambda items: st.integers(0, len(items)).map(lambda length: list(items[:length]))
    )
    return st.one_of(arrays, arrays, objects)


def _tuple_values(tree: TypeTree, node: TupleNode, depth: int) -> Any:
    def positions(nodes: tuple[Node, ...]) -> Any:
        return st.tuples(*(json_values(tree, item, depth=depth) for item in nodes)).map(list)

    if node.rest is None:
        return positions(node.items)
    rest = st.lists(json_values(tree, node.rest, depth=depth), max_size=2)
    parts = st.tuples(positions(node.items), rest, positions(node.suffix))
    return parts.map(lambda lists: [item for each in lists for item in each])


def _map_values(tree: TypeTree, node: MapNode, depth: int) -> Any:
    keys = json_values(tree, node.keys, depth=depth).map(
        lambda key: key if isinstance(key, str) else str(key)
    )
    return st.dictionaries(keys, json_values(tree, node.values, depth=depth), max_size=3)


def _tagged_values(tree: TypeTree, node: TaggedUnionNode, depth: int) -> Any:
    options = st.one_of(*(json_values(tree, option, depth=depth) for option in node.options))
    tags = st.sampled_from([*(tag for tag, _ in node.tags), "x", 1.0, True, []])
    keys = st.sampled_from(["kind", *node.keys])
    return st.tuples(options, keys, tags, st.booleans()).map(
        lambda drawn: (
            {**drawn[0], drawn[1]: drawn[2]} if drawn[3] and isinstance(drawn[0], dict) else drawn[0]
        )
    )


# Inputs of types that are made from anything, by the name of the class or the label of the type.
MADE: dict[str, tuple[Any, ...]] = {
    "AnyUrl": ("http://a.b", "HTTP://Ex.com:80/?q#f", "file:///a", "http://", "a", "http://é.de", "x:y"),
    "ByteSize": ("1KiB", "1.5 mb", "7", "3 zz", 2**20, 1.5, -1),
    "DirectoryPath": ("/", "/nope"),
    "Fraction": ("1/3", "1/0", "0.5", 1, 1.5),
    "FileUrl": ("file:///a/b", "file://host/a", "http://a.b"),
    "FtpUrl": ("ftp://a.b", "http://a.b"),
    "Grown": (1, [1, [2, []]], [[[]], "1"], [[["x"]]]),
    "Stick": ([1, 2], ["1"], [1, 2, 3], []),
    "TheirPoint": ({"x": 1}, {"x": "1", "y": 2}, {"y": 1000}, [1]),
    "TheirTree": ({"name": "a", "children": [{"name": "b"}]}, {"children": [{"name": 1}]}, {}),
    "type": ("int", 1),
    "Callable": ("print", None),
    "HttpUrl": ("http://a.b", "https://u:p@a.b/c?d", "ftp://a.b", "http://a.b/\n"),
    "IPvAnyAddress": ("1.2.3.4", "::1", 1, 2**40, "1.2.3.0/24"),
    "IPvAnyInterface": ("1.2.3.4/24", "::1/64", "1.2.3.4", 7),
    "IPvAnyNetwork": ("1.2.3.0/24", "1.2.3.4/24", "::/64"),
    "IPv4Address": ("1.2.3.4", "1.2.3", 1, -1),
    "IPv4Interface": ("1.2.3.4/24", "1.2.3.4", "a/b"),
    "IPv4Network": ("1.2.3.0/24", "1.2.3.4/24", 5),
    "IPv6Interface": ("::1/64", "::1", "::1/x"),
    "IPv6Network": ("::/64", "::1/64", 7),
    "IPv6Address": ("::1", "1.2.3.4", 2**128),
    "ImportString": ("math.pi", "math:nope", "a..b", "os"),
    "NameEmail": ("A <a@b.cd>", "a@b.cd", "<>", "a b"),
    "Path": ("a/b", "", "/"),
    "Pattern": ("a+", "(", "[\u00e9]"),
    "AmqpDsn": ("amqp://u:p@h:5672/v", "amqps://h", "http://a.b"),
    "AnyWebsocketUrl": ("ws://a.b", "wss://a.b:443/c", "http://a.b"),
    "ClickHouseDsn": ("clickhouse+native://h:9000/db", "clickhouses://h", "http://a.b"),
    "CockroachDsn": ("cockroachdb://h:26257/db", "http://a.b"),
    "KafkaDsn": ("kafka://h:1", "kafka://", "http://a.b"),
    "MariaDBDsn": ("mariadb://u:p@h/db", "http://a.b"),
    "MongoDsn": ("mongodb://h1,h2:2/db", "mongodb+srv://h", "http://a.b"),
    "MySQLDsn": ("mysql://u:p@h/db", "mysql+pymysql://h", "http://a.b"),
    "NatsDsn": ("nats://h:4222", "nats://h1,h2", "http://a.b"),
    "RedisDsn": ("redis://:p@h:1/2", "rediss://h", "redis://", "http://a.b"),
    "SnowflakeDsn": ("snowflake://u:p@h/db", "snowflake://h"),
    "WebsocketUrl": ("ws://a.b", "wss://a.b/c?d", "http://a.b"),
    "PostgresDsn": ("postgres://u:p@h:5/db", "postgres://h1,h2:9/db", "http://a.b"),
    "PurePosixPath": ("a/b", "", "/"),
    "PureWindowsPath": ("a/b", "c:\\\\d", ""),
    "ZoneInfo": ("Europe/Berlin", "nope", "../x"),
    "complex": ("1+2j", "(1)", "j", 1, 1.5),
    "email": ("a@b.cd", "A <a@b.cd>", "a@b", "\u00e9@b.cd"),
    "Json": ("[1]", '["1"]', "null", "{}", '{"a": 1}', "{", "[1.5]", "\ud800"),
    "json-value": (None, [1, {"a": []}], {"a": 1.5}),
    "base64": ("aGk=", "_-8=", "a===", "", "\u00e9"),
    "FutureDate": ("2999-01-01", "2020-01-01"),
    "uuid": (
        "17e09036-e6bc-11f1-937b-02fc00000001",
        *(f"311bc146-c30a-{version}d7a-82ad-27d8a9eb4e4e" for version in (3, 4, 5, 6, 7, 8)),
    ),
}


def _custom_values(tree: TypeTree, node: CustomNode, depth: int) -> Any:
    wire = json_values(tree, node.wire, depth=depth)
    known = MADE.get(node.cls.__name__, MADE.get(node.spec.label or ""))
    if known is None and str(node.spec.schema.get("format", "")).startswith("base64"):
        known = MADE["base64"]
    return wire if known is None else st.one_of(st.sampled_from(known), st.sampled_from(known), wire)


_FITTING: dict[type[Node], Any] = {
    NoneNode: lambda *_: st.none(),
    BoolNode: lambda *_: st.booleans(),
    IntNode: lambda _tree, node, _depth: _bounded_integers(node),
    FloatNode: lambda _tree, node, _depth: _bounded_floats(node),
    StrNode: lambda *_: st.text("abc\n", max_size=4),
    BytesNode: lambda *_: st.binary(max_size=3).map(lambda value: base64.b64encode(value).decode()),
    AnyNode: lambda *_: _SOUP,
    LiteralNode: lambda _tree, node, _depth: st.sampled_from([to_builtins(value) for value in node.values]),
    ArrayNode: lambda tree, node, depth: st.lists(json_values(tree, node.items, depth=depth), max_size=3),
    TupleNode: _tuple_values,
    MapNode: _map_values,
    UnionNode: lambda tree, node, depth: st.one_of(
        *(json_values(tree, option, depth=depth) for option in node.options)
    ),
    TaggedUnionNode: _tagged_values,
    RefNode: _record_values,
    FunctionNode: lambda tree, node, depth: json_values(tree, node.inner, depth=depth),
    CustomNode: lambda tree, node, depth: _custom_values(tree, node, depth=depth),
}
