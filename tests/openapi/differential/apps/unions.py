"""Unions, discriminated or not."""

import datetime
import enum
from typing import Annotated, Any, Literal, Optional, Union

from tests.openapi.differential.names import Names


def bodies_and_responses_are_unions(web: Names) -> Any:
    class Car(web.Model):
        wheels: int

    class Plane(web.Model):
        wings: int

    app = web.App()

    @app.post("/vehicles")
    async def make(vehicle: Car | Plane) -> Plane | Car: ...

    @app.get("/vehicles")
    async def read() -> list[Union[Car, Plane]]: ...  # noqa: UP007

    @app.put("/vehicles")
    async def change(vehicle: Optional[Car] = None) -> int | str | None: ...  # noqa: UP045

    return app


def unions_are_discriminated_in_fields(web: Names) -> Any:
    class Cat(web.Model):
        kind: Literal["cat"]
        lives: int = 9

    class Dog(web.Model):
        kind: Literal["dog", "hound"]
        name: str

    class Owner(web.Model):
        pet: Cat | Dog = web.Field(discriminator="kind")
        others: list[Annotated[Cat | Dog, web.Field(discriminator="kind")]] = []
        maybe: Annotated[Cat | Dog, web.Field(discriminator="kind")] | None = None

    app = web.App()

    @app.post("/owners")
    async def make(owner: Owner) -> Owner: ...

    return app


def a_body_is_a_discriminated_union(web: Names) -> Any:
    class Cat(web.Model):
        kind: Literal["cat"]

    class Dog(web.Model):
        kind: Literal["dog"]

    app = web.App()

    @app.post("/pets")
    async def make(pet: Annotated[Cat | Dog, web.Body(discriminator="kind")]) -> int: ...

    @app.put("/pets")
    async def change(
        pet: Annotated[Annotated[Cat | Dog, web.Field(discriminator="kind")], web.Body(title="A pet")],
    ) -> Annotated[Cat | Dog, web.Field(discriminator="kind")]: ...

    return app


def tags_are_computed(web: Names) -> Any:
    class Cat(web.Model):
        lives: int

    class Dog(web.Model):
        name: str

    def kind(value: Any) -> str:
        return "cat"

    pets = Annotated[
        Annotated[Cat, web.Tag("cat")] | Annotated[Dog, web.Tag("dog")],
        web.Discriminator(kind),
    ]
    app = web.App()

    @app.post("/pets")
    async def make(pet: pets) -> int: ...

    return app


def discriminators_have_aliases(web: Names) -> Any:
    class Cat(web.Model):
        kind: Literal["cat"] = web.Field(alias="petType")

    class Dog(web.Model):
        kind: Literal["dog"] = web.Field(alias="petType")

    class Owner(web.Model):
        pet: Annotated[Cat | Dog, web.Field(discriminator="kind")]

    app = web.App()

    @app.post("/owners")
    async def make(owner: Owner) -> int: ...

    return app


def discriminated_unions_are_nested(web: Names) -> Any:
    class Black(web.Model):
        kind: Literal["cat"]
        colour: Literal["black"]

    class White(web.Model):
        kind: Literal["cat"]
        colour: Literal["white"]

    class Dog(web.Model):
        kind: Literal["dog"]

    cat = Annotated[Black | White, web.Field(discriminator="colour")]
    pet = Annotated[cat | Dog, web.Field(discriminator="kind")]
    app = web.App()

    @app.post("/pets")
    async def make(pets: list[pet]) -> int: ...

    return app


class Kind(enum.StrEnum):
    CAT = "cat"
    DOG = "dog"


def discriminators_are_enumerations(web: Names) -> Any:
    class Cat(web.Model):
        kind: Literal[Kind.CAT] = Kind.CAT
        lives: int

    class Dog(web.Model):
        kind: Literal[Kind.DOG]

    class Owner(web.Model):
        pet: Annotated[Cat | Dog, web.Field(discriminator="kind", description="Of the owner.")]
        pets: dict[str, Annotated[Cat | Dog, web.Field(discriminator="kind")]] = {}

    app = web.App()

    @app.post("/owners")
    async def make(owner: Owner) -> Owner: ...

    return app


def options_of_unions_are_of_every_kind(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class Holder(web.Model):
        a: int | str | None
        b: list[int] | dict[str, int]
        c: Item | list[Item] | None = None
        d: Literal["a"] | int = "a"
        e: int | float | bool
        f: Kind | Item
        g: list[int | None]
        h: tuple[int, str] | None = None
        i: datetime.date | datetime.datetime | str
        j: Annotated[int, web.Field(ge=1)] | Annotated[int, web.Field(le=-1)]

    app = web.App()

    @app.post("/items")
    async def make(item: Holder) -> Holder: ...

    return app


def responses_are_discriminated_unions(web: Names) -> Any:
    class Cat(web.Model):
        kind: Literal["cat"]

    class Dog(web.Model):
        kind: Literal["dog"]

    pet = Annotated[Cat | Dog, web.Field(discriminator="kind")]
    app = web.App()

    @app.get("/one", response_model=pet)
    async def one() -> Any: ...

    @app.get("/many")
    async def many() -> list[pet]: ...

    @app.get("/declared", responses={404: {"model": pet}})
    async def declared() -> int: ...

    return app
