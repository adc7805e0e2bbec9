"""Tags of applications are checked when they start."""

from __future__ import annotations

from typing import Any

import pytest

from bolide import Bolide
from bolide.exceptions import BolideError


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        pytest.param(
            [{"name": "books"}, {"name": "novels", "parent": "book"}],
            "openapi_tags: the parent 'book' of 'novels' is none of the tags; 'books' may be meant",
            id="unknown parent",
        ),
        pytest.param(
            [{"name": "a", "parent": "a"}], "openapi_tags: parents form a cycle: a → a", id="its own parent"
        ),
        pytest.param(
            [{"name": "x", "parent": "a"}, {"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}],
            "openapi_tags: parents form a cycle: a → b → a",
            id="cycle",
        ),
        pytest.param([{"name": "a"}, {"name": "a"}], "openapi_tags has two tags 'a'", id="repeated"),
    ],
)
def test_tags_that_do_not_go_together_are_an_error(tags: Any, message: str) -> None:
    with pytest.raises(BolideError) as caught:
        Bolide(openapi_tags=tags).compile()
    assert str(caught.value) == message
    Bolide(openapi_tags=tags, compatibility="fastapi").compile()


def test_tags_may_have_parents() -> None:
    tags = [{"name": "c", "parent": "b"}, {"name": "b", "parent": "a"}, {"name": "a"}]
    app = Bolide(openapi_tags=tags, openapi_version="3.2.0")
    app.compile()
    assert app.openapi()["tags"] == tags
