# /// script
# dependencies = ["dishka==1.10.1", "fastapi==0.165.0"]
# ///
from collections.abc import AsyncIterator

from dishka import Provider, Scope, make_async_container, provide
from dishka.integrations.fastapi import FastapiProvider, FromDishka, inject, setup_dishka
from fastapi import Request

from bolide import Bolide
from bolide.testclient import TestClient

events = []


class Database:
    pass


class Session:
    def __init__(self, database: Database, user: str) -> None:
        self.database = database
        self.user = user


class Shop(Provider):
    @provide(scope=Scope.APP)
    def database(self) -> Database:
        events.append("database opens")
        return Database()

    @provide(scope=Scope.REQUEST)
    async def session(self, database: Database, request: Request) -> AsyncIterator[Session]:
        events.append("session begins")
        yield Session(database, request.headers["x-user"])
        events.append("session ends")


app = Bolide()


@app.get("/items/{item_id}")
@inject
async def read_item(item_id: int, session: FromDishka[Session]) -> list[object]:
    return [item_id, session.user]


@app.get("/sync")
@inject
def read_in_thread(session: FromDishka[Session]) -> str:
    return session.user


setup_dishka(make_async_container(Shop(), FastapiProvider()), app)
with TestClient(app, headers={"x-user": "Ann"}) as client:
    assert client.get("/items/7").json() == [7, "Ann"]
    assert client.get("/items/x").status_code == 422
    assert client.get("/sync").json() == "Ann"
assert events == ["database opens", "session begins", "session ends", "session begins", "session ends"]
