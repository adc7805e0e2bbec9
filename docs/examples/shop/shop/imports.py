"""Imports: a body that is no JSON."""

import csv
from collections.abc import Iterator
from typing import Annotated

from bolide import APIRouter, Body, Field, Model
from shop.access import NEEDS_PRODUCTS, NotAllowed
from shop.errors import Taken
from shop.products import Download, Products, create_product

router = APIRouter(tags=["products"])


class ImportReport(Model):
    """What became of the lines of a table."""

    imported: int
    refused: list[int] = Field(description="Numbers of the lines that are no products.")


@router.post("/imports", max_body_size=10_000_000, dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed])
async def import_downloads(
    table: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)], products: Products
) -> ImportReport:
    """Sell the downloads in a table; lines that do not fit are passed over.

    It is CSV: SKU, title, price in cents, megabytes.
    """
    imported, refused = 0, list[int]()
    for number, row in read_rows(table):
        try:
            sku, title, price, megabytes = row
            item = Download.model_validate_strings(
                {"kind": "download", "sku": sku, "title": title, "price": price, "megabytes": megabytes}
            )
            await create_product(item, products)
        except (ValueError, Taken):
            refused.append(number)
        else:
            imported += 1
    return ImportReport(imported=imported, refused=refused)


def read_rows(table: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not empty, with their numbers."""
    for number, line in enumerate(table.decode(errors="replace").splitlines(), start=1):
        if line.strip():
            yield number, next(csv.reader([line]))
