"""One set of names for both frameworks, so that an application is written once.

Every application has the same title, that of neither framework, and Bolide's make operation ids as FastAPI's.
"""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["App", "Names", "bolide_names", "fastapi_names"]


class Names:
    """The names of one framework: ``names.Query``, ``names.Field``, ``names.PlainTextResponse`` …

    Args:
        application: Makes the application.
        model: The class of models.
        modules: Where names are looked for, in this order.
    """

    def __init__(self, application: Callable[..., Any], model: str, modules: tuple[str, ...]) -> None:
        self._application = application
        self._model = model
        self._modules = modules

    def App(self, **options: Any) -> Any:  # noqa: N802 - it stands for a class
        return self._application(**{"title": "Shop", **options})

    def __getattr__(self, name: str) -> Any:
        name = self._model if name == "Model" else name
        for module in map(importlib.import_module, self._modules):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"none of {', '.join(self._modules)} has {name}")


App = Callable[[Names], Any]
"""Declares one small application."""


def bolide_names() -> Names:
    from bolide import Bolide

    modules = ("bolide", "bolide.types", "bolide.responses", "bolide.sse", "bolide.security")
    return Names(partial(Bolide, compatibility="fastapi"), "Model", modules)


def fastapi_names() -> Names:
    from fastapi import FastAPI

    modules = ("fastapi", "pydantic", "fastapi.responses", "fastapi.sse", "fastapi.security")
    return Names(FastAPI, "BaseModel", modules)
