"""Markers of others are refused where they would be taken for defaults, or passed over."""

from __future__ import annotations

import dataclasses
import typing
from typing import Annotated, Any

import fastapi
import pydantic
import pytest

from bolide import Adapter, AfterValidator, Field, Model, PlainSerializer
from bolide.param_functions import Query
from bolide.types import Strict
from bolide.validation.hints import TypeHintError
from bolide.validation.misplaced_markers import misplaced_marker


def body(name: str, value: object) -> dict[str, Any]:
    return {"__annotations__": {} if callable(value) else {name: int}, name: value}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", pydantic.Field(gt=0), "C.x: Field() of Pydantic; import Field from bolide"),
        ("_x", pydantic.PrivateAttr(3), "C._x: PrivateAttr() of Pydantic; import PrivateAttr from bolide"),
        ("x", fastapi.Query(gt=0), "C.x: Query() of FastAPI; import Query from bolide"),
        ("x", fastapi.Form(), "C.x: Form() of FastAPI; import Form from bolide"),
        ("x", Query(gt=0), "C.x: Query(), which is for parameters of endpoints; use Field()"),
        ("x", Field, "C.x: Field, which must be called: Field()"),
        ("x", pydantic.Field, "C.x: Field, which must be called: Field()"),
        ("x", Query, "C.x: Query, which must be called: Query()"),
    ],
)
def test_marker_as_the_default_of_a_field_is_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(TypeHintError) as caught:
        type(Model)("C", (Model,), body(name, value))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("decorator", "name"),
    [
        (pydantic.field_validator("x"), "@field_validator"),
        (pydantic.model_validator(mode="after"), "@model_validator"),
        (pydantic.field_serializer("x"), "@field_serializer"),
        (pydantic.model_serializer(), "@model_serializer"),
        (pydantic.computed_field(return_type=int), "@computed_field"),
    ],
)
def test_decorator_of_pydantic_in_a_model_is_refused(decorator: Any, name: str) -> None:
    def method(first: object) -> object:
        return first

    with pytest.raises(TypeHintError) as caught:
        type(Model)("C", (Model,), {"check": decorator(method)})
    assert str(caught.value) == f"C.check: {name} of Pydantic; import it from bolide"


class InModel(Model):
    x: Annotated[int, pydantic.Field(gt=0)] = 1


class OfEndpoints(Model):
    x: Annotated[int, Query(gt=0)] = 1


@dataclasses.dataclass
class InDataclass:
    x: int = pydantic.Field(gt=0)


class InTypedDict(typing.TypedDict):
    x: Annotated[int, pydantic.Field(gt=0)]


@pytest.mark.parametrize(
    ("hint", "message"),
    [
        (Annotated[int, Field], "int has Field, which must be called: Field()"),
        (Annotated[int, AfterValidator], "int has AfterValidator, which must be called: AfterValidator(...)"),
        (
            Annotated[int, PlainSerializer],
            "int has PlainSerializer, which must be called: PlainSerializer(...)",
        ),
        (Annotated[int, Strict], "int has Strict, which must be called: Strict(...)"),
        (InModel, "InModel.x: int has Field() of Pydantic; import Field from bolide"),
        (OfEndpoints, "OfEndpoints.x: int has Query(), which is for parameters of endpoints; use Field()"),
        (InDataclass, "InDataclass.x: int has Field() of Pydantic; import Field from bolide"),
        (InTypedDict, "InTypedDict.x: int has Field() of Pydantic; import Field from bolide"),
        (list[Annotated[int, pydantic.Field(gt=0)]], "int has Field() of Pydantic; import Field from bolide"),
    ],
)
def test_marker_in_a_hint_is_refused_by_name(hint: Any, message: str) -> None:
    with pytest.raises(TypeHintError) as caught:
        Adapter(hint).validate({})
    assert str(caught.value) == message


class Functions(Model):
    count: Annotated[int, pydantic.AfterValidator(lambda value: value + 1)]
    code: Annotated[
        str, pydantic.StringConstraints(to_upper=True), pydantic.AfterValidator(lambda value: value + "!")
    ]
    shown: Annotated[int, pydantic.WithJsonSchema({"type": "number"})] = 0


def test_functions_of_pydantic_in_the_hint_of_a_field_run() -> None:
    assert Functions(count=1, code="a") == Functions.model_construct(count=2, code="A!", shown=0)
    assert Functions.model_validate_json('{"count": "1", "code": "a"}').count == 2
    assert Functions.model_json_schema()["properties"]["shown"] == {
        "title": "Shown",
        "type": "number",
        "default": 0,
    }


@pytest.mark.parametrize("value", [1, "text", pydantic, pydantic.BaseModel, Model, None, object()])
def test_everything_else_is_no_marker(value: object) -> None:
    assert misplaced_marker(value) is None
