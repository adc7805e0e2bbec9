"""Categories: a model that contains itself."""

from typing import Annotated

from bolide import APIRouter, Depends, Field, Model, Path
from shop.access import NEEDS_PRODUCTS, NotAllowed
from shop.errors import NotFound

router = APIRouter(prefix="/categories", tags=["categories"])


class Category(Model):
    """A category with those below it."""

    name: str = Field(min_length=1, max_length=40)
    children: list["Category"] = Field(default=[], max_length=20)


async def make_tree() -> dict[str, Category]:
    """Return the categories at the top, by slug."""
    return {"books": Category(name="Books", children=[Category(name="Novels")])}


Tree = Annotated[dict[str, Category], Depends(make_tree, scope="app")]
Slug = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}$", examples=["books"])]


@router.get("")
async def list_categories(tree: Tree) -> dict[str, Category]:
    """Return all categories, by slug."""
    return tree


@router.get("/{slug}", raises=[NotFound])
async def read_category(slug: Slug, tree: Tree) -> Category:
    if slug not in tree:
        raise NotFound(detail=f"There is no category {slug}")
    return tree[slug]


@router.put("/{slug}", dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed])
async def put_category(slug: Slug, category: Category, tree: Tree) -> Category:
    """Add or replace a category and all below it."""
    tree[slug] = category
    return category


@router.delete("/{slug}", status_code=204, dependencies=[NEEDS_PRODUCTS], raises=[NotAllowed, NotFound])
async def delete_category(slug: Slug, tree: Tree) -> None:
    if tree.pop(slug, None) is None:
        raise NotFound(detail=f"There is no category {slug}")
