"""Write values of any depth in a thread with a stack of any size; a program of ``test_stack_room``.

Arguments: the size of the stack in KiB, and the depth.
"""

from __future__ import annotations

import collections
import dataclasses
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from bolide.types import JsonValue
from bolide.validation.adapter import Adapter
from bolide.validation.computed_fields import computed_field
from bolide.validation.encode_any import encode_any
from bolide.validation.errors import ValidationError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.serializers import PlainSerializer


class Node(Model):
    child: Node | None = None


class Open(Model):
    child: Any = None


class Extended(Model, extra="allow"):
    pass


class Computed(Model):
    child: Any = None

    @computed_field
    def deep(self) -> Any:
        return LISTS


def deep_instead(_value: int) -> Any:
    return LISTS


class Written(Model):
    n: Annotated[int, PlainSerializer(deep_instead)] = 1


@dataclasses.dataclass
class Data:
    child: Any = None


@dataclasses.dataclass(slots=True)
class Slotted:
    child: Any = None


@dataclasses.dataclass
class Flat:
    n: Any = 1


Flat.__annotations__["n"] = int


def nested(depth: int, step: Callable[[Any], Any]) -> Any:
    value: Any = None
    for _ in range(depth):
        value = step(value)
    return value


STACK, DEPTH = (int(argument) for argument in sys.argv[1:])
LISTS = nested(DEPTH, lambda value: [value])
CASES: list[tuple[Any, Any]] = [
    (Any, LISTS),
    (JsonValue, LISTS),
    (Any, nested(DEPTH, lambda value: {"a": value})),
    (Any, nested(DEPTH, lambda value: (value,))),
    (Any, nested(DEPTH, lambda value: collections.deque([value]))),
    (Any, nested(DEPTH, lambda value: collections.ChainMap({"a": value}))),
    (Any, nested(DEPTH, Data)),
    (Any, nested(DEPTH, Slotted)),
    (Data, nested(DEPTH, Data)),
    (Any, nested(DEPTH, lambda value: Open.model_construct(child=value))),
    (Open, Open(child=LISTS)),
    (Node, nested(DEPTH, lambda value: Node.model_construct(child=value))),
    (Extended, Extended.model_validate({"extra": LISTS})),
    (Computed, Computed()),
    (Written, Written()),
    (Flat, Flat(LISTS)),
    (list[Flat], LISTS),
]
FOUND: collections.Counter[str] = collections.Counter()


def ways(hint: Any) -> Iterator[Callable[[Any], Any]]:
    """Yield what writes values of *hint*."""
    adapter: Adapter[Any] = Adapter(hint)
    yield adapter.dump_json
    yield adapter.dump_msgpack
    yield lambda value: adapter.dump(value, mode="json")
    yield lambda value: adapter.dump_json(value, exclude_none=True)
    yield compile_response_encoder(adapter.tree)
    yield encode_any


def write_all() -> None:
    for hint, value in CASES:
        for write in ways(hint):
            try:
                write(value)
                FOUND["written"] += 1
            except (ValueError, RecursionError):
                FOUND["refused"] += 1
    try:
        Adapter(int).validate(LISTS)
    except ValidationError as error:
        FOUND["described"] += bool(str(error) and error.json())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    threading.stack_size(STACK * 1024)
    thread = threading.Thread(target=write_all)
    thread.start()
    threading.stack_size(0)  # says nothing about the threads that run already
    thread.join()
    print(*(FOUND[name] for name in ("written", "refused", "described")), flush=True)
    os._exit(0)  # the interpreter takes deep values apart by recursion
