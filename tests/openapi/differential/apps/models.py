"""Models: fields, nesting, generics, input and output."""

import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar

from tests.openapi.differential.names import Names

T = TypeVar("T")
U = TypeVar("U")


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


def computed_fields_keep_input_and_output_apart(web: Names) -> Any:
    class Part(web.Model):
        @web.computed_field
        @property
        def label(self) -> str: ...

    class Item(web.Model):
        part: Part
        name: str = "x"

    return _echo(web.App(separate_input_output_schemas=False), Item)


def decimals_are_read_and_written_otherwise(web: Names) -> Any:
    class Price(web.Model):
        net: decimal.Decimal = decimal.Decimal("1.5")

    class Item(web.Model):
        price: Price
        prices: dict[str, Price] = {}

    class Plain(web.Model):
        name: str

    app = web.App()

    @app.post("/items")
    async def make(item: Item) -> Item: ...

    @app.put("/items")
    async def change(items: list[Item], plain: Plain) -> Plain: ...

    return app


def merged_schemas_are_those_that_are_read(web: Names) -> Any:
    class Price(web.Model):
        net: decimal.Decimal

    class Item(web.Model):
        price: Price

    return _echo(web.App(separate_input_output_schemas=False), Item)


def fields_are_left_out_of_responses(web: Names) -> Any:
    class User(web.Model):
        name: str
        password: str = web.Field(exclude=True)
        token: str | None = web.Field(default=None, exclude=True)

    return _echo(web.App(), User)


def models_are_written_by_functions(web: Names) -> Any:
    class Item(web.Model):
        count: int = 1
        day: datetime.date

        @web.field_serializer("count")
        def write_count(self, value: int) -> str:
            return str(value)

        @web.field_serializer("day", when_used="json")
        def write_day(self, value: datetime.date) -> int:
            return value.year

    class Text(web.Model):
        name: str

        @web.model_serializer
        def write(self) -> str:
            return self.name

    app = web.App()
    _echo(app, Item)
    return _echo(app, Text, "/text")


def models_contain_each_other(web: Names) -> Any:
    class Author(web.Model):
        name: str
        books: list["Book"] = []

    class Book(web.Model):
        title: str
        author: Optional["Author"] = None

    for model in (Author, Book):
        if hasattr(model, "model_rebuild"):
            model.model_rebuild(_types_namespace={"Author": Author, "Book": Book})
    app = web.App()

    @app.get("/books")
    async def read_books() -> list[Book]: ...

    @app.post("/authors")
    async def make_author(author: Author) -> dict[str, Author]: ...

    return app


def generic_models_nest(web: Names) -> Any:
    class Page(web.Model, Generic[T]):
        items: list[T]
        next: Optional[T] = None  # noqa: UP045

    class Envelope(web.Model, Generic[T, U]):
        data: T
        error: U | None = None

    class Numbers(Page[int]):
        total: int

    app = web.App()

    @app.get("/a")
    async def a() -> Envelope[Page[int], str]: ...

    @app.get("/b")
    async def b() -> Envelope[list[int], dict[str, int]]: ...

    @app.get("/c")
    async def c() -> Numbers: ...

    @app.get("/d")
    async def d() -> Page[Literal["a", "b"]]: ...

    @app.get("/e")
    async def e() -> Page[datetime.date | None]: ...

    @app.get("/f")
    async def f() -> list[Page[Any]]: ...

    return app


def fields_are_documented_by_their_types(web: Names) -> Any:
    Count = Annotated[int, web.Field(ge=1, description="So many.", title="Count")]  # noqa: N806

    class Item(web.Model):
        first: Count
        second: Count = 5
        third: Count | None = None
        many: list[Count]
        own: Annotated[Count, web.Field(description="Own words.")]
        called: Annotated[str, web.Field(json_schema_extra=_mark)] = "x"

    return _echo(web.App(), Item)


def _mark(schema: dict[str, Any]) -> None:
    schema["x-marked"] = True


