"""Baskets: a controller, a cookie, a header that is required."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from bolide import APIRouter, Body, Cookie, Depends, Header, HTTPException, Model
from bolide.controllers import delete, get, post
from bolide.responses import Response
from shop.errors import NotFound
from shop.orders import Line, Order, Orders
from shop.products import ProductId, Products
from shop.tables import MAX_ROWS

router = APIRouter(tags=["basket"])


class Contents(Model):
    """Numbers of products with their quantities."""

    quantities: dict[int, int] = {}


class EmptyBasket(HTTPException):
    """There is nothing in the basket."""

    status_code = 409
    detail: Literal["The basket is empty"] = "The basket is empty"


async def make_baskets() -> dict[UUID, Counter[int]]:
    return {}


Baskets = Annotated[dict[UUID, Counter[int]], Depends(make_baskets, scope="app")]


@router.controller("/basket")
class Basket:
    """The basket of whoever sends the request."""

    def __init__(
        self,
        baskets: Baskets,
        products: Products,
        basket: Annotated[UUID | None, Cookie(description="Which basket it is.")] = None,
    ) -> None:
        self.baskets = baskets
        self.products = products
        self.key = uuid4() if basket is None else basket
        self.quantities = baskets.get(self.key, Counter())

    @get()
    async def read(self) -> Contents:
        return Contents(quantities=self.quantities)

    @post("/items", status_code=201, raises=[NotFound])
    async def put_in(
        self,
        product_id: Annotated[int, Body(ge=1)],
        response: Response,
        quantity: Annotated[int, Body(ge=1, le=100)] = 1,
    ) -> Contents:
        """Put something into the basket."""
        self.products[product_id]
        self.quantities[product_id] += quantity
        self.baskets[self.key] = self.quantities
        if len(self.baskets) > MAX_ROWS:
            del self.baskets[next(iter(self.baskets))]
        response.set_cookie("basket", str(self.key), httponly=True, samesite="strict")
        return Contents(quantities=self.quantities)

    @delete("/items/{product_id}", raises=[NotFound])
    async def take_out(self, product_id: ProductId) -> Contents:
        """Take something out of the basket."""
        if product_id not in self.quantities:
            raise NotFound(detail=f"There is no product {product_id} in the basket")
        del self.quantities[product_id]
        return Contents(quantities=self.quantities)

    @delete(status_code=204)
    async def drop(self) -> None:
        """Throw the basket away."""
        self.baskets.pop(self.key, None)

    @post("/checkout", status_code=201, raises=[EmptyBasket])
    async def check_out(self, orders: Orders, x_channel: Annotated[Literal["web", "app"], Header()]) -> Order:
        """Buy what is in the basket."""
        lines = [
            Line(product_id=each, quantity=quantity, price=self.products[each].item.price)
            for each, quantity in self.quantities.items()
            if each in self.products
        ]
        if not lines:
            raise EmptyBasket
        await self.drop()
        total = sum((line.price * line.quantity for line in lines), 0)
        return orders.add(
            lambda number: Order(
                id=number,
                channel=x_channel,
                status="new",
                placed_at=datetime.now(UTC),
                lines=lines,
                total=total,
            )
        )
