"""The six workloads on Bolide. ``fastapi_app`` is the same text with the names exchanged (a test)."""

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