def models_have_extras_in_their_schemas(web: Names) -> Any:
    class Called(web.Model):
        model_config = web.ConfigDict(json_schema_extra=_mark)
        name: str

    class Titled(web.Model):
        model_config = web.ConfigDict(title="Other", json_schema_extra={"description": "Of the options."})
        name: str

    class Docstrings(web.Model):
        model_config = web.ConfigDict(use_attribute_docstrings=True)
        name: str
        """Of the attribute."""

    class Enumerated(web.Model):
        model_config = web.ConfigDict(use_enum_values=True)
        size: Size = Size.LARGE

    app = web.App()
    for number, model in enumerate((Called, Titled, Enumerated)):
        _echo(app, model, f"/{number}")
    return app


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"


def root_models_hold_anything(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class Items(web.RootModel[list[Item]]):
        pass

    class Mapping(web.RootModel[dict[str, Item]]):
        """By name."""

    class Either(web.RootModel[int | str]):
        root: int | str = web.Field(1, description="One of both.")

    class Holder(web.Model):
        items: Items
        mapping: Mapping | None = None
        either: Either = web.Field(description="Own words.")

    app = web.App()
    for number, model in enumerate((Items, Mapping, Either, Holder)):
        _echo(app, model, f"/{number}")
    return app


def models_are_made_from_fields(web: Names) -> Any:
    Item = web.create_model("Item", name=(str, ...), price=(float, 1.5), __doc__="Made at run time.")  # noqa: N806
    Sub = web.create_model("Sub", __base__=Item, count=(int, web.Field(1, ge=1)))  # noqa: N806
    app = web.App()
    _echo(app, Item)
    return _echo(app, Sub, "/sub")


def a_model_is_used_in_every_place(web: Names) -> Any:
    class Item(web.Model):
        name: str
        note: str = ""

    app = web.App()

    @app.get("/query", responses={400: {"model": Item}})
    async def query(item: Annotated[Item, web.Query()]) -> list[Item]: ...

    @app.post("/form")
    async def form(item: Annotated[Item, web.Form()]) -> Item: ...

    @app.post("/body", responses={"default": {"model": dict[str, Item]}})
    async def body(item: Item) -> Item | None: ...

    return app


def models_have_aliases_of_every_kind(web: Names) -> Any:
    class Item(web.Model):
        model_config = web.ConfigDict(populate_by_name=True)
        first_name: str = web.Field(alias="firstName", title="First")
        path: str = web.Field("x", validation_alias=web.AliasPath("names", 0))
        both: str = web.Field(validation_alias="readAs", serialization_alias="writtenAs")

    class Generated(web.Model):
        model_config = web.ConfigDict(
            alias_generator=web.AliasGenerator(validation_alias=_camel, serialization_alias=str.upper)
        )
        last_name: str
        inner: Item | None = None

    app = web.App()
    _echo(app, Item)
    return _echo(app, Generated, "/generated")


def titles_are_generated(web: Names) -> Any:
    class Item(web.Model):
        model_config = web.ConfigDict(
            field_title_generator=lambda name, info: name.upper(), model_title_generator=lambda model: "Made"
        )
        one: int
        two: str = web.Field("x", title="Own")
        three: int = web.Field(1, field_title_generator=lambda name, info: "Three!")

    return _echo(web.App(), Item)


def fields_are_overridden_and_inherited(web: Names) -> Any:
    class Base(web.Model):
        kind: str = web.Field(description="Which.")
        price: float = 1.5

    class Mixed:
        pass

    class Item(Base, Mixed):
        kind: Literal["item"] = "item"
        price: float = web.Field(ge=0)
        more: list[Base] = []

    return _echo(web.App(), Item)


def validators_say_what_they_accept(web: Names) -> Any:
    class Item(web.Model):
        plain: Annotated[int, web.PlainValidator(int)]
        typed: Annotated[int, web.PlainValidator(int, json_schema_input_type=int | str)] = 1
        before: Annotated[int, web.BeforeValidator(int, json_schema_input_type=str)]
        wrapped: Annotated[int, web.WrapValidator(lambda value, handler: handler(value))] = 1

    return _echo(web.App(), Item)
