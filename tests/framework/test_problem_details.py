"""Errors as problem details (RFC 9457)."""

from typing import Any

import pytest

from bolide import Bolide, HTTPException
from bolide.testclient import TestClient

app = Bolide(problem_details=True, max_body_size=10)
client = TestClient(app, raise_server_exceptions=False)

ERRORS: dict[str, Exception] = {
    "plain": HTTPException(404),
    "text": HTTPException(409, "Out of stock", {"x-hint": "later"}),
    "members": HTTPException(403, {"type": "/problems/credit", "title": "No credit", "balance": 30}),
    "list": HTTPException(400, ["a", "b"]),
    "unknown": HTTPException(499),
    "empty": HTTPException(304),
    "bug": ValueError("secret"),
}


@app.get("/raise/{name}")
async def fail(name: str) -> None:
    raise ERRORS[name]


@app.post("/numbers")
async def add(numbers: list[int]) -> int:
    return sum(numbers)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/raise/plain", {"type": "about:blank", "title": "Not Found", "status": 404}),
        ("/nowhere", {"type": "about:blank", "title": "Not Found", "status": 404}),
        ("/numbers", {"type": "about:blank", "title": "Method Not Allowed", "status": 405}),
        (
            "/raise/text",
            {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Out of stock"},
        ),
        (
            "/raise/members",
            {"type": "/problems/credit", "title": "No credit", "status": 403, "balance": 30},
        ),
        (
            "/raise/list",
            {"type": "about:blank", "title": "Bad Request", "status": 400, "details": ["a", "b"]},
        ),
        ("/raise/unknown", {"type": "about:blank", "title": "Error", "status": 499}),
        ("/raise/bug", {"type": "about:blank", "title": "Internal Server Error", "status": 500}),
    ],
)
def test_errors_are_problems(path: str, problem: dict[str, Any]) -> None:
    response = client.get(path)
    assert response.json() == problem
    assert response.status_code == problem["status"]
    assert response.headers["content-type"] == "application/problem+json"


def test_problem_keeps_the_headers_of_the_error() -> None:
    assert client.get("/raise/text").headers["x-hint"] == "later"
    assert client.get("/numbers").headers["allow"] == "OPTIONS, POST"


def test_invalid_request_is_a_problem_with_every_error() -> None:
    response = client.post("/numbers", json=["x"])
    assert response.status_code == 422
    assert response.json() == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "1 validation error",
        "errors": [
            {
                "type": "int_parsing",
                "loc": ["body", 0],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "x",
            }
        ],
    }


def test_large_body_is_a_problem() -> None:
    assert client.post("/numbers", json=[1] * 10).json() == {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
    }


def test_status_without_content_has_no_problem() -> None:
    assert (client.get("/raise/empty").status_code, client.get("/raise/empty").content) == (304, b"")


def test_unhandled_error_is_still_raised() -> None:
    with pytest.raises(ValueError, match="secret"):
        TestClient(app).get("/raise/bug")
