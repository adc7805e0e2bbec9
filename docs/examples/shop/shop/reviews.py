"""Reviews of products."""

from datetime import UTC, datetime
from typing import Annotated

from bolide import APIRouter, Depends, Field, Model, Query
from shop.access import NEEDS_PRODUCTS, NotAllowed
from shop.errors import NotFound
from shop.paging import AskedPage, Page, page_of
from shop.products import ProductId, Products
from shop.tables import Table

router = APIRouter(tags=["reviews"])


class NewReview(Model):
    """What somebody says of a product."""

    stars: int = Field(ge=1, le=5)
    text: str | None = Field(default=None, max_length=1000)
    pros: list[str] = []


class Review(NewReview):
    """A review that was published."""

    id: int
    product_id: int
    written_at: datetime


async def make_reviews() -> Table[Review]:
    return Table("review")


Reviews = Annotated[Table[Review], Depends(make_reviews, scope="app")]


@router.get("/products/{product_id}/reviews", raises=[NotFound])
async def list_reviews(
    product_id: ProductId, products: Products, reviews: Reviews, page: AskedPage
) -> Page[Review]:
    products[product_id]
    return page_of((each for each in reviews if each.product_id == product_id), page)


@router.post("/products/{product_id}/reviews", status_code=201, raises=[NotFound])
async def add_review(
    product_id: ProductId, review: NewReview, products: Products, reviews: Reviews
) -> Review:
    products[product_id]
    return reviews.add(
        lambda number: Review(
            id=number, product_id=product_id, written_at=datetime.now(UTC), **review.model_dump()
        )
    )


@router.get("/latest-reviews", response_model_exclude_none=True)
async def list_latest_reviews(
    reviews: Reviews, stars: Annotated[int | None, Query(ge=1, le=5)] = None
) -> list[Review]:
    """Return ten reviews at most, the newest first."""
    return [each for each in reversed(list(reviews)) if stars in (None, each.stars)][:10]


@router.delete(
    "/reviews/{review_id}", status_code=204, dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed, NotFound]
)
async def delete_review(review_id: int, reviews: Reviews) -> None:
    del reviews[review_id]
