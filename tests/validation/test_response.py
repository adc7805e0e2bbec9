"""Responses: a declared type is a filter."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import ipaddress
import linecache
from typing import Annotated, Any, Literal, TypedDict

import msgspec
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.decorators import model_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.types.ip_addresses import IPvAnyAddress, IPvAnyNetwork


class Line(Model):
    sku: str
    count: int = 1


class SecretLine(Line):
    password: str = "secret"


class Address(Model):
    street: str


class Order(Model):
    number: int = Field(alias="no")
    lines: list[Line] = []
    address: Address | None = None
    by_name: dict[str, tuple[Line, ...]] = {}


class Tree(Model):
    name: str
    children: list[Tree] = []


class SecretTree(Tree):
    secret: str = "secret"


@dataclasses.dataclass
class Box:
    line: Line
    pair: tuple[int, Line] | None = None


class Crate(msgspec.Struct):
    box: Box


class Options(TypedDict):
    a: int


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Login:
    user: str
    password: str


@dataclasses.dataclass
class Document:
    number: int
    owner: str
    rank: Colour | int | None = None


class Page(msgspec.Struct):
    title: str


class Folder(Model):
    owner: str = "x"
    made: str = Field(default_factory=str)
    labels: dict[str, str] = {}
    names: list[str | None] = []
    pair: tuple[int, str] = (1, "a")


class Node(Model):
    next: Node | None = None


class Blob(Model):
    content: bytes


class Row:
    """An object of a foreign kind, as from an ORM."""

    def __init__(self, **values: Any) -> None:
        self.__dict__ |= values


def encode(hint: Any, value: Any) -> bytes:
    return compile_response_encoder(build_tree(hint))(value)


def source(hint: Any) -> str:
    encoder: Any = compile_response_encoder(build_tree(hint))
    return "".join(linecache.getlines(encoder.__code__.co_filename))


class Item(Model):
    name: str


class Basket(Model):
    first: Item | None = None
    items: list[Item] = []
    by_shelf: dict[str, tuple[Item, ...]] = {}


def test_a_list_of_models_that_keep_their_promises_is_plain_loops() -> None:
    assert source(list[Basket]) == (
        "def encode_response(value):\n"
        "    try:\n"
        "        if breaches_of_Basket or breaches_of_Item:\n"
        "            return encode_carefully(value)\n"
        "        if type(value) is not list:\n"
        "            return encode_filtered(value)\n"
        "        for basket in value:\n"
        "            if type(basket) is not Basket:\n"
        "                return encode_filtered(value)\n"
        "            for item in basket.items:\n"
        "                if type(item) is not Item:\n"
        "                    return encode_filtered(value)\n"
        "            for key, item_2 in basket.by_shelf.items():\n"
        "                if type(key) is not str:\n"
        "                    return encode_filtered(value)\n"
        "                if type(item_2) is not tuple:\n"
        "                    return encode_filtered(value)\n"
        "                for item_3 in item_2:\n"
        "                    if type(item_3) is not Item:\n"
        "                        return encode_filtered(value)\n"
        "        return encode(value)\n"
        "    except (RecursionError, UnicodeError) as error:\n"
        "        raise refusal(value, error) from error\n"
    )


@pytest.mark.parametrize(
    ("hint", "value", "encoded"),
    [
        (int, 3, b"3"),
        (Any, {"a": 1}, b'{"a":1}'),
        (None, None, b"null"),
        (list[str], ["a"], b'["a"]'),
        (Literal["a", 1] | None, "a", b'"a"'),
        (Colour, Colour.RED, b'"red"'),
        (
            Order,
            Order(no=1, lines=[Line(sku="a")]),
            b'{"no":1,"lines":[{"sku":"a","count":1}],"address":null,"by_name":{}}',
        ),
        (Line | Address, Address(street="s"), b'{"street":"s"}'),
        (list[Line] | list[Address] | None, [Address(street="s")], b'[{"street":"s"}]'),
        (dict[str, Line], {"x": Line(sku="a")}, b'{"x":{"sku":"a","count":1}}'),
        (Crate, Crate(Box(Line(sku="a"))), b'{"box":{"line":{"sku":"a","count":1},"pair":null}}'),
        (
            Tree,
            Tree(name="a", children=[Tree(name="b")]),
            b'{"name":"a","children":[{"name":"b","children":[]}]}',
        ),
        (bytes, b"abc", b'"abc"'),
        (decimal.Decimal, decimal.Decimal("1.5"), b'"1.5"'),
        (datetime.date, datetime.date(2020, 1, 1), b'"2020-01-01"'),
    ],
    ids=lambda case: str(case)[:30],
)
def test_exact_values_are_encoded(hint: Any, value: Any, encoded: bytes) -> None:
    assert encode(hint, value) == encoded


@pytest.mark.parametrize(
    ("hint", "value", "encoded"),
    [
        (Line, SecretLine(sku="a"), b'{"sku":"a","count":1}'),
        (list[Line], [Line(sku="a"), SecretLine(sku="b")], b'[{"sku":"a","count":1},{"sku":"b","count":1}]'),
        (dict[str, Line], {"x": SecretLine(sku="a")}, b'{"x":{"sku":"a","count":1}}'),
        (Line | None, SecretLine(sku="a"), b'{"sku":"a","count":1}'),
        (tuple[int, Line], (1, SecretLine(sku="a")), b'[1,{"sku":"a","count":1}]'),
        (
            Order,
            Order.model_construct(
                number=1, lines=[SecretLine(sku="a")], by_name={"x": (SecretLine(sku="b"),)}
            ),
            b'{"no":1,"lines":[{"sku":"a","count":1}],"address":null,"by_name":{"x":[{"sku":"b","count":1}]}}',
        ),
        (
            Tree,
            Tree(name="a", children=[Tree(name="b", children=[SecretTree(name="c")])]),
            b'{"name":"a","children":[{"name":"b","children":[{"name":"c","children":[]}]}]}',
        ),
        (Crate, Crate(Box(SecretLine(sku="a"))), b'{"box":{"line":{"sku":"a","count":1},"pair":null}}'),
        (
            Crate,
            Crate(Box(Line(sku="a"), (1, SecretLine(sku="b")))),
            b'{"box":{"line":{"sku":"a","count":1},"pair":[1,{"sku":"b","count":1}]}}',
        ),
        (Line, {"sku": "a", "password": "secret"}, b'{"sku":"a","count":1}'),
        (Line, Row(sku="a", count="2", password="secret"), b'{"sku":"a","count":2}'),
        (list[Line], (SecretLine(sku="a"),), b'[{"sku":"a","count":1}]'),
        (Options, {"a": 1, "secret": 2}, b'{"a":1}'),
        (list[Options], [{"a": 1, "secret": 2}], b'[{"a":1}]'),
        (float, 3, b"3.0"),
        (list[int], ["3"], b"[3]"),
        (Annotated[int, Field(ge=0)], "3", b"3"),
    ],
    ids=lambda case: str(case)[:30],
)
def test_undeclared_fields_never_leave(hint: Any, value: Any, encoded: bytes) -> None:
    assert encode(hint, value) == encoded


def test_reassigned_fields_are_filtered_too() -> None:
    order = Order(no=1, lines=[{"sku": "a"}])
    order.lines.append(SecretLine(sku="b"))
    assert b"secret" not in encode(list[Order], [order])


class Careless(Model):
    address: Address
    lines: list[Annotated[Line, AfterValidator(lambda line: SecretLine(sku=line.sku))]] = []

    @model_validator(mode="after")
    def replace_address(self) -> Careless:
        self.address = Row(street="s", secret="secret")  # type: ignore[assignment]
        return self


def test_what_functions_return_is_filtered_too() -> None:
    value = Careless(address={"street": "a"}, lines=[{"sku": "b"}])
    encoded = b'{"address":{"street":"s"},"lines":[{"sku":"b","count":1}]}'
    assert encode(Careless, value) == encoded
    assert encode(Careless, {"address": {"street": "a"}, "lines": [{"sku": "b"}]}) == encoded


LOGIN = Login("a", "secret")


def folder_with(name: str, value: Any) -> Folder:
    folder = Folder()
    setattr(folder, name, value)
    return folder


@pytest.mark.parametrize(
    ("hint", "value", "loc"),
    [
        (Document, Document(1, LOGIN), ("response", "owner")),  # type: ignore[arg-type]
        (Document, Document(None, "a"), ("response", "number")),  # type: ignore[arg-type]
        (Document, Document("boom", "a"), ("response", "number")),  # type: ignore[arg-type]
        (list[Document], [Document(1, "a", LOGIN)], ("response", 0, "rank")),  # type: ignore[arg-type]
        (Page, Page(LOGIN), ("response", "title")),  # type: ignore[arg-type]
        (Folder, Folder.model_construct(made=LOGIN), ("response", "made")),
        (Folder, folder_with("labels", {"a": LOGIN}), ("response", "labels", "a")),
        (Folder, folder_with("names", ["a", None, LOGIN]), ("response", "names", 2)),
        (Folder, folder_with("pair", (1, LOGIN)), ("response", "pair", 1)),
    ],
)
def test_records_in_the_place_of_scalars_are_refused(
    hint: Any, value: Any, loc: tuple[str | int, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        encode(hint, value)
    assert [error["loc"][: len(loc)] for error in caught.value.errors()][:1] == [loc]


def endless() -> Node:
    node = Node()
    node.next = node
    return node


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("hint", "value", "error_type"),
    [
        (Node, endless(), "recursion_depth_exceeded"),
        (Any, deep(), "recursion_depth_exceeded"),
        (Blob, Blob.model_construct(content=b"\xff"), "string_unicode"),
        (str, "\ud800", "string_unicode"),
        (Options, {"a": 1, "b": "\ud800"}, None),
        (list[dict[str, Any]], [{"\ud800": 1}], "string_unicode"),
    ],
    ids=["cycle", "deep", "bytes", "surrogate", "undeclared surrogate", "surrogate in a key"],
)
def test_values_without_a_json_form_are_validation_errors(
    hint: Any, value: Any, error_type: str | None
) -> None:
    if error_type is None:
        assert encode(hint, value) == b'{"a":1}'
        return
    with pytest.raises(ValidationError) as caught:
        encode(hint, value)
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [(error_type, ("response",))]


def test_what_does_not_fit_is_a_validation_error_below_response() -> None:
    with pytest.raises(ValidationError) as caught:
        encode(list[Line], [{"sku": 1}, 5])
    assert caught.value.title == "list[Line]"
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("string_type", ("response", 0, "sku")),
        ("model_attributes_type", ("response", 1)),
    ]


def test_many_records_share_functions_of_their_own() -> None:
    shared: Any = Line
    for number in range(6):
        annotations = {"one": shared, "two": shared, "three": shared}
        shared = type(Model)(f"Level{number}", (Model,), {"__annotations__": annotations})
    assert source(shared).count("\n") < 200  # 3**6 when inlined


def test_generated_code_is_safe_with_odd_strings_in_literals() -> None:
    odd = "'); raise SystemExit('"
    assert encode(Literal["'); raise SystemExit('", "\n"], odd) == b"\"'); raise SystemExit('\""


@pytest.mark.parametrize(
    ("hint", "value", "text"),
    [
        (IPvAnyAddress | None, None, b"null"),
        (IPvAnyAddress | None, ipaddress.ip_address("::1"), b'"::1"'),
        (list[IPvAnyNetwork | int], [5, ipaddress.ip_network("1.2.3.0/24")], b'[5,"1.2.3.0/24"]'),
        (Annotated[int | str, AfterValidator(str)] | None, "a", b'"a"'),
    ],
)
def test_branches_that_are_unions_themselves_are_branches_like_others(
    hint: Any, value: Any, text: bytes
) -> None:
    assert encode(hint, value) == text
    assert Adapter(hint).dump_json(value) == text
