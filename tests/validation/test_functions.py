"""Validators in ``Annotated``: when they run, what they see, and what becomes of what they raise."""

from __future__ import annotations

import functools
import json
from typing import Annotated, Any, Literal, Optional, Union

import pydantic
import pydantic_core
import pytest
from pydantic import functional_validators as pydantic_validators

import bolide
from bolide.validation.adapter import Adapter
from bolide.validation.build import TypeHintError
from bolide.validation.decorators import field_validator
from bolide.validation.errors import CustomError, ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from bolide.validation.model import Model
from bolide.validation.strings import StringParser


def double(value: int) -> int:
    return value * 2


def refuse_five(value: Any) -> Any:
    if value == 5:
        raise ValueError("no five")
    assert value != 6, "no six"
    return value


def strip(value: Any) -> Any:
    return value.strip("<>") if isinstance(value, str) else value


def at_most_ten(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    if value == "many":
        return 1000
    return min(handler(value), 10)


def zero_if_bad(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValueError:
        return 0


def raise_key_error(value: Any) -> Any:
    raise KeyError(value)


BOLIDE = {
    "after": AfterValidator,
    "before": BeforeValidator,
    "wrap": WrapValidator,
    "plain": PlainValidator,
}
PYDANTIC = {
    "after": pydantic_validators.AfterValidator,
    "before": pydantic_validators.BeforeValidator,
    "wrap": pydantic_validators.WrapValidator,
    "plain": pydantic_validators.PlainValidator,
}
PYDANTIC_INFO = pydantic.ValidationInfo


def both(make: Any) -> tuple[Any, Any]:
    """Return the hint that *make* makes from Bolide's markers, and the one from Pydantic's."""
    return make(BOLIDE), make(PYDANTIC)


def normal(errors: Any) -> list[Any]:
    return [
        (
            error["type"],
            error["loc"],
            error["msg"],
            error["input"],
            {key: repr(item) for key, item in error.get("ctx", {}).items()},
        )
        for error in errors
    ]


def outcome(validate: Any, value: Any) -> Any:
    try:
        return validate(value)
    except (ValidationError, pydantic.ValidationError) as error:
        return normal(error.errors())


HINTS: dict[str, Any] = {
    "after": lambda v: Annotated[int, v["after"](refuse_five)],
    "after twice": lambda v: Annotated[int, v["after"](refuse_five), v["after"](double)],
    "after constraint": lambda v: (
        Annotated[int, pydantic.Field(gt=3), v["after"](refuse_five)]
        if v is PYDANTIC
        else Annotated[int, Field(gt=3), v["after"](refuse_five)]
    ),
    "before": lambda v: Annotated[int, v["before"](strip)],
    "before and after": lambda v: Annotated[int, v["after"](double), v["before"](strip)],
    "before refuses": lambda v: Annotated[int, v["before"](refuse_five)],
    "wrap": lambda v: Annotated[int, v["wrap"](at_most_ten)],
    "wrap catches": lambda v: Annotated[list[int], v["wrap"](zero_if_bad)],
    "wrap lets errors through": lambda v: Annotated[
        list[int], v["wrap"](lambda value, handler: handler(value))
    ],
    "plain": lambda v: Annotated[int, v["plain"](refuse_five)],
    "items": lambda v: list[Annotated[int, v["after"](refuse_five)]],
    "list": lambda v: Annotated[list[int], v["after"](len)],
    "keys": lambda v: dict[Annotated[str, v["after"](str.upper)], Annotated[int, v["before"](strip)]],
    "union": lambda v: Union[  # noqa: UP007
        Annotated[int, v["after"](refuse_five)], Annotated[str, v["before"](refuse_five)], list[int]
    ],
    "union of wraps": lambda v: Union[  # noqa: UP007
        Annotated[bool, v["wrap"](at_most_ten)], Annotated[list[int], v["plain"](refuse_five)]
    ],
    "union prefers exact": lambda v: Union[Annotated[float, v["after"](double)], int],  # noqa: UP007
    "first function wins": lambda v: Union[Annotated[int, v["after"](double)], int],  # noqa: UP007
    "optional": lambda v: Optional[Annotated[int, v["after"](refuse_five)]],  # noqa: UP045
    "after optional": lambda v: Annotated[Optional[int], v["after"](refuse_five)],  # noqa: UP045
    "builtin": lambda v: Annotated[str, v["after"](int)],
    "partial": lambda v: Annotated[int, v["after"](functools.partial(pow, 2))],
    "set": lambda v: set[Annotated[int, v["after"](double)]],
}
VALUES: tuple[Any, ...] = (
    *(1, 4, 5, 6, 20, "7", "<8>", "x", "many", None, True, 1.0, 2.5),
    *([], [1, "2"], [1, "x", 5, "y", 6], {"a": 1, "b": "<2>"}, {"a": 5, "b": "x"}, [[]]),
)


@pytest.mark.parametrize("name", HINTS)
def test_validators_do_what_pydantics_do(name: str) -> None:
    bolide_hint, pydantic_hint = both(HINTS[name])
    ours, theirs = Adapter[Any](bolide_hint), pydantic.TypeAdapter[Any](pydantic_hint)
    for value in VALUES:
        if name == "list" and isinstance(value, dict):
            continue
        expected = outcome(theirs.validate_python, value)
        assert outcome(ours.validate, value) == expected, value


def test_fast_path_and_walker_run_validators_alike() -> None:
    class Item(Model):
        name: Annotated[str, AfterValidator(str.upper)]
        tags: list[Annotated[str, BeforeValidator(strip)]] = []

    adapter: Adapter[Item] = Adapter(Item)
    assert adapter.fast_decode_json(b'{"name": "a", "tags": ["<b>"]}') == Item(name="a", tags=["b"])
    assert adapter.decode_json(b'{"name": "a", "tags": ["<b>"]}').name == "A"


def test_accepted_document_runs_every_validator_once() -> None:
    calls: list[Any] = []

    def note(value: Any) -> Any:
        calls.append(value)
        return value

    def note_read(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return note(handler(value))

    class Item(Model):
        a: Annotated[int, AfterValidator(note)]
        b: Annotated[str, BeforeValidator(note)]
        c: list[Annotated[int, WrapValidator(note_read)]]

    Adapter(Item).decode_json(b'{"a": 1, "b": "x", "c": [2, 3]}')
    assert calls == [1, "x", 2, 3]


def test_info_tells_field_data_context_and_mode() -> None:
    seen: list[Any] = []

    def look(value: Any, info: ValidationInfo) -> Any:
        seen.append((info.field_name, dict(info.data or {}), info.context, info.mode))
        return value

    class Item(Model):
        a: int
        b: int = 7
        c: list[Annotated[int, AfterValidator(look)]]
        d: Annotated[int, BeforeValidator(look)] | None = None

    Item.model_validate_json(b'{"a": "x", "c": [1]}'.replace(b'"x"', b"1"), context="here")
    Item.model_validate({"a": 1, "b": 2, "c": [], "d": 3})
    Item(a=1, c=[2])
    assert Item.model_validate_json(b'{"a": 1, "c": [1]}') == Item(a=1, c=[1])
    assert seen[:3] == [
        ("c", {"a": 1, "b": 7}, "here", "json"),
        ("d", {"a": 1, "b": 2, "c": []}, None, "python"),
        ("c", {"a": 1, "b": 7}, None, "python"),
    ]
    assert seen[3] == ("c", {"a": 1, "b": 7}, None, "json")


def test_info_shows_valid_fields_only() -> None:
    def look(value: Any, info: ValidationInfo) -> Any:
        raise ValueError(sorted(info.data or {}))

    class Item(Model):
        a: int
        b: int
        c: Annotated[int, AfterValidator(look)]

    with pytest.raises(ValidationError) as caught:
        Item.model_validate({"a": 1, "b": "x", "c": 3})
    assert [error["msg"] for error in caught.value.errors()] == [
        "Input should be a valid integer, unable to parse string as an integer",
        "Value error, ['a']",
    ]


def test_info_outside_of_a_record_has_no_data() -> None:
    infos: list[ValidationInfo] = []

    def look(value: Any, info: ValidationInfo) -> Any:
        infos.append(info)
        return value

    assert Adapter(list[Annotated[int, AfterValidator(look)]]).decode_json(b"[1]") == [1]
    assert infos == [ValidationInfo(None, "json", None, None)]


def test_custom_errors_keep_their_type() -> None:
    def refuse(value: Any) -> Any:
        raise CustomError("too_odd", "{value} is odd", {"value": value})

    with pytest.raises(ValidationError) as caught:
        Adapter(list[Annotated[int, AfterValidator(refuse)]]).validate([3])
    assert caught.value.errors() == [
        {"type": "too_odd", "loc": (0,), "msg": "3 is odd", "input": 3, "ctx": {"value": 3}}
    ]


def test_nested_validation_error_stands_below_the_value() -> None:
    class Inner(Model):
        x: int

    def parse(value: Any) -> Any:
        return Inner(**value)

    with pytest.raises(ValidationError) as caught:
        Adapter(list[Annotated[Any, BeforeValidator(parse)]]).validate([{"x": 1}, {"x": "a"}])
    assert [error["loc"] for error in caught.value.errors()] == [(1, "x")]


@pytest.mark.parametrize("document", [b"1", b'"1"'])
def test_other_exceptions_leave_validation(document: bytes) -> None:
    adapter: Adapter[int] = Adapter(Annotated[int, AfterValidator(raise_key_error)])
    with pytest.raises(KeyError):
        adapter.decode_json(document)


def test_handler_puts_the_outer_location_first() -> None:
    def wrap(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return handler(value, "part")

    with pytest.raises(ValidationError) as caught:
        Adapter(tuple[Annotated[list[int], WrapValidator(wrap)]]).validate((["x"],))
    assert [error["loc"] for error in caught.value.errors()] == [(0, "part", 0)]


def test_plain_validator_makes_any_class_readable() -> None:
    class Point:
        def __init__(self, x: int) -> None:
            self.x = x

    class Shape(Model):
        at: Annotated[Point, PlainValidator(Point)]

    shape = Adapter(Shape).decode_json(b'{"at": 3}')
    assert shape.at.x == 3


def test_wrong_signature_is_an_error_at_definition() -> None:
    def no_argument() -> None: ...

    class Item(Model):
        a: Annotated[int, AfterValidator(no_argument)]

    with pytest.raises(TypeHintError, match=r"Item\.a: .*must take \(value\) or \(value, info\)"):
        Adapter(Item)


@pytest.mark.parametrize(
    ("hint", "raw", "expected"),
    [
        (Annotated[int, AfterValidator(double)], "4", 8),
        (Annotated[int, BeforeValidator(strip)], "<4>", 4),
        (Annotated[int, WrapValidator(at_most_ten)], "many", 1000),
        (Annotated[list[int], AfterValidator(sum)], ["1", "2"], 3),
        (list[Annotated[int, AfterValidator(double)]], ["1", " 2"], [2, 4]),
        (Annotated[int, AfterValidator(double)] | None, "4", 8),
        (Literal["a"] | Annotated[int, AfterValidator(double)], "4", 8),
    ],
)
def test_text_is_read_through_validators(hint: Any, raw: Any, expected: Any) -> None:
    parser = StringParser(Adapter[Any](hint).tree)
    errors: list[Any] = []
    assert parser.multiple == isinstance(raw, list)
    assert parser.collect(raw, (), errors) == expected
    assert errors == []
    try:
        fast = parser.parse(raw)
    except ValueError:
        return
    assert fast == expected


def _told(base: Any, api: Any) -> list[Any]:
    """Return what each validator of some models is told, in the order in which they run."""
    told: list[Any] = []

    def note(name: str, info: Any) -> None:
        options = {key: value for key, value in info.config.items() if key != "title"}
        told.append((name, options, info.mode, info.field_name, info.data and list(info.data)))

    def after(value: Any, info: Any) -> Any:
        note("hint", info)
        return value

    class Inner(base):  # type: ignore[misc]
        model_config = {"strict": True, "title": "In"}
        a: int

        @api.model_validator(mode="before")
        @classmethod
        def prepare(cls, value: Any, info: Any) -> Any:
            note("before", info)
            return value

        @api.model_validator(mode="wrap")
        @classmethod
        def around(cls, value: Any, handler: Any, info: Any) -> Any:
            note("wrap", info)
            return handler(value)

        @api.field_validator("a")
        @classmethod
        def check(cls, value: Any, info: Any) -> Any:
            note("field", info)
            return value

    class Root(api.RootModel[Annotated[int, api.AfterValidator(after)]]):  # type: ignore[misc]
        model_config = {"str_strip_whitespace": True}

    class Outer(base):  # type: ignore[misc]
        model_config = {"str_to_lower": True}
        x: int
        inner: Annotated[Inner, api.AfterValidator(after)]
        root: Root
        more: list[Inner] = []

    api_outer: Any = Outer
    given = {"x": 1, "inner": {"a": 1}, "root": 1, "more": [{"a": 2}]}
    api_outer.model_validate(given)
    api_outer.model_validate_json(json.dumps(given))
    Inner.model_validate({"a": 1})
    Root.model_validate_strings("3")
    return told


def test_validators_are_told_what_pydantic_tells_them() -> None:
    ours = _told(Model, bolide)
    assert ours == _told(pydantic.BaseModel, pydantic)
    assert ours[1] == ("before", {"strict": True}, "python", "inner", ["x"])
    assert ours[-1] == ("hint", {"str_strip_whitespace": True}, "string", "root", None)


def test_validators_of_assignments_are_told_the_options() -> None:
    told: list[Any] = []

    class Checked(Model, validate_assignment=True, str_to_lower=True):
        a: int = 1

        @field_validator("a")
        @classmethod
        def check(cls, value: int, info: ValidationInfo) -> int:
            told.append((dict(info.config), info.field_name))
            return value

    Checked().a = 2
    assert told == [({"validate_assignment": True, "str_to_lower": True}, "a")]


def use_default(value: object) -> object:
    if value == "default":
        raise pydantic_core.PydanticUseDefault
    return value


def omit(value: object) -> object:
    raise pydantic_core.PydanticOmit


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (
            use_default,
            "validator use_default raises PydanticUseDefault, which only Pydantic knows; return the",
        ),
        (omit, "validator omit raises PydanticOmit, which only Pydantic knows; leave invalid items out by"),
    ],
)
@pytest.mark.parametrize("marker", [BeforeValidator, AfterValidator, PlainValidator])
def test_validators_that_speak_to_pydantic_are_refused(marker: Any, function: Any, text: str) -> None:
    with pytest.raises(TypeHintError, match=text):
        Adapter(Annotated[int, marker(function)])


def test_methods_that_speak_to_pydantic_are_refused() -> None:
    class Item(Model):
        size: int = 1

        @field_validator("size", mode="before")
        @classmethod
        def read(cls, value: object) -> object:
            raise pydantic_core.PydanticUseDefault

    with pytest.raises(TypeHintError, match="read raises PydanticUseDefault, which only Pydantic knows"):
        Item()
