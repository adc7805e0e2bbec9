import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated

from bolide import Bolide, Depends, Field, HTTPException, Model

app = Bolide(title="Orders")


class NewOrder(Model):
    item: str = Field(min_length=1, max_length=80)
    quantity: int = Field(ge=1, le=1000)


class Order(NewOrder):
    id: int


def connect() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect("orders.sqlite3", check_same_thread=False)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, item TEXT, quantity INT)")
        yield db  # committed after the endpoint, rolled back if it raises


Database = Annotated[sqlite3.Connection, Depends(connect)]


@app.post("/orders", status_code=201)
def create_order(new: NewOrder, db: Database) -> Order:
    sql = "INSERT INTO orders (item, quantity) VALUES (?, ?) RETURNING id"
    return Order(id=db.execute(sql, (new.item, new.quantity)).fetchone()[0], **new.model_dump())


@app.get("/orders/{order_id}")
def read_order(order_id: int, db: Database) -> Order:
    row = db.execute("SELECT item, quantity FROM orders WHERE id = ?", (order_id,)).fetchone()
    if row is None:
        raise HTTPException(404, "No such order")
    return Order(id=order_id, item=row[0], quantity=row[1])
