"""What differs from Pydantic on purpose: small programs, and what each library makes of them.

The page "Coming from Pydantic" has a row for each; ``test_differences`` compares both, and runs the programs.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import uuid
import warnings
import zoneinfo
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

import pydantic
import pydantic_core

import bolide
from tests.validation.difference_programs import (
    Library,
    assigned,
    call_and_field,
    class_keyword,
    copied_note,
    cycle,
    deprecation_warnings,
    errors_of,
    failing_property,
    fails_fast,
    fields_given,
    final_field,
    item_of,
    iterated,
    kept_after_deletion,
    labels,
    late_mistakes,
    mixin,
    model_or_dictionary,
    nested_discriminators,
    nested_options,
    omitted_field,
    one_alias,
    own_init,
    read_by_alias,
    read_strings,
    read_union,
    refused_assignment,
    returned,
    returns_none,
    stripped,
    two_bases,
    unknown_attribute,
    unknown_option,
)


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Letter(enum.Enum):
    A = "a"


@dataclasses.dataclass
class Counted:
    start: int
    count: int = dataclasses.field(default=0, init=False)


def takes_number(number: int) -> int:
    return number


class Difference(NamedTuple):
    """A row of the page, a program, and what it gives with Pydantic and with Bolide."""

    situation: str
    program: Callable[[Library], Any]
    theirs: Any
    ours: Any


def outcome(difference: Difference, library: Library) -> Any:
    """Return what the program returns; of what it raises, the types of the errors or the class."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return difference.program(library)
        except (pydantic.ValidationError, bolide.ValidationError) as error:
            return [each["type"] for each in error.errors()]
        except Exception as error:
            return type(error).__name__


