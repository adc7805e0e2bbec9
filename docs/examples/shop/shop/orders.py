"""Orders: a status for each type of answer, text, lists in the query."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from bolide import APIRouter, Depends, Field, HTTPException, Model, Path, Query
from bolide.responses import PlainTextResponse, Status
from shop.access import NEEDS_ORDERS, NotAllowed
from shop.errors import NotFound
from shop.paging import AskedPage, Page, page_of
from shop.tables import Table

router = APIRouter(prefix="/orders", tags=["orders"], dependencies=[NEEDS_ORDERS], raises=[NotAllowed])

State: TypeAlias = Literal["new", "paid", "cancelled"]


class Line(Model):
    """So much of a product; the price is in cents."""

    product_id: int
    quantity: int
    price: int


class Order(Model):
    """What was bought."""

    id: int
    channel: Literal["web", "app"]
    status: State
    placed_at: datetime
    lines: list[Line]
    total: int


class WrongState(HTTPException):
    """The order is not in a state in which that can be done."""

    status_code = 409
    detail: str


async def make_orders() -> Table[Order]:
    return Table("order")


Orders = Annotated[Table[Order], Depends(make_orders, scope="app")]
OrderId = Annotated[int, Path(ge=1)]


@router.get("")
async def list_orders(
    orders: Orders,
    page: AskedPage,
    status: Annotated[list[State], Query(description="Any of these; all without it.")] = [],
    since: datetime | None = None,
) -> Page[Order]:
    found = (each for each in orders if not status or each.status in status)
    if since is not None:
        # A time without a zone is taken for the server's.
        found = (each for each in found if each.placed_at >= since.astimezone())
    return page_of(found, page)


@router.get("/{order_id}", raises=[NotFound])
async def read_order(order_id: OrderId, orders: Orders) -> Order:
    return orders[order_id]


class Card(Model):
    """A card, by its token."""

    method: Literal["card"]
    token: str = Field(min_length=8, max_length=64)


class Transfer(Model):
    """A bank transfer."""

    method: Literal["transfer"]
    iban: str = Field(pattern="^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$")


class Receipt(Model):
    """It was paid."""

    order_id: int
    amount: int


class Pending(Model):
    """The bank will tell, some day."""

    order_id: int
    reference: str


@router.post("/{order_id}/payment", raises=[NotFound, WrongState])
async def pay_order(
    order_id: OrderId,
    payment: Annotated[Card | Transfer, Field(discriminator="method")],
    orders: Orders,
) -> Annotated[Receipt, Status(201)] | Annotated[Pending, Status(202, "The bank will tell")]:
    order = orders[order_id]
    if order.status != "new":
        raise WrongState(detail=f"The order is {order.status}")
    if isinstance(payment, Transfer):
        return Pending(order_id=order_id, reference=f"{order_id}-{payment.iban[-4:]}")
    orders[order_id] = order.model_copy(update={"status": "paid"})
    return Receipt(order_id=order_id, amount=order.total)


@router.post("/{order_id}/cancel", raises=[NotFound, WrongState])
async def cancel_order(order_id: OrderId, orders: Orders) -> Order:
    order = orders[order_id]
    if order.status == "paid":
        raise WrongState(detail="The order is paid")
    orders[order_id] = order.model_copy(update={"status": "cancelled"})
    return orders[order_id]


@router.get("/{order_id}/invoice", response_class=PlainTextResponse, raises=[NotFound])
async def read_invoice(order_id: OrderId, orders: Orders) -> str:
    """Return the invoice as text."""
    order = orders[order_id]
    lines = [
        f"{each.quantity:>5} x {each.price / 100:>10.2f}  product {each.product_id}" for each in order.lines
    ]
    return "\n".join([f"Order {order_id}", *lines, f"Total: {order.total / 100:.2f}", ""])
