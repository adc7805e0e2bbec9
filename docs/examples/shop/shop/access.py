"""Who may do what: people log in and have scopes, machines have a key.

`POST /token` is the password flow of OAuth 2.0 (RFC 6749 §4.3); the docs page uses it behind "Authorize". An
account has scopes, which say what it may do; a token has those that were asked for.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from bolide import APIRouter, Depends, HTTPException, Model, Security
from bolide.concurrency import run_in_threadpool
from bolide.responses import Response
from bolide.security import APIKeyHeader, OAuth2PasswordBearer, OAuth2PasswordRequestForm, SecurityScopes
from shop.tables import MAX_ROWS

router = APIRouter(tags=["access"])

SCOPES = {
    "products": "Change what is sold, and how it is shown.",
    "customers": "See and change who buys.",
    "orders": "See and handle what was bought.",
}
LIFETIME = timedelta(hours=1)


class Account(Model):
    """Somebody who works here."""

    name: str
    salt: bytes
    password: bytes
    scopes: frozenset[str]


# The passwords are "blue door" and "green door". A shop that is open keeps its accounts in a database.
ACCOUNTS = {
    "ann": Account(
        name="ann",
        salt=bytes.fromhex("8d0f4a1be5c2937f6a54d1c09be27733"),
        password=bytes.fromhex("e84296078904f7258da815da8dac3eea8ad1b017a8e4ec0cfe49e9d8d48dbd27"),
        scopes=frozenset(SCOPES),
    ),
    "bob": Account(
        name="bob",
        salt=bytes.fromhex("27b1c3d26a1fe4905c38a7714bd0926e"),
        password=bytes.fromhex("0390ad7177fb44ba52593884561f1fa1f4503fe85ba54cf49488f37d6609e3b8"),
        scopes=frozenset({"orders"}),
    ),
}
NOBODY = Account(name="", salt=bytes(16), password=secrets.token_bytes(32), scopes=frozenset())


class Grant(Model):
    """What a token allows, and until when."""

    name: str
    scopes: frozenset[str]
    expires_at: datetime


class WrongPassword(HTTPException):
    """No account has this name and password."""

    status_code = 400
    detail: Literal["Wrong name or password"] = "Wrong name or password"


class InvalidToken(HTTPException):
    """The token is unknown, or has expired."""

    status_code = 401
    detail: str = "Invalid token"
    headers = {"www-authenticate": 'Bearer error="invalid_token"'}


class NotAllowed(HTTPException):
    """The token does not reach far enough."""

    status_code = 403
    detail: str


async def make_grants() -> dict[str, Grant]:
    return {}


Grants = Annotated[dict[str, Grant], Depends(make_grants, scope="app")]


class Token(Model):
    """The answer of RFC 6749 §5.1."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    scope: str


@router.post("/token", raises=[WrongPassword], responses={200: {"headers": {"cache-control": str}}})
async def log_in(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], grants: Grants, response: Response
) -> Token:
    """Log in."""
    account = ACCOUNTS.get(form.username, NOBODY)
    # Slow on purpose, hence in a thread, and as slow for a name that nobody has.
    if not await run_in_threadpool(is_password, form.password, account):
        raise WrongPassword
    scopes = account.scopes.intersection(form.scopes)
    token = secrets.token_urlsafe()
    grants[token] = Grant(name=account.name, scopes=scopes, expires_at=datetime.now(UTC) + LIFETIME)
    if len(grants) > MAX_ROWS:
        del grants[next(iter(grants))]
    response.headers["cache-control"] = "no-store"
    return Token(access_token=token, expires_in=int(LIFETIME.total_seconds()), scope=" ".join(sorted(scopes)))


def is_password(password: str, account: Account) -> bool:
    hashed = hashlib.scrypt(password.encode(), salt=account.salt, n=2**14, r=8, p=1, dklen=32)
    return secrets.compare_digest(hashed, account.password)


people = OAuth2PasswordBearer(tokenUrl="token", scheme_name="people", scopes=SCOPES)


async def find_grant(token: Annotated[str, Depends(people)], grants: Grants, needed: SecurityScopes) -> Grant:
    """Return what the request's token allows.

    Raises:
        InvalidToken: nothing.
        NotAllowed: not all that is needed.
    """
    grant = grants.get(token)
    if grant is None or grant.expires_at < datetime.now(UTC):
        raise InvalidToken
    if not grant.scopes.issuperset(needed.scopes):
        challenge = f'Bearer error="insufficient_scope", scope="{needed.scope_str}"'
        raise NotAllowed(detail=f"Needs {needed.scope_str}", headers={"www-authenticate": challenge})
    return grant


NEEDS_PRODUCTS = Security(find_grant, scopes=["products"])
NEEDS_CUSTOMERS = Security(find_grant, scopes=["customers"])
NEEDS_ORDERS = Security(find_grant, scopes=["orders"])


@router.get("/me")
async def read_own_grant(grant: Annotated[Grant, Depends(find_grant)]) -> Grant:
    """Say who is logged in."""
    return grant


# The key of the scanners in the warehouse. As the passwords, it is here because this is an example.
WAREHOUSE_KEY = "scan-6f1c8f8a"
warehouse = APIKeyHeader(name="X-Warehouse-Key", scheme_name="warehouse")


async def check_warehouse(key: Annotated[str, Depends(warehouse)]) -> None:
    # As bytes: compare_digest() fails at text that is not ASCII.
    if not secrets.compare_digest(key.encode(), WAREHOUSE_KEY.encode()):
        raise warehouse.make_not_authenticated_error()
