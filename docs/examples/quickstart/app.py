import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated

from bolide import Bolide, Depends, Field, HTTPException, Model, Path

app = Bolide(title="Orders")


class NewOrder(Model):
    item: str = Field(min_length=1, max_length=80)
    quantity: int = Field(ge=1, le=1000)


class Order(NewOrder):
    id: int


def connect() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect("orders.sqlite3", check_same_thread=False)) as db:
        db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, item TEXT, quantity INT)")
        yield db


Database = Annotated[sqlite3.Connection, Depends(connect)]


@app.post("/orders", status_code=201)
def create_order(new: NewOrder, db: Database) -> Order:
    with db:  # commits, or rolls back when something in it raises
        new_row = db.execute("INSERT INTO orders VALUES (NULL, ?, ?) RETURNING id", (new.item, new.quantity))
        return Order(id=new_row.fetchone()[0], item=new.item, quantity=new.quantity)


@app.get("/orders/{order_id}", responses={404: {"description": "No such order"}})
def read_order(order_id: Annotated[int, Path(ge=1, lt=2**63)], db: Database) -> Order:
    if not (row := db.execute("SELECT item, quantity FROM orders WHERE id = ?", (order_id,)).fetchone()):
        raise HTTPException(404, "No such order")
    return Order(id=order_id, item=row[0], quantity=row[1])
