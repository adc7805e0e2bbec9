"""Options of models that reach the types of their fields; Pydantic is the oracle."""

import enum
from typing import Annotated, Any

import pydantic
import pytest

from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from tests.identifiers import stable_id


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


class Row:
    pass


ROW = Row()

CASES: list[tuple[dict[str, Any], Any, list[Any]]] = [
    ({"use_enum_values": True}, Colour, ["red", 2, Colour.RED, "green"]),
    ({"use_enum_values": True}, list[Colour] | None, [["red", 2], None, ["green"]]),
    ({"use_enum_values": True}, dict[str, Colour], [{"a": "red"}]),
    ({"arbitrary_types_allowed": True}, Row, [ROW, 5, None]),
    ({"arbitrary_types_allowed": True}, dict[str, Row | None], [{"a": ROW, "b": None}, {"a": 1}]),
    ({"str_min_length": 2, "str_max_length": 3}, str, ["a", "ab", "abcd"]),
    ({"str_min_length": 2, "str_max_length": 3}, list[str], [["ab", "abcd"]]),
    ({"str_max_length": 3}, Annotated[str, "max"], ["abcd"]),
]


def outcome(model: Any, value: Any) -> Any:
    try:
        return model(field=value).model_dump()
    except (ValidationError, pydantic.ValidationError) as error:
        return [{key: each[key] for key in ("type", "loc", "msg", "input")} for each in error.errors()]


@pytest.mark.parametrize(("options", "hint", "values"), CASES, ids=stable_id)
def test_options_do_to_fields_what_pydantics_do(
    options: dict[str, Any], hint: Any, values: list[Any]
) -> None:
    body: dict[str, Any] = {"__annotations__": {"field": hint}, "__module__": __name__}
    ours = type(Model)("Ours", (Model,), dict(body), **options)
    theirs = type(pydantic.BaseModel)("Ours", (pydantic.BaseModel,), dict(body), **options)
    for value in values:
        assert outcome(ours, value) == outcome(theirs, value)


def test_what_a_field_states_itself_wins() -> None:
    class Item(Model, str_max_length=2):
        code: str = Field(max_length=4)
        name: str

    assert Item(code="abcd", name="ab").code == "abcd"
    with pytest.raises(ValidationError):
        Item(code="abcd", name="abc")


def test_options_and_a_field_that_exclude_each_other_are_an_error() -> None:
    class Item(Model, str_max_length=2):
        code: str = Field(min_length=4)

    with pytest.raises(TypeHintError, match=r"Item\.code: str min_length=4 and max_length=2 leave no value"):
        Item(code="a")


def test_enumerations_are_written_by_value_too() -> None:
    class Item(Model, use_enum_values=True):
        colour: Colour

    item = Item.model_validate_json('{"colour": "red"}')
    assert item.colour == "red"  # type: ignore[comparison-overlap]
    assert item.model_dump_json() == '{"colour":"red"}'
