"""Models: fields, nesting, generics, input and output."""

import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar

from tests.openapi.differential.names import Names

T = TypeVar("T")


def _echo(app: Any, model: Any, path: str = "/items") -> Any:
    """Add a route that reads and returns *model*."""

    async def echo(item: model) -> model: ...

    app.post(path)(echo)
    return app


def fields_have_documentation(web: Names) -> Any:
    class Item(web.Model):
        """Something to sell.

        With more to say.
        """

        name: str = web.Field(title="The name", description="As on the label.", examples=["Hammer", "Saw"])
        price: Annotated[float, web.Field(gt=0, le=1000, description="In euros.")] = 1.5
        old: str | None = web.Field(default=None, deprecated=True)
        code: str = web.Field(min_length=2, max_length=4, pattern="^[A-Z]+$")
        parts: list[str] = web.Field(min_length=1, max_length=5)
        extra: int = web.Field(default=1, json_schema_extra={"x-unit": "kg"})
        step: int = web.Field(multiple_of=5, ge=0, lt=100)

    return _echo(web.App(), Item)


def fields_have_defaults(web: Names) -> Any:
    class Part(web.Model):
        name: str = "part"

    class Colour(enum.Enum):
        RED = "red"
        BLUE = "blue"

    class Item(web.Model):
        none: int | None = None
        number: int = 1
        text: str = ""
        truth: bool = True
        numbers: list[int] = []
        made: list[int] = web.Field(default_factory=list)
        mapping: dict[str, int] = {"a": 1}
        colour: Colour = Colour.RED
        part: Part = Part()
        at: datetime.datetime = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
        on: datetime.date = datetime.date(2026, 1, 2)
        price: decimal.Decimal = decimal.Decimal("1.50")
        key: uuid.UUID = uuid.UUID(int=5)
        wait: datetime.timedelta = datetime.timedelta(minutes=90)
        literal: Literal["a", "b"] = "a"
        pair: tuple[int, str] = (1, "x")
        raw: bytes = b"abc"

    return _echo(web.App(), Item)


def models_are_nested(web: Names) -> Any:
    class Image(web.Model):
        url: str

    class Part(web.Model):
        """A part."""

        images: list[Image]
        cover: Image | None = None

    class Item(web.Model):
        part: Part
        other: Part = web.Field(description="Another one.")
        named: dict[str, Part]
        pairs: list[tuple[Part, Image]]

    return _echo(web.App(), Item)


def models_are_recursive(web: Names) -> Any:
    class Node(web.Model):
        name: str
        children: list["Node"] = []
        parent: Optional["Node"] = None

    if hasattr(Node, "model_rebuild"):
        Node.model_rebuild(_types_namespace={"Node": Node})
    return _echo(web.App(), Node)


def models_are_generic(web: Names) -> Any:
    Item = web.create_model("Item", name=(str, ...))  # noqa: N806 - a class outside of functions

    class Page(web.Model, Generic[T]):
        """One page."""

        items: list[T]
        total: int

    class Pair(web.Model, Generic[T]):
        left: T
        right: T

    app = web.App()

    @app.get("/items")
    async def read_items() -> Page[Item]: ...

    @app.get("/numbers")
    async def read_numbers() -> Page[int]: ...

    @app.get("/pairs")
    async def read_pairs() -> Pair[Page[Item]]: ...

    @app.get("/others")
    async def read_others() -> Pair[dict[str, list[Item]]]: ...

    @app.post("/pairs")
    async def make_pair(pair: Pair[int | None]) -> None: ...

    return app


def models_are_inherited(web: Names) -> Any:
    class Base(web.Model):
        """Of all."""

        name: str
        note: str | None = None

    class Item(Base):
        price: float

    class Stored(Item):
        """Kept."""

        key: int
        note: str = "none"

    app = web.App()

    @app.post("/items")
    async def create(item: Item) -> Stored: ...

    @app.get("/base")
    async def read_base() -> Base: ...

    return app


def models_differ_between_input_and_output(web: Names) -> Any:
    class Part(web.Model):
        name: str = "x"

    class Item(web.Model):
        name: str
        description: str | None = None
        parts: list[Part] = []

    class Same(web.Model):
        name: str

    app = web.App()
    _echo(app, Item)
    return _echo(app, Same, "/same")


def input_and_output_are_merged_on_demand(web: Names) -> Any:
    class Part(web.Model):
        name: str = "x"

    class Item(web.Model):
        name: str
        description: str | None = None
        parts: list[Part] = []

    return _echo(web.App(separate_input_output_schemas=False), Item)


def fields_are_computed(web: Names) -> Any:
    class Square(web.Model):
        side: float

        @web.computed_field
        @property
        def area(self) -> float:
            """How much it covers."""
            return self.side**2

        @web.computed_field(title="Around", description="Its length.")
        @property
        def border(self) -> float:
            return 4 * self.side

    return _echo(web.App(), Square)


def fields_have_aliases(web: Names) -> Any:
    class Item(web.Model):
        item_name: str = web.Field(alias="itemName")
        price: float = web.Field(1.5, validation_alias="thePrice")
        note: str = web.Field("x", serialization_alias="theNote")
        choice: int = web.Field(1, validation_alias=web.AliasChoices("first", "second"))

    return _echo(web.App(), Item)


def models_have_configurations(web: Names) -> Any:
    class Closed(web.Model):
        model_config = web.ConfigDict(extra="forbid", title="The closed one")
        name: str

    class Open(web.Model):
        model_config = web.ConfigDict(extra="allow")
        name: str

    class Camel(web.Model):
        model_config = web.ConfigDict(alias_generator=_camel)
        first_name: str
        last_name: str | None = None

    class Shown(web.Model):
        model_config = web.ConfigDict(json_schema_extra={"examples": [{"name": "Ann"}]})
        name: str

    app = web.App()
    for number, model in enumerate((Closed, Open, Camel, Shown)):
        _echo(app, model, f"/{number}")
    return app


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def a_docstring_ends_at_a_form_feed(web: Names) -> Any:
    class Item(web.Model):
        """Shown.
        \f
        Not shown.
        """

        name: str

    app = web.App()

    @app.post("/items")
    async def create_item(item: Item) -> Item:
        """Make an item.

        - **name**: what it is called
        \f
        :param item: not shown
        """

    return app


def models_are_root_models(web: Names) -> Any:
    class Several(web.RootModel[list[str]]):
        """Several names."""

    class Price(web.RootModel[float]):
        pass

    class Item(web.Model):
        names: Several
        price: Price

    app = web.App()
    _echo(app, Item)
    return _echo(app, Several, "/names")


def models_of_one_name_are_told_apart(web: Names) -> Any:
    def first() -> Any:
        class Item(web.Model):
            name: str

        return Item

    def second() -> Any:
        class Item(web.Model):
            price: float

        return Item

    app = web.App()
    _echo(app, first(), "/first")
    return _echo(app, second(), "/second")
