"""Adapters: two paths, one meaning."""

from __future__ import annotations

import array
import dataclasses
import sys
import threading
from collections.abc import Callable
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
import pytest

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.build import build_tree
from bolide.validation.computed_fields import computed_field
from bolide.validation.decorators import field_validator
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.projections import Partial


class Item(Model):
    name: str = Field(min_length=2)
    count: int = 1


class Tree(Model):
    children: list[Tree] = []


class Options(TypedDict):
    name: str
    size: NotRequired[Annotated[int, Field(ge=0)]]


@dataclasses.dataclass
class Positive:
    value: int

    def __post_init__(self) -> None:
        assert self.value > 0, "not positive"


def test_decodes_on_the_fast_path() -> None:
    assert Adapter(list[Item]).decode_json(b'[{"name": "ab"}]') == [Item(name="ab")]


def test_decodes_by_lax_rules_on_the_slow_path() -> None:
    assert Adapter(list[Item]).decode_json(b'[{"name": "ab", "count": "3"}]') == [Item(name="ab", count=3)]


def test_reports_everything_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(list[Item]).decode_json(b'[{"name": "a"}, {"count": "x"}, 5]')
    assert caught.value.title == "list[Item]"
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("string_too_short", (0, "name")),
        ("missing", (1, "name")),
        ("int_parsing", (1, "count")),
        ("model_type", (2,)),
    ]


def test_strict_forbids_coercion_on_every_path() -> None:
    adapter = Adapter(int, strict=True)
    assert adapter.decode_json(b"3") == 3
    for call in (lambda: adapter.decode_json(b'"3"'), lambda: adapter.validate("3")):
        with pytest.raises(ValidationError, match="Input should be a valid integer"):
            call()


def test_takes_a_tree_instead_of_a_hint() -> None:
    tree = build_tree(int)
    assert Adapter(tree).tree is tree
    assert Adapter(tree).decode_json(b"1") == 1


def test_refuses_hints_at_once() -> None:
    with pytest.raises(TypeHintError):
        Adapter(range)


def test_collects_behind_errors_that_are_there() -> None:
    errors: list[ErrorDetails] = [
        {"type": "missing", "loc": ("query", "q"), "msg": "Field required", "input": None}
    ]
    Adapter(int).collect_json(b'"x"', ("body",), errors)
    Adapter(int).collect("y", ("body", 1), errors)
    assert [error["loc"] for error in errors] == [("query", "q"), ("body",), ("body", 1)]


def test_collects_a_value_behind_errors_that_are_there() -> None:
    errors: list[ErrorDetails] = [
        {"type": "missing", "loc": ("query", "q"), "msg": "Field required", "input": None}
    ]
    assert Adapter(int).collect_json(b'"3"', ("body",), errors) == 3
    assert len(errors) == 1


def test_malformed_json_is_a_validation_error() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Item).decode_json(b'{"name": ')
    assert caught.value.errors() == [
        {
            "type": "json_invalid",
            "loc": (9,),
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": "Expecting value", "line": 1, "column": 10},
        }
    ]


def test_fast_path_of_a_closed_type_is_the_decoder_itself() -> None:
    assert type(Adapter(list[Item]).fast_decode_json).__name__ == "builtin_function_or_method"


@pytest.mark.parametrize("hint", [Tree, Any, list[Any], dict[str, Any] | None])
def test_documents_of_unbounded_depth_are_capped(hint: Any) -> None:
    deep = b'{"children":[' * 150 + b"]}" * 150
    with pytest.raises(FAST_PATH_ERRORS):
        Adapter(hint).fast_decode_json(deep)
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).decode_json(deep)
    assert caught.value.errors()[0]["ctx"]["error"] == "Nested deeper than 200 levels"


def test_documents_below_the_cap_pass() -> None:
    tree = Adapter(Tree).decode_json(b'{"children":[' * 90 + b"]}" * 90)
    for _ in range(89):
        (tree,) = tree.children
    assert tree == Tree()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 5000,
        b'"\\ud800"',
        b"NaN",
        b"1e999",
        b"\x00",
        b"[[]]",
    ],
    ids=lambda data: repr(data[:8]),
)
@pytest.mark.parametrize("hint", [int, Item, list[Item], Tree, Any, set[int], dict[int, int], bytes])
def test_hostile_bytes_raise_nothing_else(hint: Any, data: bytes) -> None:
    try:
        Adapter(hint).decode_json(data)
    except ValidationError:
        return
    assert (hint, data) == (Any, b"[[]]")


def test_typed_dicts_are_decoded_with_their_constraints() -> None:
    adapter = Adapter(Options)
    assert adapter.fast_decode_json(b'{"name": "a", "size": 1, "other": 2}') == {"name": "a", "size": 1}
    assert adapter.fast_decode_json(b'{"name": "a"}') == {"name": "a"}
    with pytest.raises(FAST_PATH_ERRORS):
        adapter.fast_decode_json(b'{"name": "a", "size": -1}')


def test_an_assertion_of_a_dataclass_becomes_an_error() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(list[Positive]).decode_json(b'[{"value": 1}, {"value": -1}]')
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [("assertion_error", (1,))]


