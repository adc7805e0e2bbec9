# /// script
# dependencies = ["fastapi-users[sqlalchemy]==15.0.5", "aiosqlite==0.22.1", "sqlalchemy[asyncio]==2.0.58"]
# ///
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import StaticPool

from bolide import Bolide, Depends
from bolide.testclient import TestClient


class Table(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Table):
    pass


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = verification_token_secret = "secret" * 6


engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def get_user_manager() -> AsyncIterator[UserManager]:
    async with sessions() as session:
        yield UserManager(SQLAlchemyUserDatabase(session, User))


backend = AuthenticationBackend(
    name="jwt",
    transport=BearerTransport(tokenUrl="auth/login"),
    get_strategy=lambda: JWTStrategy(secret="secret" * 6, lifetime_seconds=3600),
)
users = FastAPIUsers[User, uuid.UUID](get_user_manager, [backend])

# Its routers are FastAPI's; they are served by an application of FastAPI's below a path.
accounts = FastAPI()
accounts.include_router(users.get_auth_router(backend))
accounts.include_router(users.get_register_router(schemas.BaseUser[uuid.UUID], schemas.BaseUserCreate))


@asynccontextmanager
async def lifespan(app: Bolide) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    yield
    await engine.dispose()


app = Bolide(lifespan=lifespan)
app.mount("/auth", accounts)


# Its dependencies work as they are.
@app.get("/me")
async def read_me(user: Annotated[User, Depends(users.current_user(active=True))]) -> str:
    return user.email


with TestClient(app) as client:
    account = {"email": "ann@example.com", "password": "correct horse"}
    assert client.post("/auth/register", json=account).status_code == 201
    assert client.get("/me").status_code == 401
    form = {"content-type": "application/x-www-form-urlencoded"}
    wrong = client.post("/auth/login", content="username=ann@example.com&password=x", headers=form)
    assert wrong.status_code == 400
    body = "username=ann@example.com&password=correct+horse"
    token = client.post("/auth/login", content=body, headers=form).json()["access_token"]
    me = client.get("/me", headers={"authorization": f"Bearer {token}"})
    assert me.json() == "ann@example.com"
