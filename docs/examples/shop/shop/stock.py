"""Stock: JSON Lines, server-sent events, a list and a number as bodies."""

from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated, TypedDict

from bolide import APIRouter, Body, Depends, Field, Model
from bolide.responses import EventSourceResponse
from bolide.sse import ServerSentEvent
from shop.access import check_warehouse
from shop.errors import NotFound
from shop.products import ProductId, Products

router = APIRouter(tags=["stock"], dependencies=[Depends(check_warehouse)])


class Movement(Model):
    """Something was brought or taken away."""

    product_id: int = Field(ge=1)
    amount: int = Field(ge=-1000, le=1000)
    reason: str = Field(default="", max_length=80)


class Amount(TypedDict):
    """How much there is of a product."""

    product_id: int
    amount: int


class Stock:
    """Amounts by product, and the last movements."""

    def __init__(self) -> None:
        self.amounts: dict[int, int] = {}
        self.movements: deque[Movement] = deque(maxlen=100)

    def move(self, movement: Movement) -> bool:
        """Note *movement*, unless it takes away more than there is."""
        left = self.amounts.get(movement.product_id, 0) + movement.amount
        if left < 0:
            return False
        self.amounts[movement.product_id] = left
        self.movements.append(movement)
        return True


async def make_stock() -> Stock:
    return Stock()


StockTable = Annotated[Stock, Depends(make_stock, scope="app")]


@router.get("/stock")
async def list_amounts(stock: StockTable) -> AsyncIterator[Amount]:
    """Send one line for each product."""
    for product_id, amount in list(stock.amounts.items()):
        yield Amount(product_id=product_id, amount=amount)


@router.put("/stock/{product_id}", raises=[NotFound])
async def count_stock(
    product_id: ProductId,
    amount: Annotated[int, Body(ge=0, le=1_000_000)],
    products: Products,
    stock: StockTable,
) -> Amount:
    """Say how much there is, after counting."""
    products[product_id]
    stock.amounts[product_id] = amount
    return Amount(product_id=product_id, amount=amount)


class MovementReport(Model):
    """What became of movements."""

    noted: int
    refused: list[Movement] = Field(description="Those that take away more than there is.")


@router.post("/movements")
async def note_movements(
    movements: Annotated[list[Movement], Body(min_length=1, max_length=50)], stock: StockTable
) -> MovementReport:
    refused = [each for each in movements if not stock.move(each)]
    return MovementReport(noted=len(movements) - len(refused), refused=refused)


@router.get("/movements", response_class=EventSourceResponse)
async def replay_movements(stock: StockTable) -> AsyncIterator[Movement | ServerSentEvent]:
    """Send the last movements as events, then an event `end`."""
    for movement in list(stock.movements):
        yield movement
    yield ServerSentEvent(event="end", data=len(stock.movements))