def test_a_struct_of_the_user_stays_as_msgspec_reads_it() -> None:
    class Plain(msgspec.Struct):
        raw: bytes
        number: Annotated[int, Field(ge=0)] = 0

    adapter = Adapter(Plain)
    assert adapter.decode_json(b'{"raw": "YQ=="}') == Plain(raw=b"YQ==")
    with pytest.raises(ValidationError):
        adapter.decode_json(b'{"raw": "", "number": -1}')
    assert msgspec.json.decode(b'{"raw": "YQ==", "number": -1}', type=Plain) == Plain(raw=b"a", number=-1)


def test_encodes_bytes_as_the_text_they_were() -> None:
    adapter = Adapter(dict[str, list[bytes]])
    assert adapter.dump_json(adapter.decode_json(b'{"a":["\xc3\xa9"]}')) == b'{"a":["\xc3\xa9"]}'


def test_first_use_in_many_threads_is_safe() -> None:
    class Inner(Model):
        raw: bytes

    class Outer(Model):
        inner: list[Inner]
        other: Outer | None = None

    adapters: list[Adapter[Any]] = [Adapter(Outer) for _ in range(4)]
    start = threading.Barrier(8)
    results: list[Any] = []

    def decode(adapter: Adapter[Any]) -> None:
        start.wait()
        results.append(adapter.decode_json(b'{"inner": [{"raw": "a"}], "other": {"inner": []}}'))

    threads = [threading.Thread(target=decode, args=(adapters[n % 4],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [Outer(inner=[Inner(raw=b"a")], other=Outer(inner=[]))] * 8


def test_threads_may_meet_in_anything_that_a_first_use_makes() -> None:
    results: list[Any] = []

    def use(start: threading.Barrier, cls: Any) -> None:
        start.wait()
        try:
            whole = cls.model_validate_json(b'{"parts": [{"name": "a", "parts": [{"name": 1}]}]}')
            cls.model_json_schema()
            with pytest.raises(ValidationError):
                cls(parts=3)
            Partial[cls](parts=[])
            results.append(whole.model_dump())
        except Exception as error:
            results.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):

            class Part(Model):
                name: str | int
                parts: list[Part] = []

                @field_validator("parts")
                @classmethod
                def check(cls, value: list[Part]) -> list[Part]:
                    return value

            class Whole(Model):
                parts: list[Part]

                @computed_field
                def count(self) -> int:
                    return len(self.parts)

            start = threading.Barrier(8)
            threads = [threading.Thread(target=use, args=(start, Whole)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(interval)
    expected = {"parts": [{"name": "a", "parts": [{"name": 1, "parts": []}]}], "count": 1}
    assert results == [expected] * 160


def test_a_model_that_msgspec_has_read_before_keeps_its_constraints() -> None:
    class Early(Model):
        value: int = Field(gt=0)

    class Holder(Model):
        early: Early

    msgspec.json.decode(b'{"value": 1}', type=Early)
    for adapter, document in (
        (Adapter(Early), b'{"value": -1}'),
        (Adapter(Holder), b'{"early": {"value": -1}}'),
    ):
        with pytest.raises(ValidationError, match="greater than 0"):
            adapter.decode_json(document)
    assert Adapter(Early).decode_json(b'{"value": 2}') == Early(value=2)


class Account(Model):
    number: int
    owner: str | None = None


class AccountRow:
    number = "7"
    owner = "Ann"


def test_validate_may_be_strict_for_one_call() -> None:
    adapter = Adapter(Account)
    assert adapter.validate({"number": "1"}) == Account(number=1)
    with pytest.raises(ValidationError):
        adapter.validate({"number": "1"}, strict=True)
    assert Adapter(Account, strict=True).validate({"number": "1"}, strict=False) == Account(number=1)


def test_validate_reads_attributes_when_asked_to() -> None:
    adapter = Adapter(list[Account])
    assert adapter.validate([AccountRow()], from_attributes=True) == [Account(number=7, owner="Ann")]
    with pytest.raises(ValidationError):
        adapter.validate([AccountRow()])


def test_strings_are_validated_by_the_rules_of_text() -> None:
    adapter = Adapter(dict[str, bool | float], strict=True)
    assert adapter.validate_strings({"a": "on", "b": " 1.5 "}) == {"a": True, "b": 1.5}
    with pytest.raises(ValidationError):
        Adapter(int | None).validate_strings("null")


@pytest.mark.parametrize("hint", [Any, Item], ids=["unbounded", "bounded"])
@pytest.mark.parametrize("data", [array.array("b", b"{}"), 3, None, [b"{}"]], ids=repr)
def test_documents_that_are_neither_bytes_nor_text_are_refused(hint: Any, data: Any) -> None:
    adapter = Adapter[Any](hint)
    for _ in range(2):  # the first call builds the decoder
        with pytest.raises(TypeError, match="a JSON document is bytes or text"):
            adapter.decode_json(data)


@pytest.mark.parametrize(
    "make", [bytes.decode, bytearray, memoryview, lambda data: memoryview(data).cast("q")]
)
def test_depth_is_limited_in_every_form_of_a_document(make: Callable[[bytes], Any]) -> None:
    adapter = Adapter[Any](list[Any])
    assert adapter.decode_json(make(b"[1]     ")) == [1]
    with pytest.raises(ValidationError, match="JSON decode error"):
        adapter.decode_json(make(b"[" * 204 + b"]" * 204))
