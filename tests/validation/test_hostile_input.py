"""Documents that were made to break a parser: every one is read, or refused with an error."""

from __future__ import annotations

import datetime
import decimal
import fractions
import json
import subprocess
import sys
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator, BeforeValidator
from bolide.validation.model import Model
from bolide.validation.types.imports import ImportString
from bolide.validation.types.json_text import Json
from bolide.validation.types.objects import JsonValue, SkipValidation
from bolide.validation.types.paths import FilePath, NewPath
from bolide.validation.types.sizes import ByteSize
from tests.validation.json_documents import DECIDED, READ, REFUSED


class Node(Model):
    name: str = ""
    children: list[Node] = []
    extra: Any = None


class Flat(Model):
    name: str


class Choice(Model):
    kind: Literal["a"] = "a"
    inner: Choice | Other | None = None


class Other(Model):
    kind: Literal["b"]
    inner: Choice | Other | None = None


ANYTHING: Adapter[Any] = Adapter(Any)
CHOICES: Adapter[Choice] = Adapter(Choice)
FLAT: Adapter[Flat] = Adapter(Flat)
NODES: Adapter[Node] = Adapter(Node)


def refusal(adapter: Adapter[Any], document: bytes) -> list[str]:
    """Return the types of the errors of *document*; empty when it is read."""
    try:
        adapter.decode_json(document)
    except ValidationError as error:
        error.json()
        str(error)
        return [each["type"] for each in error.errors()]
    return []


@pytest.mark.parametrize("document", READ.values(), ids=READ)
def test_json_is_read(document: bytes) -> None:
    assert ANYTHING.decode_json(document) == json.loads(document)


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_what_is_no_json_is_refused(document: bytes) -> None:
    assert refusal(ANYTHING, document) == ["json_invalid"]
    assert refusal(NODES, document) == ["json_invalid"]


@pytest.mark.parametrize(("document", "is_read"), DECIDED.values(), ids=DECIDED)
def test_what_the_standard_leaves_open_is_decided(document: bytes, is_read: bool) -> None:
    assert (refusal(ANYTHING, document) == []) is is_read
    assert refusal(ANYTHING, document) in ([], ["json_invalid"])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text('{}[]",:0123456789.eE+-\\untrfalse ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(document: bytes) -> None:
    for adapter in (ANYTHING, NODES, Adapter(dict[str, list[int]])):
        refusal(adapter, document)


IN_A_SMALL_THREAD = """
import sys, threading
import msgspec
from tests.validation.test_hostile_input import ANYTHING, CHOICES, DEEP, FLAT, NODES, refusal
found = []
def run():
    unknown = b'{"name": "a", "x": ' + b"[" * 9_900 + b"]" * 9_900 + b"}"
    assert refusal(FLAT, unknown) == ["json_invalid"]
    choice = b'{"inner":' * 198 + b"null" + b"}" * 198
    assert refusal(CHOICES, choice) in ([], ["json_invalid"])
    packed = msgspec.msgpack.encode(msgspec.json.decode(choice))
    assert CHOICES.decode_msgpack(packed) == CHOICES.decode_json(choice)
    for document in DEEP:
        found.append((refusal(ANYTHING, document), refusal(NODES, document)))
threading.stack_size(256 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
assert len(found) == len(DEEP), found
assert all(errors for _, errors in found), found
"""

DEEP = (
    b"[" * 1_000_000,
    b"[" * 9_000 + b"]" * 9_000,
    b'{"children":[' * 5_000 + b"]}" * 5_000,
    b'{"children":[' * 99 + b'{"name":1}' + b"]}" * 99,
    b'{"extra":' * 201 + b"1" + b"}" * 201,
    b'{"children":[{"extra":' * 300 + b"[]" + b"}]}" * 300,
)


def test_deep_documents_never_crash_a_thread_with_a_small_stack() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SMALL_THREAD], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


class Raising(Exception):
    pass


@pytest.mark.parametrize("kind", [Raising, KeyError, RuntimeError, ZeroDivisionError, StopIteration])
def test_what_validators_raise_by_mistake_is_not_hidden(kind: type[Exception]) -> None:
    def broken(value: int) -> int:
        raise kind("a bug")

    class Item(Model):
        n: Annotated[int, AfterValidator(broken)]

    for read in (
        lambda: Item.model_validate_json(b'{"n": 1}'),
        lambda: Item.model_validate({"n": 1}),
        lambda: Item(n=1),
    ):
        with pytest.raises(kind):
            read()


@pytest.mark.parametrize("hint", [dict[float, int], dict[float | str, int], set[float]])
def test_floats_of_one_hash_do_not_fill_a_collection(hint: Any) -> None:
    texts = [f"{(2**61 - 1) * n}.0" for n in range(1, 400)]
    document = json.dumps(dict.fromkeys(texts, 0)) if hint != set[float] else f"[{','.join(texts)}]"
    assert refusal(Adapter(hint), document.encode()) in (["too_long"], [])


def test_a_limited_collection_is_refused_by_its_size() -> None:
    adapter: Adapter[Any] = Adapter(Annotated[list[int], Field(max_length=3)])
    assert refusal(adapter, b"[" + b'"x",' * 100_000 + b"1]") == ["too_long"]


