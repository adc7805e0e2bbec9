"""Models that are found where no model is declared are written by the fields of their class."""

from __future__ import annotations

import dataclasses
import json
import types
from typing import Any, Literal

import pydantic
import pytest

from bolide.validation import custom_types
from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.custom_types import TypeSpec, register_type
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.serializers import field_serializer
from bolide.validation.types.objects import InstanceOf
from bolide.validation.types.urls import AnyUrl

BOLIDE = types.SimpleNamespace(
    Model=Model,
    Field=Field,
    field_serializer=field_serializer,
    InstanceOf=InstanceOf,
    adapter=lambda hint: Adapter(hint),
    dump=lambda adapter, value, **options: adapter.dump(value, **options),
)
PYDANTIC = types.SimpleNamespace(
    Model=pydantic.BaseModel,
    Field=pydantic.Field,
    field_serializer=pydantic.field_serializer,
    InstanceOf=pydantic.InstanceOf,
    adapter=pydantic.TypeAdapter,
    dump=lambda adapter, value, **options: adapter.dump_python(value, **options),
)


class Part(Model):
    a: int = 1
    secret: str = Field("s", exclude=True)


class More(Part):
    b: str = "more"


class Plain:
    """A class that nobody has described."""


class Wrapper:
    def __init__(self, inner: object) -> None:
        self.inner = inner


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom_types, "_REGISTERED", {})
    register_type(Wrapper, TypeSpec(load=Wrapper, dump=lambda wrapper: wrapper.inner))


@pytest.mark.parametrize(
    "options", [{}, {"exclude": {"one": {"c"}, "some": {0: {"a"}}}}, {"include": {"one": {"a"}}}]
)
def test_instances_are_written_as_in_pydantic(options: dict[str, Any]) -> None:
    def dumps(api: Any) -> list[Any]:
        class Inner(api.Model):  # type: ignore[misc]
            a: int = 1
            c: int = 3
            secret: str = api.Field("s", exclude=True)

            @api.field_serializer("a")
            def bracket(self, value: int) -> str:
                return f"<{value}>"

        class Wider(Inner):
            b: str = "more"

        @dataclasses.dataclass
        class Holder:
            inner: Inner

        namespace = {
            "one": api.InstanceOf[Inner],
            "some": list[api.InstanceOf[Inner]],
            "held": api.InstanceOf[Holder],
        }
        whole: Any = type("Whole", (api.Model,), {"__annotations__": namespace, "__module__": __name__})
        value = whole(one=Wider(), some=[Wider(), Inner()], held=Holder(Wider()))
        adapter = api.adapter(api.InstanceOf[Inner])
        return [
            value.model_dump(**options),
            value.model_dump(mode="json", **options),
            json.loads(value.model_dump_json(**options)),
            api.dump(adapter, Wider()),
            adapter.dump_json(Wider()),
        ]

    assert dumps(BOLIDE) == dumps(PYDANTIC)


def test_responses_of_instances_have_the_declared_fields_alone() -> None:
    class Answer(Model):
        part: InstanceOf[Part]

    encode = compile_response_encoder(build_tree(InstanceOf[Part]))
    assert (encode(Part()), encode(More())) == (b'{"a":1}', b'{"a":1}')
    encode = compile_response_encoder(build_tree(Answer))
    assert encode(Answer(part=More())) == b'{"part":{"a":1}}'
    assert encode({"part": More()}) == b'{"part":{"a":1}}'


def test_instances_of_unknown_classes_are_taken_and_dumped_as_they_are() -> None:
    class Holder(Model):
        plain: InstanceOf[Plain]

    plain = Plain()
    assert Holder(plain=plain).model_dump() == {"plain": plain}
    with pytest.raises(TypeError, match="Plain cannot be written as JSON"):
        Holder(plain=plain).model_dump_json()


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("inner", "written"), [(More(), {"a": 1, "b": "more"}), ({"k": [Part()]}, {"k": [{"a": 1}]}), (3, 3)]
)
def test_what_a_described_type_is_made_into_is_written_by_its_class(inner: object, written: object) -> None:
    class Holder(Model):
        wrapper: Wrapper

    class Derived(Wrapper): ...

    holder = Holder(wrapper=Wrapper(inner))
    assert holder.model_dump(mode="json") == {"wrapper": written}
    assert json.loads(holder.model_dump_json()) == {"wrapper": written}
    assert json.loads(compile_response_encoder(build_tree(Holder))(holder)) == {"wrapper": written}
    for value in (Wrapper(inner), Derived(inner)):
        assert json.loads(Adapter(Any).dump_json([value])) == [written]


def test_what_a_fallback_returns_is_written_by_its_class() -> None:
    class Holder(Model, arbitrary_types_allowed=True):
        plain: Plain

    holder = Holder(plain=Plain())
    for returned, written in [(Part(), {"a": 1}), ([More()], [{"a": 1, "b": "more"}])]:
        assert json.loads(holder.model_dump_json(fallback=lambda _, it=returned: it)) == {"plain": written}
        assert holder.model_dump(mode="json", fallback=lambda _, it=returned: it) == {"plain": written}


def test_excluded_fields_of_what_stands_where_scalars_are_declared_are_not_written() -> None:
    class Holder(Model):
        numbers: list[int]
        names: dict[str, str | None]
        either: list[int | str]
        pair: tuple[int, AnyUrl]

    url = Adapter[Any](AnyUrl).validate("http://a.b/")
    holder = Holder(numbers=[1], names={}, either=["x"], pair=(1, url))
    misplaced: Any = holder
    misplaced.numbers.append(Part())
    misplaced.names["k"] = Part()
    misplaced.either.append(Part())
    misplaced.pair = (2, Part())
    assert json.loads(holder.model_dump_json()) == {
        "numbers": [1, {"a": 1}],
        "names": {"k": {"a": 1}},
        "either": ["x", {"a": 1}],
        "pair": [2, {"a": 1}],
    }


@pytest.mark.parametrize("hint", [int, str, None, AnyUrl, list[int], dict[str, int], int | str, Literal["a"]])
def test_a_model_of_which_an_adapter_knows_nothing_keeps_its_excluded_fields(hint: Any) -> None:
    assert Adapter[Any](hint).dump_json(Part()) == b'{"a":1}'


def test_scalars_of_other_types_are_written_without_complaint() -> None:
    @dataclasses.dataclass
    class Odd:
        number: int = None  # type: ignore[assignment]
        either: int | str = None  # type: ignore[assignment]
        numbers: list[int] = ()  # type: ignore[assignment]

    assert Adapter(Odd).dump_json(Odd()) == b'{"number":null,"either":null,"numbers":[]}'
    misplaced: Any = (1, "x", None)
    assert Adapter(list[int]).dump_json(misplaced) == b'[1,"x",null]'
