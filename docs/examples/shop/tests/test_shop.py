"""The shop through its own client: what somebody does who sells and buys."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from bolide.testclient import TestClient
from shop.access import WAREHOUSE_KEY
from shop.application import create_app

BOOK = {"kind": "book", "sku": "TEA-0001", "title": "All about tea", "price": 1250, "authors": ["Ann"]}


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    """Somebody who is not logged in."""
    with TestClient(create_app(strict=True)) as client:
        yield client


@pytest.fixture
def client(visitor: TestClient) -> TestClient:
    """Somebody who may do everything."""
    token = log_in(visitor, "ann", "blue door", "products customers orders")
    visitor.headers = {"authorization": f"Bearer {token}", "x-warehouse-key": WAREHOUSE_KEY}
    return visitor


def log_in(client: TestClient, username: str, password: str, scope: str) -> str | None:
    form = {"grant_type": "password", "username": username, "password": password, "scope": scope}
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/token", content=urlencode(form), headers=kind)
    token: str | None = answer.json().get("access_token")
    return token


@pytest.fixture
def product(client: TestClient) -> dict[str, Any]:
    created: dict[str, Any] = client.post("/products", json=BOOK).json()
    return created


def test_passwords_are_compared(visitor: TestClient) -> None:
    assert log_in(visitor, "ann", "blue door", "") is not None
    assert log_in(visitor, "ann", "green door", "") is None
    assert log_in(visitor, "eve", "blue door", "") is None


def test_a_token_allows_what_its_account_may(visitor: TestClient) -> None:
    assert visitor.get("/me").headers["www-authenticate"] == "Bearer"
    headers = {"authorization": f"Bearer {log_in(visitor, 'bob', 'green door', 'orders products')}"}
    assert visitor.get("/me", headers=headers).json()["scopes"] == ["orders"]
    assert visitor.get("/orders", headers=headers).status_code == 200
    refused = visitor.post("/products", json=BOOK, headers=headers)
    assert (refused.status_code, refused.json()) == (403, {"detail": "Needs products"})
    assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="products"'


def test_what_needs_a_token_or_a_key_is_refused_without_it(visitor: TestClient) -> None:
    paths = visitor.get("/openapi.json").json()["paths"]
    secured = [(method, path) for path in paths for method, each in paths[path].items() if "security" in each]
    assert len(secured) == 26
    for token in ("", "guessed", "schlüssel"):
        headers = {"authorization": f"Bearer {token}", "x-warehouse-key": token}
        for method, path in secured:
            assert visitor.request(method, path, headers=headers).status_code == 401, (method, path)


def test_products_are_told_apart_by_their_kind(client: TestClient, product: dict[str, Any]) -> None:
    assert product["item"] == {**BOOK, "tags": [], "pages": None}
    unknown = client.post("/products", json={**BOOK, "kind": "car"})
    assert unknown.json()["detail"][0]["type"] == "union_tag_invalid"


def test_a_sku_is_given_once(client: TestClient, product: dict[str, Any]) -> None:
    answer = client.post("/products", json=BOOK)
    assert (answer.status_code, answer.json()) == (409, {"detail": {"field": "sku", "value": "TEA-0001"}})


def test_products_are_found_by_filters(client: TestClient, product: dict[str, Any]) -> None:
    for query, count in [("kind=book&kind=garment", 1), ("price[max]=100", 0), ("q=tea&untagged=true", 1)]:
        assert client.get(f"/products?{query}").json()["total"] == count
    assert client.get("/products?untagged=on").status_code == 422
    assert client.get("/skus/TEA-0001").json() == product
    assert [each["id"] for each in client.get("/comparison?ids=9,1,1").json()] == [1]


def test_pages_say_where_the_next_begins(client: TestClient) -> None:
    lines = "\n".join(f"SKU-{number:04},Song {number},99,3.5" for number in range(30))
    report = client.post(
        "/imports", content=f"{lines}\nnonsense", headers={"content-type": "application/octet-stream"}
    )
    assert report.json() == {"imported": 30, "refused": [31]}
    first = client.get("/products").json()
    assert (len(first["items"]), first["next_offset"], first["total"]) == (20, 20, 30)
    assert client.get("/products?offset=20").json()["next_offset"] is None


def test_changes_touch_what_is_given_and_make_a_new_version(
    client: TestClient, product: dict[str, Any]
) -> None:
    changed = client.patch("/products/1", json={"price": 999}).json()
    assert (changed["version"], changed["item"]) == (2, {**product["item"], "price": 999})
    etag = client.get("/products/1").headers["etag"]
    assert client.get("/products/1", headers={"if-none-match": etag}).status_code == 304
    assert client.put("/products/1", json=BOOK, headers={"if-match": '"1"'}).status_code == 412
    assert client.get("/products/1/price?currency=USD").json() == {"amount": "10.79", "currency": "USD"}


def test_images_go_in_and_come_out(client: TestClient, product: dict[str, Any]) -> None:
    form = (
        b'--x\r\ncontent-disposition: form-data; name="caption"\r\n\r\nThe cover\r\n'
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\nPNG\r\n--x--\r\n'
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    added = client.post("/products/1/images", content=form, headers=headers).json()
    assert added == {"id": 1, "product_id": 1, "caption": "The cover", "size": 3}
    assert client.get("/products/1/images/1").content == b"PNG"
    assert client.delete("/products/1/images/1").status_code == 204
    assert client.get("/products/1/images").json() == []


def test_reviews_belong_to_products(client: TestClient, product: dict[str, Any]) -> None:
    assert client.post("/products/1/reviews", json={"stars": 5}).status_code == 201
    assert client.post("/products/2/reviews", json={"stars": 5}).json() == {"detail": "There is no product 2"}
    assert client.get("/products/1/reviews").json()["total"] == 1
    assert "text" not in client.get("/latest-reviews?stars=5").json()[0]


def test_stock_moves_but_never_below_zero(client: TestClient, product: dict[str, Any]) -> None:
    assert client.put("/stock/1", json=3).json() == {"product_id": 1, "amount": 3}
    movements = [{"product_id": 1, "amount": -2}, {"product_id": 1, "amount": -2}]
    assert client.post("/movements", json=movements).json()["noted"] == 1
    assert client.get("/stock").text == '{"product_id":1,"amount":1}\n'
    assert client.get("/movements").text.endswith("event: end\ndata: 1\n\n")


def test_customers_have_addresses(client: TestClient) -> None:
    customer = client.post("/customers", json={"name": "Ann", "email": "ann@example.org"}).json()
    path = f"/customers/{customer['id']}"
    address = {"street": "High Street 1", "city": "London", "postalCode": "SW1A 1AA", "country": "GB"}
    assert client.put(f"{path}/address", json=address).json() == address
    assert client.patch(path, json={"name": "Bea"}).json()["address"] == address
    assert client.put(f"{path}/address", json={**address, "planet": "Mars"}).status_code == 422
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_an_order_is_placed_and_paid_once(client: TestClient, product: dict[str, Any]) -> None:
    assert client.post("/basket/checkout", headers={"x-channel": "web"}).status_code == 409
    assert client.post("/basket/items", json={"product_id": 1, "quantity": 2}).status_code == 201
    assert client.get("/basket").json() == {"quantities": {"1": 2}}
    assert client.post("/basket/checkout").json()["detail"][0]["loc"] == ["header", "x-channel"]
    order = client.post("/basket/checkout", headers={"x-channel": "web"}).json()
    assert (order["total"], order["status"]) == (2500, "new")
    transfer = {"method": "transfer", "iban": "DE02120300000000202051"}
    assert client.post("/orders/1/payment", json=transfer).status_code == 202
    card = {"method": "card", "token": "tok_123456"}
    assert client.post("/orders/1/payment", json=card).json() == {"order_id": 1, "amount": 2500}
    assert client.post("/orders/1/payment", json=card).json() == {"detail": "The order is paid"}
    assert client.get("/orders?status=paid").json()["total"] == 1
    assert client.get("/orders/1/invoice").text.endswith("Total: 25.00\n")


def test_categories_nest(client: TestClient) -> None:
    tree = {"name": "Music", "children": [{"name": "Jazz", "children": [{"name": "Bop", "children": []}]}]}
    assert client.put("/categories/music", json=tree).json() == tree
    assert list(client.get("/categories").json()) == ["books", "music"]
    assert client.delete("/categories/music").status_code == 204


def test_messages_are_accepted(client: TestClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/contact", content="sender=Ann&text=Hello&urgent=true", headers=form)
    assert (answer.status_code, answer.json()) == (202, {"status": "on its way"})
