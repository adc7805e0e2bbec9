"""Other ways to find products: by SKU, and several side by side."""

from typing import Annotated

from bolide import APIRouter, Path, Query
from shop.errors import NotFound
from shop.products import SKU, Product, Products

router = APIRouter(tags=["products"])


@router.get("/skus/{sku}", raises=[NotFound])
async def find_product(
    sku: Annotated[str, Path(pattern=SKU, examples=["TEA-0001"])], products: Products
) -> Product:
    found = next((each for each in products if each.item.sku == sku), None)
    if found is None:
        raise NotFound(detail=f"There is no product {sku}")
    return found


@router.get("/comparison")
async def compare_products(
    ids: Annotated[list[int], Query(explode=False, min_length=1, max_length=10)], products: Products
) -> list[Product]:
    """Return several products, as in `?ids=3,1`; unknown ones are left out."""
    return [products[each] for each in dict.fromkeys(ids) if each in products]
