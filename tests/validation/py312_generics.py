"""Generic models with the type parameters of Python 3.12; ``test_generics`` runs this where it can."""

from bolide.validation.model import Model


class Page[T](Model):
    items: list[T]
    following: "Page[T] | None" = None


class NamedPage[T, U](Page[T]):
    name: U


def check() -> None:
    page = Page[int].model_validate({"items": ["1"], "following": {"items": [2.0]}})
    assert page == Page[int](items=[1], following=Page[int](items=[2]))
    assert NamedPage[int, str](items=[], name="a").model_dump() == {
        "items": [],
        "following": None,
        "name": "a",
    }
    assert NamedPage[int, str].__name__ == "NamedPage[int, str]"