def find_kind(value: Any) -> str:
    return "named" if isinstance(value, dict) and "name" in value else "numbered"


class Named(Model):
    name: str


class Numbered(Model):
    number: int


@pytest.mark.parametrize(
    "hint",
    [
        Annotated[
            Annotated[Named, Tag("named")] | Annotated[Numbered, Tag("numbered")], Discriminator(find_kind)
        ],
        Named | Numbered,
        Annotated[Named, BeforeValidator(lambda value: value)],
        Annotated[Named, AfterValidator(lambda value: value)],
        Annotated[Named, AfterValidator(lambda value: value)] | int,
    ],
)
def test_no_path_is_more_patient_with_unknown_keys(hint: Any) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    document = b'{"name": "a", "unknown": %b}' % (b"[" * 600 + b"]" * 600)
    errors: list[Any] = []
    adapter.collect_json(document, (), errors)
    try:
        adapter.fast_decode_json(document)
    except FAST_PATH_ERRORS:
        return
    assert errors == []


@pytest.mark.parametrize(
    ("hint", "value", "error_type"),
    [
        (ByteSize, "9" * 400 + ".5 KB", "byte_size"),
        (ByteSize, "9" * 5000, "byte_size"),
        (ByteSize, 1e400, "byte_size"),
        (ByteSize, "3 zz", "byte_size_unit"),
        (FilePath, "a" * 5000, "path_type"),
        (NewPath, "a" * 5000, "path_type"),
        (fractions.Fraction, "1e9999999", "fraction_parsing"),
        (fractions.Fraction, "1e" + "9" * 5000, "fraction_parsing"),
        (fractions.Fraction, decimal.Decimal("1e-99999"), "fraction_parsing"),
        (ImportString, "../../x", "import_error"),
        (ImportString, "a." * 20_000 + "b", "import_error"),
        (datetime.datetime, 10**400, "datetime_type"),
        (datetime.date, -(10**400), "date_type"),
        (datetime.time, 10**400, "time_type"),
        (datetime.timedelta, 10**400, "time_delta_type"),
        (datetime.timedelta, 2**1024 - 1, "time_delta_parsing"),
        (datetime.datetime, 1 - 2**1024, "datetime_parsing"),
    ],
)
def test_values_that_python_chokes_on_are_errors(hint: Any, value: Any, error_type: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).validate(value)
    assert [error["type"] for error in caught.value.errors()] == [error_type]


@pytest.mark.parametrize(
    ("hint", "document", "expected"),
    [
        (set[JsonValue], b"[[], 1]", [("set_item_not_hashable", (0,))]),
        (set[Json[Any]], b'["1", "[]"]', [("set_item_not_hashable", (1,))]),
        (frozenset[SkipValidation[int]], b"[{}]", [("set_item_not_hashable", (0,))]),
        (set[ImportString], b"[[]]", [("set_item_not_hashable", (0,))]),
        (dict[Json[Any], int], b'{"[]": 1, "1": 2}', [("is_hashable", ("[]", "[key]"))]),
        (dict[int | Json[Any], int], b'{"[]": 1}', [("is_hashable", ("[]", "[key]"))]),
    ],
)
def test_what_has_no_hash_is_an_error_where_one_is_needed(
    hint: Any, document: bytes, expected: list[Any]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).decode_json(document)
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == expected


@pytest.mark.parametrize(
    ("document", "read"),
    [
        (b'{"name": "a", "name": "b"}', "b"),
        (b'{"name": 1, "name": "b"}', "b"),  # the first fails the fast path, the last counts
        (b'{"x": 1, "name": "a", "x": {}}', "a"),
        (b'{"n\\u0061me": "a"}', "a"),
    ],
)
def test_of_equal_keys_the_last_counts(document: bytes, read: str) -> None:
    assert FLAT.decode_json(document).name == read


@pytest.mark.parametrize(
    ("hint", "document", "error_type"),
    [
        (dict[str, int], b'{"\\ud800": 1}', "json_invalid"),
        (dict[int, int], b'{"' + b"9" * 5000 + b'": 1}', "int_parsing_size"),
        (dict[float, int], b'{"1e999": 1}', None),
        (dict[decimal.Decimal, int], b'{"1e9999999999999999999": 1}', "decimal_parsing"),
        (list[int], b"[" + b"9" * 5000 + b"]", "json_invalid"),
        (list[int], b"[1e30]", "int_parsing_size"),
        (list[decimal.Decimal], b"[1e999]", "json_invalid"),
        (dict[str, datetime.datetime], b'{"a": 1' + b"0" * 400 + b"}", "datetime_type"),
        (datetime.timedelta, b"-1" + b"0" * 4000, "time_delta_type"),
        (list[float], b'["' + b"9" * 5000 + b'"]', None),
    ],
)
def test_numbers_beyond_measure_are_read_or_refused(
    hint: Any, document: bytes, error_type: str | None
) -> None:
    assert refusal(Adapter(hint), document) == ([] if error_type is None else [error_type])
