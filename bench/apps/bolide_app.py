"""The seven workloads on Bolide. ``fastapi_app`` is the same text with the names exchanged (a test)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from bench.workloads import STORED_ORDERS
from bolide import Bolide, Depends, Field, Model, Path, Query
from bolide.responses import PlainTextResponse


class Item(Model):
    item_id: int
    q: str | None
    limit: int


class Address(Model):
    street: str = Field(min_length=1, max_length=100)
    city: str = Field(min_length=1, max_length=60)
    postcode: str = Field(min_length=3, max_length=10)
    country: str = Field(min_length=2, max_length=2)


class Customer(Model):
    name: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=254, pattern="^[^@ ]+@[^@ ]+$")
    address: Address


class Line(Model):
    sku: str = Field(pattern="^[A-Z]{3}-[0-9]{4}$")
    title: str = Field(min_length=1, max_length=200)
    quantity: int = Field(ge=1, le=1000)
    unit_price: float = Field(gt=0)


class Order(Model):
    reference: str = Field(min_length=1, max_length=40)
    placed_at: datetime
    currency: Literal["EUR", "GBP", "USD"]
    express: bool = False
    customer: Customer
    lines: list[Line] = Field(min_length=1, max_length=50)
    tags: list[str] = Field(default_factory=list, max_length=10)
    note: str | None = Field(default=None, max_length=500)


class StoredCustomer(Model):
    id: int
    name: str


class StoredLine(Model):
    sku: str
    quantity: int
    unit_price: float


class StoredOrder(Model):
    id: int
    status: Literal["open", "paid", "shipped"]
    total: float
    customer: StoredCustomer
    lines: list[StoredLine]


ORDERS = [StoredOrder.model_validate(order) for order in STORED_ORDERS]

app = Bolide()


@app.get("/plaintext")
async def plaintext() -> PlainTextResponse:
    return PlainTextResponse("Hello, World!")


@app.get("/json")
async def json_object() -> dict[str, str]:
    return {"message": "Hello, World!"}


@app.get("/items/{item_id}")
async def read_item(
    item_id: Annotated[int, Path(ge=0)],
    q: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Item:
    return Item(item_id=item_id, q=q, limit=limit)


@app.post("/orders")
async def create_order(order: Order) -> Order:
    return order


@app.get("/orders")
async def list_orders() -> list[StoredOrder]:
    return ORDERS


async def first(q: int) -> int:
    return q + 1


async def second(one: Annotated[int, Depends(first)]) -> int:
    return one * 2


async def third(one: Annotated[int, Depends(first)], two: Annotated[int, Depends(second)]) -> int:
    return one + two


async def fourth(three: Annotated[int, Depends(third)]) -> AsyncIterator[int]:
    yield three


async def fifth(two: Annotated[int, Depends(second)]) -> int:
    return two + 1


@app.get("/deps")
async def dependencies(
    four: Annotated[int, Depends(fourth)], five: Annotated[int, Depends(fifth)]
) -> dict[str, int]:
    return {"fourth": four, "fifth": five}


async def settings() -> int:
    return 2


async def trace(q: int) -> int:
    return q


async def pool(scale: Annotated[int, Depends(settings)]) -> AsyncIterator[int]:
    yield scale * 10


async def session(connection: Annotated[int, Depends(pool)]) -> AsyncIterator[int]:
    yield connection + 1


async def tenant(scale: Annotated[int, Depends(settings)], traced: Annotated[int, Depends(trace)]) -> int:
    return scale * traced


async def user(opened: Annotated[int, Depends(session)], owner: Annotated[int, Depends(tenant)]) -> int:
    return opened + owner


async def permissions(who: Annotated[int, Depends(user)]) -> int:
    return who + 1


async def page(page: int = 1) -> int:
    return page


async def size(size: Annotated[int, Query(ge=1, le=100)] = 10) -> int:
    return size


async def window(number: Annotated[int, Depends(page)], rows: Annotated[int, Depends(size)]) -> int:
    return number * rows


async def items(opened: Annotated[int, Depends(session)], shown: Annotated[int, Depends(window)]) -> int:
    return opened + shown


async def orders(opened: Annotated[int, Depends(session)], may: Annotated[int, Depends(permissions)]) -> int:
    return opened + may


async def audit(
    traced: Annotated[int, Depends(trace)], who: Annotated[int, Depends(user)]
) -> AsyncIterator[int]:
    yield traced + who


async def total(some: Annotated[int, Depends(items)], others: Annotated[int, Depends(orders)]) -> int:
    return some + others


async def summary(all_of_them: Annotated[int, Depends(total)], noted: Annotated[int, Depends(audit)]) -> int:
    return all_of_them + noted


@app.get("/deps-deep/{number}")
async def deep_dependencies(number: int, result: Annotated[int, Depends(summary)]) -> dict[str, int]:
    return {"number": number, "summary": result}
