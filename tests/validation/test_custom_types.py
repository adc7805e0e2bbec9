"""Types of users: read as their wire form, made and written by their own functions."""

from __future__ import annotations

import datetime
import functools
import ipaddress
import json
import types
from decimal import Decimal
from typing import Annotated, Any

import pydantic
import pytest

from bolide.validation import custom_types
from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.custom_types import TypeSpec, register_type
from bolide.validation.errors import CustomError, ErrorDetails, ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.hints import TypeHintError
from bolide.validation.lower import lower
from bolide.validation.model import Model
from bolide.validation.placeholder import is_placeholder
from bolide.validation.response import compile_response_encoder
from bolide.validation.schema_emitter import SchemaEmitter
from bolide.validation.strings import StringParser
from bolide.validation.types.ip_addresses import IPvAnyAddress
from bolide.validation.types.json_text import Json
from bolide.validation.types.objects import JsonValue
from tests.identifiers import stable_id


class Money:
    """An amount with its currency, in JSON ``"1.50 EUR"``."""

    def __init__(self, amount: Decimal, currency: str) -> None:
        self.amount = amount
        self.currency = currency

    @classmethod
    def parse(cls, text: str) -> Money:
        amount, _, currency = text.partition(" ")
        if not currency:
            raise AssertionError("no currency")
        if currency != "EUR":
            raise CustomError("currency", "{currency} is not accepted", {"currency": currency})
        if not amount.replace(".", "").isdigit():
            raise ValueError("no amount")
        return cls(Decimal(amount), currency)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and (self.amount, self.currency) == (other.amount, other.currency)

    def __hash__(self) -> int:
        return hash((self.amount, self.currency))

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return TypeSpec(wire=str, load=cls.parse, schema={"format": "money"}, label="money")


