# /// script
# dependencies = ["fastapi-pagination==0.16.1"]
# ///
from typing import Annotated

from fastapi_pagination import Page, Params, paginate
from fastapi_pagination.api import pagination_ctx

from bolide import Bolide, Depends
from bolide.testclient import TestClient

app = Bolide()


@app.get("/numbers", dependencies=[Depends(pagination_ctx(Page[int]))])
async def list_numbers() -> Page[int]:
    return paginate(range(100))


@app.get("/letters")
async def list_letters(params: Annotated[Params, Depends()]) -> Page[str]:
    return paginate(list("abcdef"), params)


with TestClient(app) as client:
    page = {"items": [2, 3], "total": 100, "page": 2, "size": 2, "pages": 50}
    found = client.get("/numbers?page=2&size=2")
    assert found.json() == page, found.text
    assert client.get("/numbers").json()["size"] == 50
    assert client.get("/numbers?size=0").status_code == 422
    assert client.get("/letters?size=2&page=3").json()["items"] == ["e", "f"]
    names = [each["name"] for each in app.openapi()["paths"]["/numbers"]["get"]["parameters"]]
    assert names == ["page", "size"]
