"""What is measured, declared once for both libraries.

Each function takes a library (:data:`BOLIDE` or :data:`PYDANTIC`) and declares the same classes with it.
Annotations are evaluated at once here (no ``from __future__ import annotations``), because they name
what the functions define.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any, Final, Literal

import pydantic

import bolide
from bolide.validation.adapter import Adapter

__all__ = [
    "BOLIDE",
    "PYDANTIC",
    "Library",
    "decoder",
    "product",
    "product_with_after_validator",
    "product_with_before_validator",
    "product_with_model_validator",
    "product_with_pattern",
    "public_products",
    "shapes",
    "wide",
]


class Library:
    """The names that both libraries have in common."""

    def __init__(self, *modules: Any, model: type[Any]) -> None:
        self._modules = modules
        self.Model: Any = model

    def __getattr__(self, name: str) -> Any:
        for module in self._modules:
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"{self._modules[0].__name__} has no {name}")


def _modules(*names: str) -> list[Any]:
    """Return the modules that exist."""
    return [import_module(name) for name in names if find_spec(name) is not None]


BOLIDE: Final = Library(*_modules("bolide", "bolide.types"), model=bolide.Model)
PYDANTIC: Final = Library(pydantic, model=pydantic.BaseModel)


def decoder(library: Library, hint: Any) -> Callable[[bytes], Any]:
    """Return the function of *library* that reads JSON text as *hint*."""
    if library is BOLIDE:
        return Adapter(hint).decode_json
    return pydantic.TypeAdapter(hint).validate_json


def product(library: Library) -> Any:
    """Declare five fields with constraints."""
    field = library.Field

    class Product(library.Model):  # type: ignore[misc, name-defined]
        id: int = field(ge=1)
        name: str = field(min_length=1, max_length=40)
        price: float = field(gt=0)
        sku: str = field(min_length=8, max_length=8)
        tags: list[str] = field(max_length=10)

    return Product


def product_with_pattern(library: Library) -> Any:
    """Declare the same with a regular expression."""
    field = library.Field

    class MatchedProduct(library.Model):  # type: ignore[misc, name-defined]
        id: int = field(ge=1)
        name: str = field(min_length=1, max_length=40)
        price: float = field(gt=0)
        sku: str = field(pattern="^[A-Z]{3}-[0-9]{4}$")
        tags: list[str] = field(max_length=10)

    return MatchedProduct


def product_with_after_validator(library: Library) -> Any:
    field = library.Field

    class CheckedProduct(library.Model):  # type: ignore[misc, name-defined]
        id: int = field(ge=1)
        name: str = field(min_length=1, max_length=40)
        price: float = field(gt=0)
        sku: str = field(min_length=8, max_length=8)
        tags: list[str] = field(max_length=10)

        @library.field_validator("name")  # type: ignore[untyped-decorator]
        @classmethod
        def strip_name(cls, value: str) -> str:
            return value.strip()

    return CheckedProduct


def product_with_before_validator(library: Library) -> Any:
    field = library.Field

    class ReadProduct(library.Model):  # type: ignore[misc, name-defined]
        id: int = field(ge=1)
        name: str = field(min_length=1, max_length=40)
        price: float = field(gt=0)
        sku: str = field(min_length=8, max_length=8)
        tags: list[str] = field(max_length=10)

        @library.field_validator("sku", mode="before")  # type: ignore[untyped-decorator]
        @classmethod
        def upper_sku(cls, value: Any) -> Any:
            return value.upper() if isinstance(value, str) else value

    return ReadProduct


def product_with_model_validator(library: Library) -> Any:
    field = library.Field

    class WholeProduct(library.Model):  # type: ignore[misc, name-defined]
        id: int = field(ge=1)
        name: str = field(min_length=1, max_length=40)
        price: float = field(gt=0)
        sku: str = field(min_length=8, max_length=8)
        tags: list[str] = field(max_length=10)

        @library.model_validator(mode="after")  # type: ignore[untyped-decorator]
        def has_price_for_id(self) -> Any:
            if self.price > 1_000_000 and self.id == 1:
                raise ValueError("too expensive")
            return self

    return WholeProduct


def shapes(library: Library) -> Any:
    """Declare a union of five models, told apart by ``kind``."""

    class Circle(library.Model):  # type: ignore[misc, name-defined]
        kind: Literal["circle"]
        x: float
        y: float
        radius: float

    class Square(library.Model):  # type: ignore[misc, name-defined]
        kind: Literal["square"]
        x: float
        y: float
        side: float

    class Line(library.Model):  # type: ignore[misc, name-defined]
        kind: Literal["line"]
        x: float
        y: float
        to_x: float
        to_y: float

    class Text(library.Model):  # type: ignore[misc, name-defined]
        kind: Literal["text"]
        x: float
        y: float
        text: str
        bold: bool = False

    class Group(library.Model):  # type: ignore[misc, name-defined]
        kind: Literal["group"]
        name: str
        members: list[int]

    union = Circle | Square | Line | Text | Group
    return Annotated[union, library.Field(discriminator="kind")]


def public_products(library: Library) -> tuple[Any, Any, Any]:
    """Declare three public fields, a model that adds two, and one that has all five by itself."""

    class PublicProduct(library.Model):  # type: ignore[misc, name-defined]
        id: int
        name: str
        price: float

    class StoredProduct(PublicProduct):
        cost: float
        supplier: str

    class ProductRow(library.Model):  # type: ignore[misc, name-defined]
        id: int
        name: str
        price: float
        cost: float
        supplier: str

    return PublicProduct, StoredProduct, ProductRow


def wide(library: Library) -> Any:
    """Declare ten fields of the usual kinds: the class whose definition is timed."""
    field = library.Field

    class Wide(library.Model):  # type: ignore[misc, name-defined]
        id: int = field(ge=1)
        name: str = field(min_length=1, max_length=40)
        price: float = field(gt=0)
        sku: str = field(pattern="^[A-Z]{3}-[0-9]{4}$")
        tags: list[str] = field(max_length=10)
        note: str | None = None
        active: bool = True
        size: int = 0
        weight: float | None = None
        attributes: dict[str, str] = field(default_factory=dict)

    return Wide
