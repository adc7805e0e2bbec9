"""Documents that were made to break a parser: every one is read, or refused with an error."""

from __future__ import annotations

import decimal
import fractions
import json
import subprocess
import sys
from typing import Annotated, Any

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


class Node(Model):
    name: str = ""
    children: list[Node] = []
    extra: Any = None


class Flat(Model):
    name: str


ANYTHING: Adapter[Any] = Adapter(Any)
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


# The categories of JSONTestSuite: y must be read, n must be refused, i may be either and is fixed here.
READ: dict[str, bytes] = {
    "array_empty": b"[]",
    "array_heterogeneous": b'[null, 1, "1", {}]',
    "array_ending_with_newline": b'["a"]\n',
    "array_with_spaces": b" [1 \t,\r\n2 ] ",
    "number_minus_zero": b"-0",
    "number_real_exponent": b"[1e2, 1E2, 1e+2, 1E-2, 0e1, 0.1e1]",
    "number_large": b"[123456789012345678901234567890]",
    "object_empty_key": b'{"": 0}',
    "object_duplicated_key": b'{"a": 1, "a": 2}',
    "object_duplicated_key_and_value": b'{"a": 1, "a": 1}',
    "object_escaped_null_in_key": b'{"a\\u0000": 1}',
    "object_long_strings": b'{"x": [{"id": "' + b"x" * 4000 + b'"}]}',
    "string_escapes": b'"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041"',
    "string_surrogate_pair": b'"\\ud83d\\ude39"',
    "string_noncharacters": '"\uffff\U0010ffff"'.encode(),
    "string_line_separators": '"\u2028\u2029"'.encode(),
    "string_delete": b'"\x7f"',
    "string_unescaped_utf8": '"\u20ac\U0001d11e"'.encode(),
    "structure_lonely_values": b"false",
    "structure_whitespace": b"\n\t \r null \n",
}

REFUSED: dict[str, bytes] = {
    "array_comma_after_close": b'[""],',
    "array_colon_instead_of_comma": b'["": 1]',
    "array_double_comma": b"[1,,2]",
    "array_extra_close": b'["x"]]',
    "array_incomplete": b'["x"',
    "array_inner_unclosed": b"[[1]",
    "array_just_comma": b"[,]",
    "array_trailing_comma": b"[1,]",
    "array_star_inside": b"[*]",
    "array_newlines_unclosed": b'["a",\n4\n,1,',
    "incomplete_literals": b"[nul]",
    "literal_capitalized": b"[True]",
    "number_plus": b"[+1]",
    "number_double_minus": b"[--1]",
    "number_leading_zero": b"[012]",
    "number_minus_leading_zero": b"[-01]",
    "number_hexadecimal": b"[0x42]",
    "number_dot_at_the_end": b"[2.]",
    "number_dot_at_the_start": b"[.5]",
    "number_exponent_without_digits": b"[1e]",
    "number_exponent_plus_only": b"[1e+]",
    "number_with_letter": b"[1a]",
    "number_with_space": b"[1 000.0]",
    "number_full_width_digit": "[\uff11]".encode(),
    "number_nan": b"[NaN]",
    "number_infinity": b"[-Infinity]",
    "object_bad_value": b'["x", truth]',
    "object_bracket_key": b'{[: "x"}',
    "object_comma_instead_of_colon": b'{"x", null}',
    "object_double_colon": b'{"x"::"b"}',
    "object_key_without_quotes": b"{a: 1}",
    "object_number_as_key": b"{1: 1}",
    "object_single_quotes": b"{'a': 0}",
    "object_several_trailing_commas": b'{"id": 0,,,,,}',
    "object_trailing_comment": b'{"a": "b"}/**/',
    "object_missing_value": b'{"a":',
    "object_missing_colon": b'{"a" b}',
    "object_unterminated": b'{"a": "a',
    "string_backslash_x": b'["\\x00"]',
    "string_bad_escape": b'["\\a"]',
    "string_escaped_emoji": '["\\\U0001f300"]'.encode(),
    "string_incomplete_escape": b'["\\u00A"]',
    "string_half_escaped_surrogate": b'["\\ud834\\',
    "string_lone_backslash": b'["\\"]',
    "string_no_quotes": b"[\\n]",
    "string_single_quote": b"['single']",
    "string_unescaped_control": b'["a\x00a"]',
    "string_unescaped_newline": b'["new\nline"]',
    "string_with_trailing_garbage": b'""x',
    "structure_angle_brackets": b"<.>",
    "structure_ascii_unicode_identifier": "a\u00e5".encode(),
    "structure_byte_order_mark_alone": b"\xef\xbb\xbf",
    "structure_no_data": b"",
    "structure_only_space": b" ",
    "structure_null_byte_outside_string": b"[\x00]",
    "structure_open_array_object": b'[{"":' * 50_000,
    "structure_open_arrays": b"[" * 100_000,
    "structure_two_values": b"[] []",
    "structure_unclosed_object": b'{"asd": "asd"',
    "structure_vertical_tab": b"[\x0b]",
    "structure_form_feed": b"[\x0c]",
    "structure_no_break_space": "[\u2060]".encode(),
}

DECIDED: dict[str, tuple[bytes, bool]] = {
    "number_huge_exponent": (b"[0.4e00669999999999999999999999999999999999999999999]", False),
    "number_negative_huge_exponent": (b"[-1e+9999]", False),
    "number_underflow": (b"[123e-10000000]", True),
    "number_beyond_int64": (b"[-123123123123123123123123123123]", True),
    "number_of_5000_digits": (b"[" + b"1" * 5000 + b"]", False),
    "string_first_surrogate_alone": (b'["\\ud888\\u1234"]', False),
    "string_inverted_surrogates": (b'["\\udd1e\\ud834"]', False),
    "string_lone_second_surrogate": (b'["\\udfaa"]', False),
    "string_invalid_utf8": (b'["\xff"]', False),
    "string_overlong_sequence": (b'["\xc0\xaf"]', False),
    "string_truncated_utf8": (b'["\xe0\xff"]', False),
    "string_utf8_surrogate": (b'["\xed\xa0\x80"]', False),
    "string_utf16": ('["\u00e9"]'.encode("utf-16"), False),
    "structure_utf8_byte_order_mark": (b"\xef\xbb\xbf{}", False),
    "structure_200_nested_arrays": (b"[" * 200 + b"]" * 200, True),
    "structure_201_nested_arrays": (b"[" * 201 + b"]" * 201, False),
}


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
from tests.validation.test_hostile_input import DEEP, FLAT, NODES, ANYTHING, refusal
found = []
def run():
    unknown = b'{"name": "a", "x": ' + b"[" * 9_900 + b"]" * 9_900 + b"}"
    assert refusal(FLAT, unknown) == ["json_invalid"]
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
