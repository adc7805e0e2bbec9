"""Long lists, page by page."""

from collections.abc import Iterable
from typing import Annotated, Generic, TypeVar

from bolide import Field, Model, Query

T = TypeVar("T")


class PageQuery(Model):
    """Which part of a list is wanted."""

    limit: int = Field(default=20, ge=1, le=100, description="So many items at most.")
    offset: int = Field(default=0, ge=0, description="So many items are passed over.")


AskedPage = Annotated[PageQuery, Query()]


class Page(Model, Generic[T]):
    """A part of a list."""

    items: list[T]
    total: int
    next_offset: int | None = Field(description="Where the next page begins, if there is one.")


def page_of(rows: Iterable[T], query: PageQuery) -> Page[T]:
    """Return the part of *rows* that *query* wants."""
    found = list(rows)
    end = query.offset + query.limit
    return Page(
        items=found[query.offset : end],
        total=len(found),
        next_offset=end if end < len(found) else None,
    )
