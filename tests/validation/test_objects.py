"""``InstanceOf`` takes instances, whatever they are, and says so when Python cannot tell."""

from __future__ import annotations

import re
import typing
from typing import Any, Literal

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import TypeHintError
from bolide.validation.errors import ValidationError
from bolide.validation.model import Model
from bolide.validation.types.objects import InstanceOf


class Engine:
    pass


class Started(typing.Protocol):
    def start(self) -> None: ...


@typing.runtime_checkable
class Sized(typing.Protocol):
    def __len__(self) -> int: ...


def test_instances_of_a_union_are_those_of_its_options() -> None:
    adapter: Adapter[Any] = Adapter(InstanceOf[int | list[str] | Engine | None])
    engine = Engine()
    assert [adapter.validate(value) for value in (1, ["x"], engine, None)] == [1, ["x"], engine, None]
    with pytest.raises(ValidationError) as caught:
        adapter.validate("x")
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == (
        "is_instance_of",
        "Input should be an instance of int or list or Engine or NoneType",
    )


def test_instances_of_a_protocol_have_its_methods() -> None:
    adapter: Adapter[Any] = Adapter(InstanceOf[Sized])
    assert adapter.validate("abc") == "abc"
    with pytest.raises(ValidationError, match="Input should be an instance of Sized"):
        adapter.validate(1)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (Started, "Started has no instances that can be told; write @runtime_checkable over it"),
        (Any, "Any has no instances that can be told; name a class"),
        (Literal[1] | None, "has no instances that can be told; name a class"),
    ],
    ids=str,
)
def test_what_has_no_instances_is_refused_with_the_field(hint: Any, text: str) -> None:
    class Car(Model):
        part: InstanceOf[hint]

    with pytest.raises(TypeHintError, match=rf"Car\.part: .*{re.escape(text)}"):
        Adapter(Car)
