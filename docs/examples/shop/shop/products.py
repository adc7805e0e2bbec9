"""Products: a discriminated union, filters in the query, changes by ``PATCH``, versions by entity tag."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from bolide import APIRouter, Depends, Field, Header, HTTPException, Model, Partial, Path, Pick, Query
from bolide.openapi.models import Link
from bolide.responses import Response
from shop.access import NEEDS_PRODUCTS, NotAllowed
from shop.errors import Clash, NotFound, Taken
from shop.paging import AskedPage, Page, page_of
from shop.tables import Table

router = APIRouter(prefix="/products", tags=["products"])

SKU = "^[A-Z]{3}-[0-9]{4}$"
Cents = Annotated[int, Field(ge=1, le=10_000_000, examples=[1250], description="In cents.")]


class Item(Model):
    """What all items have."""

    sku: str = Field(pattern=SKU, examples=["TEA-0001"], description="Our number of it.")
    title: str = Field(min_length=1, max_length=80)
    price: Cents
    tags: list[Annotated[str, Field(min_length=1, max_length=20)]] = Field(default=[], max_length=10)


class Book(Item):
    """Printed."""

    kind: Literal["book"]
    authors: list[str] = Field(min_length=1, max_length=10)
    pages: int | None = Field(default=None, ge=1)


class Size(StrEnum):
    """Of garments."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


class Garment(Item):
    """To wear."""

    kind: Literal["garment"]
    sizes: list[Size] = Field(min_length=1)


class Download(Item):
    """Nothing that could be sent by post."""

    kind: Literal["download"]
    megabytes: float = Field(gt=0)


AnyItem = Annotated[Book | Garment | Download, Field(discriminator="kind")]
Changes = Partial[Pick[Item, "title", "price", "tags"]]


class Product(Model):
    """An item that is sold here."""

    id: int
    version: int
    changed_at: datetime
    item: AnyItem


class Stale(HTTPException):
    """Somebody else has changed it in the meantime."""

    status_code = 412
    detail: str


async def make_products() -> Table[Product]:
    return Table("product")


Products = Annotated[Table[Product], Depends(make_products, scope="app")]
ProductId = Annotated[int, Path(ge=1, description="Number of the product.")]
READ_PRODUCT = Link(operationId="read_product", parameters={"product_id": "$response.body#/id"})
ETAG = {"ETag": {"description": "Version of the product.", "schema": {"type": "string"}}}


class PriceRange(Model):
    """Prices between two bounds."""

    min: int = Field(default=1, ge=1)
    max: int = Field(default=10_000_000, ge=1)

    def holds(self, price: int) -> bool:
        return self.min <= price <= self.max


@router.get("")
async def list_products(
    products: Products,
    page: AskedPage,
    price: Annotated[PriceRange, Query(style="deepObject")] = PriceRange(),
    kind: Annotated[list[Literal["book", "garment", "download"]], Query()] = [],
    q: Annotated[str, Query(max_length=40, description="A part of the title.")] = "",
    untagged: Annotated[bool, Query(description="Only those without tags.")] = False,
    sort: Literal["id", "title", "-changed_at"] = "id",
) -> Page[Product]:
    """Find products."""
    found = [
        each
        for each in products
        if (not kind or each.item.kind in kind)
        and (not untagged or not each.item.tags)
        and q in each.item.title
        and price.holds(each.item.price)
    ]
    if sort == "title":
        found.sort(key=lambda each: each.item.title)
    elif sort == "-changed_at":
        found.sort(key=lambda each: each.changed_at, reverse=True)
    return page_of(found, page)


@router.post(
    "",
    status_code=201,
    dependencies=[NEEDS_PRODUCTS],
    raises=[NotAllowed, Taken],
    responses={201: {"links": {"product": READ_PRODUCT}}},
)
async def create_product(item: AnyItem, products: Products) -> Product:
    """Sell something new."""
    check_sku(item.sku, products)
    return products.add(lambda number: Product(id=number, version=1, changed_at=datetime.now(UTC), item=item))


def check_sku(sku: str, products: Table[Product], *, but: int | None = None) -> None:
    """Look for a product with *sku*, other than the one with the number *but*.

    Raises:
        Taken: there is one.
    """
    if any(each.item.sku == sku and each.id != but for each in products):
        raise Taken(detail=Clash(field="sku", value=sku))


@router.get(
    "/{product_id}",
    raises=[NotFound],
    responses={200: {"headers": ETAG}, 304: {"description": "The client has this version."}},
)
async def read_product(
    product_id: ProductId,
    products: Products,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Product:
    product = products[product_id]
    response.headers["etag"] = f'"{product.version}"'
    if if_none_match == f'"{product.version}"':
        response.status_code = 304
    return product


@router.put("/{product_id}", dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed, NotFound, Taken, Stale])
async def replace_product(
    product_id: ProductId,
    item: AnyItem,
    products: Products,
    if_match: Annotated[str | None, Header(description="The version that is replaced.")] = None,
) -> Product:
    product = products[product_id]
    if if_match not in (None, f'"{product.version}"'):
        raise Stale(detail=f"Version {product.version} is the newest")
    check_sku(item.sku, products, but=product_id)
    return save(product, item, products)


@router.patch("/{product_id}", dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed, NotFound])
async def change_product(product_id: ProductId, changes: Changes, products: Products) -> Product:
    """Change what is given, and nothing else."""
    product = products[product_id]
    return save(product, product.item.model_copy(update=changes), products)


def save(product: Product, item: AnyItem, products: Table[Product]) -> Product:
    """Return the next version of *product*, which is kept."""
    changed = Product(id=product.id, version=product.version + 1, changed_at=datetime.now(UTC), item=item)
    products[product.id] = changed
    return changed


@router.delete("/{product_id}", status_code=204, dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed, NotFound])
async def delete_product(product_id: ProductId, products: Products) -> None:
    del products[product_id]


class ConvertedPrice(Model):
    """A price in some currency."""

    amount: Decimal
    currency: str


RATES = {"EUR": Decimal(1), "USD": Decimal("1.08"), "CHF": Decimal("0.94")}


@router.get("/{product_id}/price", raises=[NotFound])
async def read_price(
    product_id: ProductId, products: Products, currency: Literal["EUR", "USD", "CHF"] = "EUR"
) -> ConvertedPrice:
    amount = products[product_id].item.price * RATES[currency] / 100
    return ConvertedPrice(amount=round(amount, 2), currency=currency)