DIFFERENCES: tuple[Difference, ...] = (
    Difference("which fields were given", fields_given, {}, "TypeError"),
    Difference("assigning to a field", assigned, {"a": 1}, "TypeError"),
    Difference("unknown options of a class", unknown_option, "Item", "TypeHintError"),
    Difference(
        "a body with very many errors",
        lambda n: len(errors_of(n, lambda: n.validate(list[int], ["x"] * 200))),
        theirs=200,
        ours=100,
    ),
    Difference(
        "`NaN` and `Infinity` in JSON",
        lambda n: repr(n.read(list[float], "[NaN]")),
        "[nan]",
        ["json_invalid"],
    ),
    Difference(
        "`pattern`",
        lambda n: n.validate(Annotated[str, n.main.Field(pattern=r"^(?=a)")], "a"),
        theirs="SchemaError",
        ours="a",
    ),
    Difference(
        "options of a model, and fields that are a `TypedDict`, dataclass or named tuple",
        nested_options,
        theirs=["dataclass_exact_type"],
        ours="a",
    ),
    Difference("two bases with fields", two_bases, ["b", "a"], "TypeHintError"),
    Difference("annotations of a mixin that is no model", mixin, ["name"], "TypeHintError"),
    Difference("two fields with one alias", one_alias, (1, 1), "TypeHintError"),
    Difference("an `after` validator of a model that returns `None`", returns_none, None, "TypeError"),
    Difference("an assignment that validators of the model refuse", refused_assignment, 2, 1),
    Difference("class keywords that `__init_subclass__` takes", class_keyword, "red", "TypeHintError"),
    Difference("`__init__` of a model", own_init, 2, "TypeHintError"),
    Difference("iterating over a model", iterated, [("a", 1)], "TypeError"),
    Difference("wrong decorators and hints", late_mistakes, "PydanticUserError", "Item"),
    Difference("returned models", returned, ["int_parsing"], '{"size":"big"}'),
    Difference(
        "a broken JSON document",
        lambda n: errors_of(n, lambda: n.read(int, "["))[0]["msg"],
        theirs="Invalid JSON: EOF while parsing a list at line 1 column 1",
        ours="JSON decode error",
    ),
    Difference("`errors()`", lambda n: "url" in errors_of(n, lambda: n.validate(int, "x"))[0], True, False),
    Difference("JSON in a union", read_union, "date", "str"),
    Difference(
        "constraints of a union",
        lambda n: n.validate(Annotated[int | str, n.main.Field(gt=1)], "a"),
        theirs="TypeError",
        ours="a",
    ),
    Difference(
        "`Sequence`, `Iterable`", lambda n: type(n.validate(Sequence[int], (1, 2))).__name__, "tuple", "list"
    ),
    Difference(
        "keys of dictionaries",
        lambda n: n.validate(dict[frozenset[int], int], {frozenset([1]): 1}),
        theirs={frozenset([1]): 1},
        ours="TypeHintError",
    ),
    Difference(
        "strict dates, UUIDs, decimals, bytes",
        lambda n: n.validate(Annotated[datetime.date, n.main.Field(strict=True)], "2020-01-01"),
        theirs=["date_type"],
        ours=datetime.date(2020, 1, 1),
    ),
    Difference(
        "strict choices, tuples, sets",
        lambda n: [n.validate(hint, [1], strict=True) for hint in (tuple[int], set[int])],
        theirs=["tuple_type"],
        ours=[(1,), {1}],
    ),
    Difference(
        "a `timedelta` in JSON",
        lambda n: n.write(list[datetime.timedelta], [datetime.timedelta(hours=10), datetime.timedelta()]),
        theirs='["PT10H","PT0S"]',
        ours='["PT36000S","P0D"]',
    ),
    Difference(
        "bytes in schemas",
        lambda n: n.schema(bytes),
        theirs={"format": "binary", "type": "string"},
        ours={"contentMediaType": "application/octet-stream", "type": "string"},
    ),
    Difference(
        "choices that are members of an enumeration",
        lambda n: n.validate(Literal[Size.SMALL], 1),
        theirs=["literal_error"],
        ours=Size.SMALL,
    ),
    Difference(
        "schemas of keys that are members with numbers",
        lambda n: n.schema(dict[Size, int])["propertyNames"],
        theirs={"$ref": "#/$defs/Size"},
        ours={"enum": ["1", "2"]},
    ),
    Difference(
        "schemas of flags",
        lambda n: sorted(n.schema(Right)),
        theirs=["enum", "title", "type"],
        ours=["maximum", "minimum", "title", "type"],
    ),
    Difference(
        "schemas of what JSON cannot hold: functions, classes",
        lambda n: n.schema(Callable[[], int]),
        theirs="PydanticInvalidForJsonSchema",
        ours={},
    ),
    Difference(
        "schemas of discriminated unions in one another",
        nested_discriminators,
        theirs={"cat": {"black": "#/$defs/Black", "white": "#/$defs/White"}, "dog": "#/$defs/Dog"},
        ours=None,
    ),
    Difference("`OnErrorOmit` around a field", omitted_field, False, "TypeHintError"),
    Difference("`a: Final[int] = 3` in a model", final_field, [], ["a"]),
    Difference("`fail_fast`", fails_fast, "RuntimeError", 1),
    Difference(
        "secrets in errors",
        lambda n: errors_of(n, lambda: n.validate(dict[str, n.types.SecretStr], {"a": 1}))[0]["input"],
        theirs=1,
        ours="**********",
    ),
    Difference("large floats in JSON", lambda n: n.write(float, 1e22), "1e+22", "1e22"),
    Difference(
        "more than six digits of a second",
        lambda n: n.validate(datetime.time, "00:00:00.1234567"),
        theirs=datetime.time(0, 0, 0, 123456),
        ours=datetime.time(0, 0, 0, 123457),
    ),
    Difference(
        "a property that fails while attributes are read",
        failing_property,
        theirs=["get_attribute_error"],
        ours="RuntimeError",
    ),
    Difference("a cycle in the input", cycle, ["recursion_loop"], ["recursion_depth_exceeded"]),
    Difference("`str_strip_whitespace`, `coerce_numbers_to_str` and their like", stripped, "x", " x "),
    Difference("names of branches in `loc`", labels, "function-wrap[wrap_val()]", "url"),
    Difference(
        "a union with types that are made from others",
        lambda n: type(n.validate(bool | n.types.ByteSize, 0)).__name__,
        theirs="ByteSize",
        ours="bool",
    ),
    Difference(
        "durations in lower case",
        lambda n: n.validate(datetime.timedelta, "pt1s"),
        theirs=["time_delta_parsing"],
        ours=datetime.timedelta(seconds=1),
    ),
    Difference(
        "booleans in texts of errors",
        lambda n: errors_of(n, lambda: n.validate(zoneinfo.ZoneInfo, True))[0]["msg"],
        theirs="invalid timezone: 1",
        ours="invalid timezone: True",
    ),
    Difference(
        "digits of other scripts in a UUID",
        lambda n: errors_of(n, lambda: n.validate(uuid.UUID, "\u0661"))[0]["ctx"]["error"],
        theirs="invalid length: found 2",
        ours="invalid character: found `\u0661` at 0",
    ),
    Difference("`from_attributes` and a field with an alias", read_by_alias, ["missing"], 1),
    Difference(
        "`validate_strings` of a union with `str`",
        lambda n: read_strings(n, int | str, "1"),
        theirs=1,
        ours="1",
    ),
    Difference(
        "`validate_strings` of what is no text",
        lambda n: read_strings(n, int, 1),
        theirs=["string_type"],
        ours=1,
    ),
    Difference("JSON in a union of a model and a dictionary", model_or_dictionary, "Item", "dict"),
    Difference(
        "texts of errors for JSON",
        lambda n: errors_of(n, lambda: n.read(dict[str, int], "[]"))[0]["msg"],
        theirs="Input should be an object",
        ours="Input should be a valid dictionary",
    ),
    Difference("`vars(model)`, `model.__dict__`", lambda n: vars(item_of(n)), {"size": 1, "old": 2}, {}),
    Difference("`del model.field`", kept_after_deletion, theirs=False, ours="AttributeError"),
    Difference("`__repr_args__`", lambda n: repr(item_of(n)), "Item(own=1)", "Item(size=1, old=2)"),
    Difference("assigning to an unknown attribute", unknown_attribute, "ValueError", "AttributeError"),
    Difference(
        "`model_copy(update=...)` of private attributes and unknown names", copied_note, "a", "AttributeError"
    ),
    Difference("`strict` of a call, where a field says otherwise", call_and_field, 1, ["int_type"]),
    Difference(
        "`1.0` as an integer, where a call is strict",
        lambda n: n.validate(int, 1.0, strict=True),
        theirs=["int_type"],
        ours=1,
    ),
    Difference(
        "a member of an enumeration where a number is declared",
        lambda n: n.validate(int, Letter.A),
        theirs="a",
        ours=["int_parsing"],
    ),
    Difference(
        "`input` of what is wrong with the arguments of a call",
        lambda n: errors_of(n, n.main.validate_call(takes_number))[0]["input"],
        theirs=pydantic_core.ArgsKwargs(()),
        ours=((), {}),
    ),
    Difference(
        "fields of a dataclass with `init=False`, in schemas",
        lambda n: [*n.schema(Counted)["properties"]],
        theirs=["start", "count"],
        ours=["start"],
    ),
    Difference("`Field(deprecated=...)`", deprecation_warnings, 1, 0),
)
"""In the order of the page."""

# Examples that oracles leave out, because they are rows above: part of a type, part of a value, situation.
NOT_COMPARED: tuple[tuple[str, str, str], ...] = (
    ("", r"[.,]\d{7}", "more than six digits of a second"),
    ("", r"'[-+]?p[\dt]", "durations in lower case"),
    ("zoneinfo", "True|False", "booleans in texts of errors"),
    ("Json", "", "a broken JSON document"),
    ("UUID", r"[^\x00-\x7f]", "digits of other scripts in a UUID"),
)