class Foreign:
    """A class that says nothing about itself."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


class Box:
    """A generic class, in JSON a list of its items."""

    def __class_getitem__(cls, item: Any) -> Any:
        return types.GenericAlias(cls, item)

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    @classmethod
    def __bolide_type__(cls, item: Any = Any) -> TypeSpec:
        return TypeSpec(wire=list[item], load=cls, dump=lambda box: box.items)


class Account(Model):
    balance: Money
    history: list[Money] = []


EURO = Money(Decimal("1.50"), "EUR")


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom_types, "_REGISTERED", {})


def errors_of(hint: Any, value: object) -> list[ErrorDetails]:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).validate(value)
    return caught.value.errors()


def test_wire_form_is_loaded_in_json_and_in_python() -> None:
    assert Adapter(Money).decode_json(b'"1.50 EUR"') == EURO
    assert Adapter(list[Money]).validate(["1.50 EUR", EURO]) == [EURO, EURO]
    assert Account.model_validate_json(b'{"balance": "1.50 EUR"}').balance == EURO


def test_instance_is_taken_as_it_is() -> None:
    assert Adapter(Money).validate(EURO) is EURO


@pytest.mark.parametrize(
    ("value", "error_type", "message"),
    [
        (1, "string_type", "Input should be a valid string"),
        ("1.50", "assertion_error", "Assertion failed, no currency"),
        ("x EUR", "value_error", "Value error, no amount"),
        ("1 USD", "currency", "USD is not accepted"),
    ],
)
def test_what_the_wire_form_or_the_function_refuses_is_an_error(
    value: object, error_type: str, message: str
) -> None:
    (error,) = errors_of(Account, {"balance": value})
    assert (error["type"], error["msg"], error["loc"], error["input"]) == (
        error_type,
        message,
        ("balance",),
        value,
    )


def test_function_does_not_run_on_a_wire_form_with_errors() -> None:
    assert [error["loc"] for error in errors_of(Box, 1)] == [()]
    assert [error["loc"] for error in errors_of(Box[int], ["x", 1, "y"])] == [(0,), (2,)]


def test_constraints_apply_to_the_wire_form() -> None:
    hint = Annotated[Money, Field(max_length=8)]
    assert Adapter(hint).validate("1.50 EUR") == EURO
    assert errors_of(hint, "11.50 EUR")[0]["type"] == "string_too_long"


def test_class_of_others_is_registered() -> None:
    register_type(
        Foreign, TypeSpec(wire=datetime.timedelta, load=lambda wire: Foreign(wire.seconds), dump=vars)
    )
    adapter = Adapter(Foreign)
    assert adapter.decode_json(b'"PT3S"').seconds == 3
    assert adapter.dump_json(Foreign(4)) == b'{"seconds":4}'


def test_generic_class_gets_its_arguments() -> None:
    assert Adapter(Box[int]).decode_json(b'[1, "2"]').items == [1, 2]
    assert Adapter(Box[int]).dump_json(Box([1])) == b"[1]"


def test_values_are_read_from_text() -> None:
    parser = StringParser(build_tree(Money))
    assert not parser.multiple
    assert parser.parse("1.50 EUR") == EURO
    with pytest.raises(ValueError, match=r"^$"):
        parser.parse("1.50")


def test_class_on_a_list_reads_many_texts() -> None:
    parser = StringParser(build_tree(Box[int]))
    assert parser.multiple
    assert parser.parse(["1", "2"]).items == [1, 2]


def test_values_are_written_wherever_they_stand() -> None:
    encode = compile_response_encoder(build_tree(Account))
    assert encode(Account(balance=EURO, history=[EURO])) == b'{"balance":"1.50 EUR","history":["1.50 EUR"]}'
    assert encode({"balance": "2 EUR"}) == b'{"balance":"2 EUR","history":[]}'
    assert compile_response_encoder(build_tree(dict[Money, int]))({EURO: 1}) == b'{"1.50 EUR":1}'


def test_response_of_another_type_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        compile_response_encoder(build_tree(list[Money]))([3])
    assert caught.value.errors()[0]["loc"] == ("response", 0)


def test_labels_name_branches_of_unions() -> None:
    assert [error["loc"] for error in errors_of(int | Money, "x")] == [("int",), ("money",)]
    assert Adapter(Money | str).validate("1.50 EUR") == "1.50 EUR"
    assert Adapter(Money | int).validate("1.50 EUR") == EURO


def test_schema_has_the_keywords_of_the_wire_form_and_its_own() -> None:
    emitter = SchemaEmitter("validation", str, definitions={})
    assert emitter.emit(build_tree(Annotated[Money, Field(max_length=8)]).root) == {
        "type": "string",
        "maxLength": 8,
        "format": "money",
    }


def test_nodes_of_one_class_are_lowered_to_placeholders() -> None:
    assert is_placeholder(lower(build_tree(Money)))


class Token:
    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return TypeSpec(
            wire=Annotated[str, Field(min_length=3)],
            load=cls,
            unload=lambda token: token.text,
            dump=lambda _: "***",
            is_secret=True,
        )


def test_input_of_secrets_is_hidden() -> None:
    assert errors_of(Token, "s3")[0]["input"] == "**********"
    assert errors_of(list[Token], [{"a": "s3"}])[0]["input"] == "**********"


def test_instances_are_read_anew_where_that_is_asked_for() -> None:
    assert errors_of(Token, Token("s3"))[0]["type"] == "string_too_short"
    token = Adapter(Token).validate(Token("s3c"))
    assert token.text == "s3c"


class Branch:
    """A tree without values: its children, in JSON a list of them."""

    def __init__(self, children: list[Branch]) -> None:
        self.children = children

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return TypeSpec(wire=list[cls], load=cls, dump=lambda branch: branch.children)  # type: ignore[valid-type]


class Leafy(Branch):
    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return TypeSpec(wire="list[Leafy] | int", load=cls, dump=lambda branch: branch.children, wraps=True)


@pytest.mark.parametrize("cls", [Branch, Leafy])
def test_types_of_users_may_contain_themselves(cls: Any) -> None:
    adapter = Adapter(cls)
    tree: Any = adapter.decode_json("[[], [[]]]")
    assert type(tree) is type(tree.children[1].children[0]) is cls
    assert adapter.dump_json(tree) == b"[[],[[]]]"
    assert adapter.decode_msgpack(adapter.dump_msgpack(tree)).children[0].children == []
    assert adapter.json_schema()["$ref"] == f"#/$defs/{cls.__name__}"
    with pytest.raises(ValidationError):
        adapter.validate([[["x"]]])
    endless: Any = []
    endless.append(endless)
    with pytest.raises(ValidationError, match="maximum validation depth exceeded"):
        adapter.validate(endless)


def test_hooks_that_return_no_description_are_named() -> None:
    class Odd:
        @classmethod
        def __bolide_type__(cls) -> Any:
            return 5

    class Marker:
        def __bolide_type__(self, hint: Any) -> Any:
            return hint

    class Plain:
        __bolide_type__ = 5

    class Foreign:
        pass

    register_type(Foreign, lambda: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(TypeHintError, match=r"Odd\.__bolide_type__ returns 5; return a TypeSpec$"):
        Adapter(Odd)
    with pytest.raises(TypeHintError, match=r"Marker\.__bolide_type__ returns .*int.*; return a TypeSpec$"):
        Adapter(Annotated[int, Marker()])
    with pytest.raises(TypeHintError, match=r"Plain\.__bolide_type__ is 5; make it a class method"):
        Adapter(Plain)
    with pytest.raises(TypeHintError, match=r"register_type\(.*Foreign\) returns None; return a TypeSpec$"):
        Adapter(Foreign)


@pytest.mark.parametrize("kind", [list, dict])
def test_json_values_are_as_shallow_as_documents(kind: type) -> None:
    def wrap(value: object) -> object:
        return [value] if kind is list else {"a": value}

    nested: Any = functools.reduce(lambda value, _: wrap(value), range(199), wrap(1))
    assert Adapter(JsonValue).validate(nested) is nested
    assert Adapter(JsonValue).decode_json(json.dumps(nested)) == nested
    cyclic: Any = []
    cyclic.append(wrap(cyclic))
    for value in (wrap(nested), cyclic):
        with pytest.raises(ValidationError) as caught:
            Adapter(JsonValue).validate(value)
        assert [error["type"] for error in caught.value.errors()] == ["recursion_depth_exceeded"]


def test_json_values_share_parts_at_no_cost() -> None:
    shared: Any = functools.reduce(lambda value, _: [value, value], range(190), [])
    assert Adapter(JsonValue).validate(shared) is shared


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, None, object()]},
        {1: 2},
        object(),
        [object(), (1,)],
        {"a": {2: b"x"}},
        [{"a": set()}],
        {"a": (1, 2)},
    ],
    ids=stable_id,
)
def test_errors_say_where_what_is_no_json_stands(value: Any) -> None:
    with pytest.raises(pydantic.ValidationError) as theirs:
        pydantic.TypeAdapter(pydantic.JsonValue).validate_python(value)
    with pytest.raises(ValidationError) as ours:
        Adapter(JsonValue).validate(value)
    assert ours.value.errors() == theirs.value.errors(include_url=False)


@pytest.mark.parametrize(
    ("hint", "title"),
    [
        (JsonValue, "Annotated[Any, JsonValue]"),
        (Json[int], "Annotated[int, Json()]"),
        (Annotated[int, AfterValidator(abs)], "Annotated[int, AfterValidator(func=<built-in function abs>)]"),
        (Annotated[int, AfterValidator(lambda n: n)], "<lambda>>)]"),
    ],
)
def test_errors_name_types_without_addresses(hint: Any, title: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).validate(object())
    assert caught.value.title.endswith(title)
    assert "0x" not in caught.value.title


@pytest.mark.parametrize("hint", [ipaddress.IPv4Address, ipaddress.IPv6Network, IPvAnyAddress, complex])
@pytest.mark.parametrize("document", [b"1", b"true", b"[true]"])
def test_strict_reading_makes_nothing_but_text_into_what_travels_as_text(hint: Any, document: bytes) -> None:
    inner = hint if document[:1] != b"[" else list[hint]
    with pytest.raises(ValidationError) as caught:
        Adapter(inner, strict=True).decode_json(document)
    assert [error["type"] for error in caught.value.errors()] == ["string_type"]
