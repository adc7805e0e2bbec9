"""The seven workloads: what is requested and what every contender must answer.

Owns requests, sample data and expected answers. It is imported by the applications under test too,
so it knows nothing about servers or measuring and imports only the standard library.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["INCOMING_ORDER", "STORED_ORDERS", "WORKLOADS", "Workload"]

JSON_TYPE: Final = "application/json"
TEXT_TYPE: Final = "text/plain"


@dataclass(frozen=True, slots=True)
class Workload:
    """One request that is sent again and again, with the answer it must get.

    Attributes:
        name: As in tables, on the command line and in results.
        title: One line for the reader of a report.
        method: ``GET`` or ``POST``.
        target: Path and query, as on the request line.
        answer: The bytes that constant contenders write, and what all others are compared with.
        media_type: Of the answer, without parameters.
        body: The JSON request body, or None.
    """

    name: str
    title: str
    method: str
    target: str
    answer: bytes
    media_type: str = JSON_TYPE
    body: bytes | None = None

    @property
    def path(self) -> str:
        """Return the target without its query."""
        return self.target.partition("?")[0]

    def accepts(self, answer: bytes) -> bool:
        """Tell whether *answer* means the same as the expected one (JSON by value, text by bytes)."""
        if self.media_type != JSON_TYPE:
            return answer == self.answer
        try:
            value = json.loads(answer)
        except ValueError:
            return False
        return bool(value == json.loads(self.answer))


def _compact(value: object) -> bytes:
    """Encode *value* as the shortest JSON, in UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


INCOMING_ORDER: Final[dict[str, Any]] = {
    "reference": "WEB-2026-004711",
    "placed_at": "2026-03-14T09:26:53Z",
    "currency": "EUR",
    "express": True,
    "customer": {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "address": {
            "street": "12 St James's Square",
            "city": "London",
            "postcode": "SW1Y 4JH",
            "country": "GB",
        },
    },
    "lines": [
        {"sku": "CLK-0042", "title": "Brass clockwork", "quantity": 2, "unit_price": 149.5},
        {"sku": "CRD-1837", "title": "Punched cards, box of 500", "quantity": 12, "unit_price": 8.25},
        {"sku": "OIL-0007", "title": "Fine machine oil, 100 ml", "quantity": 1, "unit_price": 4.75},
    ],
    "tags": ["engine", "workshop", "repeat customer"],
    "note": "Please leave the parcel with the porter; the bell of the side door does not ring. "
    "The workshop is closed on Mondays.",
}
"""The body of ``orders-post``: about 0.7 KB as compact JSON, and equal to its answer."""

_STATUSES: Final = ("open", "paid", "shipped")


def _stored_order(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "status": _STATUSES[number % 3],
        "total": 19.5 + number,
        "customer": {"id": 1000 + number, "name": f"Customer {number}"},
        "lines": [
            {"sku": f"CLK-{number:04}", "quantity": 1 + number % 4, "unit_price": 12.5},
            {"sku": f"OIL-{number:04}", "quantity": 1, "unit_price": 4.75},
        ],
    }


STORED_ORDERS: Final = [_stored_order(number) for number in range(1, 51)]
"""What ``orders`` returns: 50 orders, each with a customer and two lines (200 records)."""

WORKLOADS: Final = (
    Workload(
        "plaintext",
        "a constant text",
        "GET",
        "/plaintext",
        b"Hello, World!",
        media_type=TEXT_TYPE,
    ),
    Workload("json", "a small JSON object", "GET", "/json", _compact({"message": "Hello, World!"})),
    Workload(
        "items",
        "a checked path number and two query parameters",
        "GET",
        "/items/42?q=clockwork&limit=25",
        _compact({"item_id": 42, "q": "clockwork", "limit": 25}),
    ),
    Workload(
        "orders-post",
        "0.7 KB of nested JSON, checked and returned",
        "POST",
        "/orders",
        _compact(INCOMING_ORDER),
        body=_compact(INCOMING_ORDER),
    ),
    Workload("orders", "a list of 50 nested models", "GET", "/orders", _compact(STORED_ORDERS)),
    Workload("deps", "five async dependencies", "GET", "/deps?q=3", _compact({"fourth": 12, "fifth": 9})),
    Workload(
        "deps-deep",
        "fifteen async dependencies, three with yield, four shared",
        "GET",
        "/deps-deep/7?q=3&page=2&size=20",
        _compact({"number": 7, "summary": 140}),
    ),
)
