# /// script
# dependencies = [
#     "advanced-alchemy==1.12.0",
#     "aiosqlite==0.22.1",
#     "fastapi==0.165.0",
#     "sqlalchemy[asyncio]==2.1.9",
# ]
# ///
from typing import Annotated

from advanced_alchemy.extensions.fastapi import (
    AdvancedAlchemy,
    AsyncSessionConfig,
    SQLAlchemyAsyncConfig,
    base,
    repository,
    service,
)
from sqlalchemy.orm import Mapped, mapped_column

from bolide import Bolide, Depends, HTTPException, Model
from bolide.testclient import TestClient


class Author(base.BigIntBase):
    __tablename__ = "author"
    name: Mapped[str] = mapped_column()


class AuthorService(service.SQLAlchemyAsyncRepositoryService[Author]):
    class Repository(repository.SQLAlchemyAsyncRepository[Author]):
        model_type = Author

    repository_type = Repository


class NewAuthor(Model):
    name: str


alchemy = AdvancedAlchemy(
    config=SQLAlchemyAsyncConfig(
        connection_string="sqlite+aiosqlite://",
        session_config=AsyncSessionConfig(expire_on_commit=False),
        commit_mode="autocommit",
        create_all=True,
    )
)
app = Bolide()
alchemy.init_app(app)
Authors = Annotated[AuthorService, Depends(alchemy.provide_service(AuthorService))]


@app.post("/authors")
async def create_author(data: NewAuthor, authors: Authors) -> int:
    author = await authors.create({"name": data.name})
    if data.name == "nobody":
        raise HTTPException(409)
    return author.id


@app.get("/authors")
async def list_authors(authors: Authors) -> list[str]:
    return [author.name for author in await authors.list()]


with TestClient(app) as client:
    assert client.post("/authors", json={"name": "Ann"}).json() == 1
    assert client.post("/authors", json={"name": "Eve"}).json() == 2
    assert client.post("/authors", json={"name": "nobody"}).status_code == 409
    assert client.get("/authors").json() == ["Ann", "Eve"]
