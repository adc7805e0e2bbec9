# /// script
# dependencies = ["fastapi-versioning==0.10.0", "fastapi==0.165.0"]
# ///
from fastapi import FastAPI
from fastapi_versioning import VersionedFastAPI, version

from bolide import APIRouter, Bolide
from bolide.testclient import TestClient

# What it makes of an application of FastAPI's can be mounted.
before = FastAPI()


@before.get("/price")
@version(1)
def price() -> int:
    return 1


@before.get("/price")
@version(2)
def price_with_currency() -> dict[str, str]:
    return {"price": "1 EUR"}


@before.get("/stock")
@version(1)
def stock() -> int:
    return 7


old = Bolide()
old.mount("/", VersionedFastAPI(before))

# Without it: an application per version, with the routes of the version and those that stayed the same.
shared, first, second = APIRouter(), APIRouter(), APIRouter()


@first.get("/price")
async def first_price() -> int:
    return 1


@second.get("/price")
async def second_price() -> dict[str, str]:
    return {"price": "1 EUR"}


@shared.get("/stock")
async def shared_stock() -> int:
    return 7


app = Bolide(openapi_url=None, docs_url=None)
for number, router in (("1", first), ("2", second)):
    versioned = Bolide(version=f"{number}.0")
    versioned.include_router(shared)
    versioned.include_router(router)
    app.mount(f"/v{number}_0", versioned)

for served in (old, app):
    with TestClient(served) as client:
        assert client.get("/v1_0/price").json() == 1
        assert client.get("/v2_0/price").json() == {"price": "1 EUR"}
        assert client.get("/v1_0/stock").json() == client.get("/v2_0/stock").json() == 7
        assert client.get("/v2_0/docs").status_code == 200
        assert client.get("/v2_0/openapi.json").json()["info"]["version"] == "2.0"
