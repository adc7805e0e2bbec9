"""How type checkers see models: lines that end in ``# error`` must be errors, all others must not."""

from typing import Annotated, Any, Generic, TypeVar, assert_type

from bolide import Adapter, ConfigDict, Field, Model, PrivateAttr, RootModel

T = TypeVar("T")


class Item(Model, extra="forbid"):
    name: str = Field(min_length=1)
    price: float = Field(default=0.0, ge=0)
    tags: list[str] = Field(default_factory=list)
    size: Annotated[int, Field(gt=0)] = 1
    _note: str = PrivateAttr(default="")


class Point(Model, frozen=True):
    model_config = ConfigDict(extra="allow")
    x: int


class Named(Point, frozen=True):
    label: str


class Box(Model, Generic[T]):
    item: T


class Tags(RootModel[list[str]]):
    pass


Item(name="a", price=1.5, tags=["x"], size=2)
Item()  # error
Item(name=1)  # error
Item("a")  # error
Item(name="a", unknown=1)  # error

item = Item(name="a")
item.price = 2.0
item.price = "2"  # error
assert_type(item.tags, list[str])
assert_type(item.model_copy(), Item)
assert_type(Item.model_validate({}), Item)

point = Point(x=1)
point.x = 2  # error

named = Named(x=1, label="a")
Named(label="a")  # error
assert_type(named.x, int)

box = Box[int](item=1)
assert_type(box.item, int)
Box[int](item="a")  # error

assert_type(Tags(["a"]).root, list[str])
Tags([1])  # error

lines = Adapter(list[int])
assert_type(lines, Adapter[list[int]])
assert_type(lines.decode_json(b"[1]"), list[int])
assert_type(Adapter(Item).validate({}), Item)
assert_type(Adapter(dict[str, Item], strict=True).validate({}), dict[str, Item])
choice = Adapter(int | str)
assert_type(choice.validate(1), Any)
known: Adapter[int | str] = Adapter(int | str)
assert_type(known.validate(1), int | str)
