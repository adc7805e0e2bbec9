"""Put the parts of the shop together."""

from typing import Any

from bolide import Bolide
from shop import (
    access,
    baskets,
    categories,
    contact,
    customers,
    finding,
    images,
    imports,
    orders,
    products,
    reviews,
    stock,
)

TAGS = [
    {"name": "access", "description": "Who may do what."},
    {"name": "categories", "description": "How the products are arranged."},
    {"name": "products", "description": "What is sold: books, garments and downloads."},
    {"name": "images", "description": "Pictures of products."},
    {"name": "reviews", "description": "What people say about products."},
    {"name": "stock", "description": "How much there is of what."},
    {"name": "customers", "description": "Who buys."},
    {"name": "basket", "description": "What somebody is about to buy; a cookie says whose it is."},
    {"name": "orders", "description": "What was bought."},
    {"name": "operations", "description": "For those who run the shop."},
]

PARTS = (
    access,
    categories,
    products,
    finding,
    imports,
    images,
    reviews,
    stock,
    customers,
    baskets,
    orders,
    contact,
)


def create_app(**options: Any) -> Bolide:
    """Return a shop of its own, with further options of the application, such as ``strict=True``."""
    app = Bolide(
        title="Shop",
        version="1.0.0",
        summary="A small shop, as an example.",
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_tags=TAGS,
        **options,
    )
    for part in PARTS:
        app.include_router(part.router)

    @app.get("/health", tags=["operations"])
    async def read_health() -> dict[str, str]:
        """Say that the shop is open."""
        return {"status": "open"}

    return app


app = create_app()
