"""A small shop with logins, for the docs pages to show; it grants what it is asked for."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any
from urllib.parse import urlencode

from bolide import (
    APIRouter,
    Bolide,
    Cookie,
    Depends,
    Field,
    File,
    Form,
    Header,
    HTTPException,
    Model,
    Path,
    Query,
    Security,
    UploadFile,
)
from bolide.docs import (
    docs_assets,
    get_redoc_html,
    get_scalar_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)
from bolide.responses import HTMLResponse, RedirectResponse
from bolide.security import (
    APIKeyHeader,
    HTTPBasic,
    HTTPBasicCredentials,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
)

router = APIRouter()

ById = Annotated[int, Path(ge=1, description="Number of the item.")]


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Price(Model):
    amount: float = Field(ge=0, examples=[9.5])
    currency: str = "EUR"


class Item(Model):
    """Something to sell."""

    name: str = Field(min_length=1, examples=["Lamp"])
    price: Price
    colours: list[Colour] = []


class Order(Model):
    number: int
    items: list[Item]
    follows: Order | None = None


LAMP = Item(name="Lamp", price=Price(amount=9.5))


@router.get("/items", tags=["items"], summary="List items")
async def list_items(
    colour: Colour | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    accept_language: Annotated[str, Header()] = "en",
    visit: Annotated[str | None, Cookie()] = None,
) -> list[Item]:
    return [LAMP]


@router.post("/items", tags=["items"], summary="Add an item", status_code=201)
async def add_item(item: Item) -> Item:
    """Adds *one* item.

    | column | meaning |
    |---|---|
    | a | b |
    """
    return item


@router.get(
    "/items/{item_id}", tags=["items"], summary="Read an item", responses={404: {"description": "None"}}
)
async def read_item(item_id: ById) -> Item:
    return LAMP


@router.put("/items/{item_id}", tags=["items"], summary="Replace an item")
async def replace_item(item_id: ById, item: Item) -> Item:
    return item


@router.patch("/items/{item_id}/price", tags=["items"], summary="Change a price")
async def change_price(item_id: ById, price: Price) -> Price:
    return price


@router.delete("/items/{item_id}", tags=["items"], summary="Remove an item", status_code=204)
async def remove_item(item_id: ById) -> None: ...


@router.post("/items/{item_id}/picture", tags=["items"], summary="Upload a picture")
async def upload_picture(item_id: ById, picture: Annotated[UploadFile, File()]) -> int:
    return picture.size or 0


@router.post("/items/search", tags=["items"], summary="Search by form")
async def search_items(words: Annotated[str, Form()], strict: Annotated[bool, Form()] = False) -> list[Item]:
    return [LAMP]


@router.get("/orders", tags=["orders"], summary="List orders", deprecated=True)
async def list_orders() -> list[Order]:
    return [Order(number=1, items=[LAMP])]


@router.get("/orders/{number}", tags=["orders"], summary="Read an order")
async def read_order(number: int) -> Order:
    return Order(number=number, items=[LAMP])


@router.head("/orders/{number}", tags=["orders"], summary="Probe an order")
async def probe_order(number: int) -> None: ...


@router.options("/orders", tags=["orders"], summary="Options of orders")
async def options_of_orders() -> None: ...


# Logins. Whoever holds a token is called like it.

by_password = OAuth2PasswordBearer(tokenUrl="token")
by_code = OAuth2AuthorizationCodeBearer(
    authorizationUrl="login", tokenUrl="token/code", scopes={"orders": "Read orders"}
)
challenges: dict[str, str] = {}


@router.get("/me/by-password", tags=["logins"], summary="Who am I by password")
async def read_me_by_password(token: Annotated[str, Depends(by_password)]) -> str:
    return token


@router.get("/me/by-code", tags=["logins"], summary="Who am I by code")
async def read_me_by_code(token: Annotated[str, Security(by_code, scopes=["orders"])]) -> str:
    return token


@router.get("/me/by-key", tags=["logins"], summary="Who am I by key")
async def read_me_by_key(key: Annotated[str, Depends(APIKeyHeader(name="x-key"))]) -> str:
    return key


@router.get("/me/by-basic", tags=["logins"], summary="Who am I by Basic")
async def read_me_by_basic(credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> str:
    return credentials.username


@router.post("/token", include_in_schema=False)
async def make_token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    if form.password != "secret":
        raise HTTPException(400, "Incorrect username or password")
    return {"access_token": f"{form.username} by password", "token_type": "bearer"}


@router.get("/login", include_in_schema=False)
async def log_in(state: str, redirect_uri: str, code_challenge: str) -> RedirectResponse:
    code = secrets.token_urlsafe()
    challenges[code] = code_challenge
    return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 302)


@router.post("/token/code", include_in_schema=False)
async def exchange_code(
    grant_type: Annotated[str, Form()], code: Annotated[str, Form()], code_verifier: Annotated[str, Form()]
) -> dict[str, str]:
    digest = hashlib.sha256(code_verifier.encode()).digest()
    if challenges.pop(code, None) != base64.urlsafe_b64encode(digest).decode().rstrip("="):
        raise HTTPException(400, "The verifier is another one")  # RFC 7636 §4.6
    return {"access_token": f"somebody by {grant_type}", "token_type": "bearer"}


OPTIONS: Mapping[str, Any] = {
    "title": "Shop",
    "description": "Sells **things**.",
    "openapi_tags": [
        {"name": "items", "description": "What is sold."},
        {"name": "orders", "description": "What was bought."},
        {"name": "logins", "description": "Who buys."},
    ],
    "scalar_url": "/scalar",
    "swagger_ui_init_oauth": {"clientId": "docs", "usePkceWithAuthorizationCodeGrant": True},
}

shop = Bolide(**OPTIONS)
shop.include_router(router)

from_cdn = Bolide(docs_assets_url=f"{os.environ['SHOP_CDN']}/npm", **OPTIONS)
from_cdn.include_router(router)


# Pages as users write them who move over, with files that they serve themselves.

own = Bolide(**{**OPTIONS, "docs_url": None, "redoc_url": None, "scalar_url": None})
own.include_router(router)
own.include_router(docs_assets(), prefix="/static")


@own.get("/docs", include_in_schema=False)
async def read_docs() -> HTMLResponse:
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Shop - Swagger UI",
        swagger_js_url="static/swagger-ui-dist@5.35.0/swagger-ui-bundle.js",
        swagger_css_url="static/swagger-ui-dist@5.35.0/swagger-ui.css",
        swagger_favicon_url="static/swagger-ui-dist@5.35.0/favicon-32x32.png",
        oauth2_redirect_url="docs/oauth2-redirect",
        init_oauth=own.swagger_ui_init_oauth,
    )


@own.get("/docs/oauth2-redirect", include_in_schema=False)
async def read_oauth2_redirect() -> HTMLResponse:
    return get_swagger_ui_oauth2_redirect_html()


@own.get("/redoc", include_in_schema=False)
async def read_redoc() -> HTMLResponse:
    redoc = "static/redoc@2.5.4/bundles/redoc.standalone.js"
    return get_redoc_html(openapi_url="openapi.json", title="Shop - ReDoc", redoc_js_url=redoc)


@own.get("/scalar", include_in_schema=False)
async def read_scalar() -> HTMLResponse:
    scalar = "static/@scalar/api-reference@1.72.1/dist/browser/standalone.js"
    return get_scalar_html(openapi_url="openapi.json", title="Shop - Scalar", scalar_js_url=scalar)


ATTACK = "</title></script><script>document.title = 'run'</script>"

hostile = Bolide(
    title=ATTACK,
    description=f"{ATTACK} <img src=x onerror=\"document.title='run'\"> [x](javascript:document.title='run')",
    scalar_url="/scalar",
)


@hostile.get(f"/{ATTACK}", summary=ATTACK, description=ATTACK, tags=[ATTACK], operation_id=ATTACK)
async def attack() -> None: ...


app = Bolide(openapi_url=None)
app.mount("/below", shop)
app.mount("/cdn", from_cdn)
app.mount("/own", own)
app.mount("/hostile", hostile)
app.mount("/", shop)
