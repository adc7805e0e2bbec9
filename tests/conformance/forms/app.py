"""An application with forms, files, parameter models and MessagePack, for every kind of server."""

import hashlib
from typing import Annotated, Any

from bolide import Bolide, Field, File, Form, Model, Query, UploadFile

app = Bolide(codecs=["msgpack"])


class Page(Model):
    limit: int = Field(10, le=100)
    tags: list[str] = []


class Item(Model):
    name: str


@app.get("/page")
async def read_page(page: Annotated[Page, Query()]) -> Page:
    return page


@app.post("/items")
async def create_item(item: Item) -> Item:
    return item


@app.post("/login")
async def login(username: Annotated[str, Form()]) -> str:
    return username


@app.post("/upload")
async def upload(file: UploadFile, title: Annotated[str, Form()]) -> tuple[str, str | None, int | None, str]:
    digest = hashlib.sha256(await file.read()).hexdigest()
    return title, file.filename, file.size, digest


class Picture(Model):
    title: str
    item: Item


@app.post("/picture")
async def add_picture(
    picture: Annotated[Picture, Form()], file: UploadFile, content: Annotated[bytes, File(alias="file")]
) -> list[Any]:
    return [picture, file.filename, (await file.read()) == content, len(content)]
