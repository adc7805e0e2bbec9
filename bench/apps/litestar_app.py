"""The workloads on Litestar, as its users would write them: msgspec's Structs, dependencies by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Litestar, MediaType, get, post
from litestar.di import Provide
from litestar.params import Parameter
from msgspec import Meta, Struct

from bench.workloads import STORED_ORDERS


class Item(Struct):
    item_id: int
    q: str | None
    limit: int


class Address(Struct):
    street: Annotated[str, Meta(min_length=1, max_length=100)]
    city: Annotated[str, Meta(min_length=1, max_length=60)]
    postcode: Annotated[str, Meta(min_length=3, max_length=10)]
    country: Annotated[str, Meta(min_length=2, max_length=2)]


class Customer(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    email: Annotated[str, Meta(max_length=254, pattern="^[^@ ]+@[^@ ]+$")]
    address: Address


class Line(Struct):
    sku: Annotated[str, Meta(pattern="^[A-Z]{3}-[0-9]{4}$")]
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    quantity: Annotated[int, Meta(ge=1, le=1000)]
    unit_price: Annotated[float, Meta(gt=0)]


class Order(Struct, kw_only=True):
    reference: Annotated[str, Meta(min_length=1, max_length=40)]
    placed_at: datetime
    currency: Literal["EUR", "GBP", "USD"]
    express: bool = False
    customer: Customer
    lines: Annotated[list[Line], Meta(min_length=1, max_length=50)]
    tags: Annotated[list[str], Meta(max_length=10)] = []  # msgspec copies it
    note: Annotated[str, Meta(max_length=500)] | None = None


class StoredCustomer(Struct):
    id: int
    name: str


class StoredLine(Struct):
    sku: str
    quantity: int
    unit_price: float


class StoredOrder(Struct):
    id: int
    status: Literal["open", "paid", "shipped"]
    total: float
    customer: StoredCustomer
    lines: list[StoredLine]


ORDERS = msgspec.convert(STORED_ORDERS, list[StoredOrder])


@get("/plaintext", media_type=MediaType.TEXT)
async def plaintext() -> str:
    return "Hello, World!"


@get("/json")
async def json_object() -> dict[str, str]:
    return {"message": "Hello, World!"}


@get("/items/{item_id:int}")
async def read_item(
    item_id: Annotated[int, Parameter(ge=0)],
    q: str | None = None,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 10,
) -> Item:
    return Item(item_id=item_id, q=q, limit=limit)


@post("/orders", status_code=200)
async def create_order(data: Order) -> Order:
    return data


@get("/orders")
async def list_orders() -> list[StoredOrder]:
    return ORDERS


async def first(q: int) -> int:
    return q + 1


async def second(one: int) -> int:
    return one * 2


async def third(one: int, two: int) -> int:
    return one + two


async def fourth(three: int) -> AsyncIterator[int]:
    yield three


async def fifth(two: int) -> int:
    return two + 1


DEPENDENCIES = {"one": first, "two": second, "three": third, "four": fourth, "five": fifth}


@get("/deps", dependencies={name: Provide(function) for name, function in DEPENDENCIES.items()})
async def dependencies(four: int, five: int) -> dict[str, int]:
    return {"fourth": four, "fifth": five}


async def settings() -> int:
    return 2


async def trace(q: int) -> int:
    return q


async def pool(scale: int) -> AsyncIterator[int]:
    yield scale * 10


async def session(connection: int) -> AsyncIterator[int]:
    yield connection + 1


async def tenant(scale: int, traced: int) -> int:
    return scale * traced


async def user(opened: int, owner: int) -> int:
    return opened + owner


async def permissions(who: int) -> int:
    return who + 1


async def page(page: int = 1) -> int:
    return page


async def size(size: Annotated[int, Parameter(ge=1, le=100)] = 10) -> int:
    return size


async def window(number_of_page: int, rows: int) -> int:
    return number_of_page * rows


async def items(opened: int, shown: int) -> int:
    return opened + shown


async def orders(opened: int, may: int) -> int:
    return opened + may


async def audit(traced: int, who: int) -> AsyncIterator[int]:
    yield traced + who


async def total(some: int, others: int) -> int:
    return some + others


async def summary(all_of_them: int, noted: int) -> int:
    return all_of_them + noted


DEEP_DEPENDENCIES = {
    "scale": settings,
    "traced": trace,
    "connection": pool,
    "opened": session,
    "owner": tenant,
    "who": user,
    "may": permissions,
    "number_of_page": page,
    "rows": size,
    "shown": window,
    "some": items,
    "others": orders,
    "noted": audit,
    "all_of_them": total,
    "result": summary,
}


@get(
    "/deps-deep/{number:int}",
    dependencies={name: Provide(function) for name, function in DEEP_DEPENDENCIES.items()},
)
async def deep_dependencies(number: int, result: int) -> dict[str, int]:
    return {"number": number, "summary": result}


app = Litestar(
    [
        plaintext,
        json_object,
        read_item,
        create_order,
        list_orders,
        dependencies,
        deep_dependencies,
    ],
    openapi_config=None,
    logging_config=None,
)
