"""An application that shows what security schemes find."""

from __future__ import annotations

from typing import Annotated

from bolide import Bolide, Depends, Security
from bolide.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPBasic,
    HTTPBasicCredentials,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    SecurityScopes,
)

app = Bolide()
bearer = OAuth2PasswordBearer("token", scopes={"items": "All of them."})
basic = HTTPBasic(realm="office")


async def caller(token: Annotated[str, Depends(bearer)], scopes: SecurityScopes) -> str:
    return f"{token} for {scopes.scope_str}"


@app.post("/token")
async def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> list[str]:
    return [form.username, form.password, *form.scopes]


@app.post("/items")
async def create_item(item: dict[str, int], who: Annotated[str, Security(caller, scopes=["items"])]) -> str:
    return who


@app.get("/office")
async def enter(found: Annotated[HTTPBasicCredentials, Depends(basic)]) -> list[str]:
    return [found.username, found.password]


@app.get("/keys")
async def show_keys(
    header: Annotated[str, Depends(APIKeyHeader(name="X-Key", scheme_name="header"))],
    query: Annotated[str, Depends(APIKeyQuery(name="key", scheme_name="query"))],
    cookie: Annotated[str, Depends(APIKeyCookie(name="key", scheme_name="cookie"))],
) -> list[str]:
    return [header, query, cookie]
