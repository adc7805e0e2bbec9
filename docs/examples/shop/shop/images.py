"""Images of products: uploads and downloads."""

from typing import Annotated

from bolide import APIRouter, Depends, Form, Model, UploadFile
from bolide.responses import Response
from shop.access import NEEDS_PRODUCTS, NotAllowed
from shop.errors import NotFound
from shop.products import ProductId, Products
from shop.tables import Table

router = APIRouter(prefix="/products/{product_id}/images", tags=["images"], raises=[NotFound])


class Image(Model):
    """What is known of an image."""

    id: int
    product_id: int
    caption: str
    size: int


class StoredImage(Image):
    """An image with its bytes."""

    content: bytes


async def make_images() -> Table[StoredImage]:
    return Table("image")


Images = Annotated[Table[StoredImage], Depends(make_images, scope="app")]


class ImageResponse(Response):
    """The bytes of an image; what a client says of their type is not repeated."""

    media_type = "application/octet-stream"


@router.post("", status_code=201, max_body_size=1_000_000, dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed])
async def add_image(
    product_id: ProductId,
    products: Products,
    images: Images,
    file: UploadFile,
    caption: Annotated[str, Form(max_length=80)] = "",
) -> Image:
    products[product_id]
    content = await file.read()
    return images.add(
        lambda number: StoredImage(
            id=number, product_id=product_id, caption=caption, size=len(content), content=content
        )
    )


@router.get("")
async def list_images(product_id: ProductId, products: Products, images: Images) -> list[Image]:
    products[product_id]
    return [each for each in images if each.product_id == product_id]


@router.get("/{image_id}", response_class=ImageResponse)
async def read_image(product_id: ProductId, image_id: int, images: Images) -> bytes:
    return find_image(product_id, image_id, images).content


@router.delete("/{image_id}", status_code=204, dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed])
async def delete_image(product_id: ProductId, image_id: int, images: Images) -> None:
    del images[find_image(product_id, image_id, images).id]


def find_image(product_id: int, image_id: int, images: Table[StoredImage]) -> StoredImage:
    """Return an image of a product.

    Raises:
        NotFound: the product has no such image.
    """
    if images[image_id].product_id != product_id:
        raise NotFound(detail=f"Product {product_id} has no image {image_id}")
    return images[image_id]
