"""Which option of a union wins: as Pydantic's smart mode chooses, with Any and among records."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import sys
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal, Union

import msgspec
import pydantic
import pytest
from typing_extensions import TypedDict

from bolide.types import constr
from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.root_model import RootModel
from bolide.validation.tree import AnyNode

# In these hints the names stand for Bolide's models or for Pydantic's.
MODELS: dict[str, tuple[dict[str, Any], ...]] = {
    "Number": ({"a": int},),
    "Text": ({"a": str},),
    "Real": ({"a": float},),
    "Anything": ({"a": Any},),
    "Either": ({"a": int | str},),
    "Two": ({"a": int, "b": (int, 1)},),
}


@dataclasses.dataclass
class NumberData:
    a: int


@dataclasses.dataclass
class TextData:
    a: str


class NumberDict(TypedDict):
    a: int


class TextDict(TypedDict):
    a: str


class Colour(enum.Enum):
    RED = "red"


def _model(fields: dict[str, Any], name: str, bases: tuple[type, ...]) -> Any:
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for field, hint in fields.items():
        namespace["__annotations__"][field] = hint[0] if isinstance(hint, tuple) else hint
        if isinstance(hint, tuple):
            namespace[field] = hint[1]
    return type(bases[0])(name, bases, namespace)


COMMON: dict[str, Any] = {
    **{cls.__name__: cls for cls in (NumberData, TextData, NumberDict, TextDict, Colour, Decimal)},
    "Any": Any,
    "Union": Union,
    "date": datetime.date,
    "UUID": uuid.UUID,
    "Literal": Literal,
    "Text_": Annotated[int, AfterValidator(str)],
}
OURS = {name: _model(fields, name, (Model,)) for name, (fields,) in MODELS.items()} | COMMON
THEIRS = {
    **{name: _model(fields, name, (pydantic.BaseModel,)) for name, (fields,) in MODELS.items()},
    **COMMON,
    "Text_": Annotated[int, pydantic.AfterValidator(str)],
}

OBJECTS: tuple[Any, ...] = ({"a": 1}, {"a": "1"}, {"a": True}, {"a": 1.0}, {"a": 1, "b": 2}, {"a": "x"}, {})
UNIONS = (
    *("Number, Any", "Any, Number", "Number, Two, Any", "NumberData, Any", "NumberDict, Any"),
    *("Any, NumberDict", "None, Any, Number", "Number, object", "Number, dict", "dict, Number"),
    *("Number, Text", "Text, Number", "Number, Real", "Real, Number", "NumberData, TextData"),
    *("NumberDict, TextDict", "NumberDict, Number", "Number, NumberDict", "Number, NumberData"),
    *("NumberDict, dict[str, Any]", "dict[str, Any], NumberDict", "dict[str, int], NumberDict"),
    *("Two, Number", "Number, Anything", "Anything, Number", "Number, Either", "Either, Number"),
)
OTHERS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("float, Any", (1, True, "1")),
    ("Any, float", (1, True, "1")),
    ("int, Any", (1, True, "1")),
    ("Colour, Any", ("red", "x")),
    ("list[int], Any", (["1"], [True], [1], (1,), ["x"])),
    ("list[float], Any", ([1], (1,))),
    ("Any, list[float]", ([1], (1,))),
    ("list[Number], Any", ([{"a": 1}], [{"a": "1"}])),
    ("Any, list[Number]", ([{"a": 1}],)),
    ("list[Number], list[Text]", ([{"a": 1}], [{"a": "1"}], [])),
    ("dict[str, Number], dict[str, Text]", ({"k": {"a": "1"}},)),
    ("list[int], list[Any]", ([1], ["1"])),
    ("date, Any", ("2020-01-01",)),
    ("UUID, Any", ("12345678123456781234567812345678",)),
    ("Decimal, Any", ("1.0", 1)),
    ("set[int], Any", ([1],)),
    ("tuple[int, int], Any", ([1, 2], (1, "2"), (1, 2))),
    ("Literal['a'], Any", ("a", "b")),
    ("Text_, Any", (1, "1")),
)


def plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value), [plain(item) for item in value]
    return type(value).__name__, repr(value)


def check_like_pydantic(options: str, values: tuple[Any, ...]) -> None:
    hint = f"Union[{options}]"
    ours = Adapter(eval(hint, OURS))
    theirs = pydantic.TypeAdapter(eval(hint, THEIRS))
    for value in values:
        try:
            expected = plain(theirs.validate_python(value))
        except pydantic.ValidationError:
            with pytest.raises(ValueError, match="validation error"):
                ours.validate(value)
        else:
            assert plain(ours.validate(value)) == expected, (options, value)


@pytest.mark.parametrize("options", UNIONS)
def test_records_win_by_their_fields_then_by_what_had_to_be_converted(options: str) -> None:
    check_like_pydantic(options, OBJECTS)


@pytest.mark.parametrize(("options", "values"), OTHERS, ids=[options for options, _ in OTHERS])
def test_any_wins_over_what_has_to_be_converted(options: str, values: tuple[Any, ...]) -> None:
    check_like_pydantic(options, values)


class User(Model):
    name: str


class Admin(User):
    secret: str


class Event(Model):
    day: datetime.date


class Note(Model):
    day: str


class Page(Model):
    content: User | Any
    title: int | Any = ""


def test_a_model_beside_any_is_built_from_json_too() -> None:
    page = Page.model_validate_json('{"content": {"name": "a"}, "title": "1"}')
    assert (page.content, page.title) == (User(name="a"), "1")
    assert Page.model_validate_json('{"content": {"name": 1}}').content == {"name": 1}
    assert Adapter(User | Any).decode_json(b'{"name": "a", "more": 1}') == User(name="a")


def test_the_first_option_that_fits_may_be_any() -> None:
    ordered: Any = Annotated[Any | User, Field(union_mode="left_to_right")]
    assert Adapter(ordered).validate({"name": "a"}) == {"name": "a"}
    ordered = Annotated[int | Any, Field(union_mode="left_to_right")]
    assert Adapter(ordered).validate("1") == 1


def test_records_with_equally_many_fields_are_chosen_alike_on_both_paths() -> None:
    adapter = Adapter(Event | Note)
    for day in ("2020-01-01", "never"):
        assert adapter.decode_json(f'{{"day": "{day}"}}'.encode()) == Note(day=day)
        assert adapter.validate({"day": day}) == Note(day=day)
    assert adapter.validate({"day": datetime.date(2020, 1, 1)}) == Event(day=datetime.date(2020, 1, 1))


def test_scalars_beside_any_change_nothing() -> None:
    for hint in (int | Any, Any | None, str | Any | bool):
        assert isinstance(build_tree(hint).root, AnyNode)


def test_text_that_is_altered_wins_like_other_text() -> None:
    ours: Adapter[Any] = Adapter(constr(strip_whitespace=True, max_length=2) | str)
    theirs: Any = pydantic.TypeAdapter(pydantic.constr(strip_whitespace=True, max_length=2) | str)
    for text, expected in ((" a ", "a"), (" abc", " abc")):
        assert ours.validate(text) == theirs.validate_python(text) == expected
        assert ours.decode_json(f'"{text}"'.encode()) == expected


def test_results_declared_with_any_are_written_as_they_are() -> None:
    encode = compile_response_encoder(build_tree(User | Any))
    assert encode(User(name="a")) == b'{"name":"a"}'
    assert encode([1]) == b"[1]"
    assert compile_response_encoder(build_tree(Page))({"content": {"b": 1}}) == (
        b'{"content":{"b":1},"title":""}'
    )
    assert Adapter(User | Any).dump(Admin(name="a", secret="b")) == {"name": "a"}


def test_a_union_with_any_is_described_with_its_options() -> None:
    schema = Adapter(User | Any).json_schema()
    assert schema["anyOf"] == [{"$ref": "#/$defs/User"}, {}]


def test_a_class_of_iterators_is_a_value_like_others() -> None:
    with pytest.raises(ValueError, match="2 validation errors"):
        Adapter(int | str).validate(type(iter([])))


class Left(Model):
    inner: Left | Middle | Right | None = None
    x: int = 0


class Middle(Model):
    inner: Left | Middle | Right | None = None
    y: int = 0


class Right(Model):
    inner: Left | Right | Middle | int | None = None
    z: int = 0


def _calls_for(depth: int, *, is_valid: bool) -> int:
    """Count the calls of Python functions that it takes to read a document so deep."""
    value: Any = {} if is_valid else {"x": "bad", "y": "bad", "z": "bad"}
    for _ in range(depth):
        value = {"inner": value}
    adapter = Adapter(Left)
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    errors: list[Any] = []
    adapter.walker({}, (), [])
    sys.setprofile(count)
    try:
        adapter.walker(value, (), errors)
    finally:
        sys.setprofile(None)
    assert len(errors) == (0 if is_valid else 100)
    return calls


@pytest.mark.parametrize("is_valid", [True, False])
def test_a_recursive_union_takes_work_in_proportion_to_the_depth(is_valid: bool) -> None:
    # Without a memo it would take 3 ** depth steps; with all errors copied at every level, 1900 a level.
    assert _calls_for(40, is_valid=is_valid) <= 2.2 * _calls_for(20, is_valid=is_valid)
    assert _calls_for(90, is_valid=is_valid) <= 90 * (200 if is_valid else 500)


def test_a_union_tells_as_many_errors_as_the_call_wants() -> None:
    value = {"x": "bad", "y": "bad", "z": "bad"}
    for _ in range(8):
        value = {"inner": value}
    for most in (1, 3, 100, 1000):
        with pytest.raises(ValidationError) as refused:
            Adapter(Left, max_errors=most).validate(value)
        assert refused.value.error_count() == most
    labels = [step for step in refused.value.errors()[-1]["loc"] if step != "inner"]
    assert refused.value.errors()[0]["loc"] == ("inner", "Left") * 8 + ("x",)
    assert len(labels) == 9


class Numbers(RootModel[list[int]]):
    pass


class Whole(RootModel[Any]):
    pass


class RootOfLeft(RootModel[NumberData]):
    pass


THEIR_NUMBERS = type("Numbers", (pydantic.RootModel[list[int]],), {"__module__": __name__})
THEIR_WHOLE = type("Whole", (pydantic.RootModel[Any],), {"__module__": __name__})
THEIR_ROOT = type("RootOfLeft", (pydantic.RootModel[NumberData],), {"__module__": __name__})


@pytest.mark.parametrize(
    "union",
    [
        lambda numbers, whole, root: numbers | Any,
        lambda numbers, whole, root: Any | numbers,
        lambda numbers, whole, root: whole | int,
        lambda numbers, whole, root: int | whole,
        lambda numbers, whole, root: numbers | list[float],
        lambda numbers, whole, root: list[float] | numbers,
        lambda numbers, whole, root: root | NumberData,
        lambda numbers, whole, root: root | Any | None,
        lambda numbers, whole, root: dict[str, Any] | root,
    ],
)
@pytest.mark.parametrize("value", [[1], ["1"], [1.5], [], 1, "1", None, {"a": 1}, {"a": "1"}], ids=str)
def test_root_models_fit_as_well_as_what_they_wrap(union: Any, value: Any) -> None:
    ours: Adapter[Any] = Adapter(union(Numbers, Whole, RootOfLeft))
    theirs: Any = pydantic.TypeAdapter(union(THEIR_NUMBERS, THEIR_WHOLE, THEIR_ROOT))
    try:
        expected = repr(theirs.validate_python(value))
    except pydantic.ValidationError:
        with pytest.raises(ValidationError):
            ours.validate(value)
        return
    assert repr(ours.validate(value)) == expected
    assert repr(ours.decode_json(msgspec.json.encode(value))) == expected


def test_root_models_of_a_union_are_filtered_in_responses() -> None:
    encode: Any = compile_response_encoder(Adapter(list[RootOfLeft | int]).tree)
    assert encode([RootOfLeft(NumberData(1)), 3, {"a": 2, "secret": 1}]) == b'[{"a":1},3,{"a":2}]'


class Inch(Model):
    inches: int


class Metre(Model):
    metres: int


class Door(Model):
    width: Inch | Metre


class Window(Model):
    width: Inch | Metre
    panes: int


def test_a_value_that_two_branches_read_alike_is_reported_below_both() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(list[Door | Window]).validate([{"width": {"inches": "x"}}])
    assert [error["loc"] for error in caught.value.errors()] == [
        (0, "Door", "width", "Inch", "inches"),
        (0, "Door", "width", "Metre", "metres"),
        (0, "Window", "width", "Inch", "inches"),
        (0, "Window", "width", "Metre", "metres"),
        (0, "Window", "panes"),
    ]
