"""The workloads, and that both frameworks are given the same program."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bench.workloads import WORKLOADS, Workload

APPS = Path(__file__).parents[2] / "bench" / "apps"


def program(name: str) -> str:
    """Return the program *name* without docstring and imports, in FastAPI's names."""
    tree = ast.parse((APPS / f"{name}.py").read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body[1:] if not isinstance(node, (ast.Import, ast.ImportFrom))]
    return re.sub(r"\bModel\b", "BaseModel", re.sub(r"\bBolide\b", "FastAPI", ast.unparse(tree)))


def test_bolide_and_fastapi_run_the_same_program() -> None:
    assert program("bolide_app") == program("fastapi_app")


def test_requests_and_answers_are_the_documented_ones() -> None:
    sizes = {
        workload.name: (workload.method, workload.target, len(workload.body or b""), len(workload.answer))
        for workload in WORKLOADS
    }
    assert sizes == {
        "plaintext": ("GET", "/plaintext", 0, 13),
        "json": ("GET", "/json", 0, 27),
        "items": ("GET", "/items/42?q=clockwork&limit=25", 0, 41),
        "orders-post": ("POST", "/orders", 688, 688),
        "orders": ("GET", "/orders", 0, 9684),
        "deps": ("GET", "/deps?q=3", 0, 23),
        "deps-deep": ("GET", "/deps-deep/7?q=3&page=2&size=20", 0, 26),
    }


@pytest.mark.parametrize(
    ("media_type", "answer", "accepted"),
    [
        pytest.param("application/json", b'{ "b": 2.0, "a": 1 }', True, id="same JSON value"),
        pytest.param("application/json", b'{"a":1,"b":3}', False, id="other JSON value"),
        pytest.param("application/json", b"{", False, id="not JSON"),
        pytest.param("text/plain", b'{"a":1,"b":2}', True, id="same text"),
        pytest.param("text/plain", b'{"a":1, "b":2}', False, id="other text"),
    ],
)
def test_answers_are_compared_as_their_media_type_says(
    media_type: str, answer: bytes, accepted: bool
) -> None:
    workload = Workload("name", "title", "GET", "/", b'{"a":1,"b":2}', media_type=media_type)
    assert workload.accepts(answer) is accepted
