"""Middleware as declarations: what is called once, and its options, when the application starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Middleware"]


class Middleware:
    """A middleware and its options, for the ``middleware`` of an application, a router or a route.

    Args:
        cls: A class or a function, called once at start-up.
        args: Positional options.
        kwargs: Options by name.
    """

    __slots__ = ("args", "cls", "kwargs")

    def __init__(self, cls: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        self.cls = cls
        self.args = args
        self.kwargs = kwargs

    def __repr__(self) -> str:
        name = getattr(self.cls, "__name__", repr(self.cls))
        options = [repr(each) for each in self.args] + [f"{n}={v!r}" for n, v in self.kwargs.items()]
        return f"Middleware({', '.join([name, *options])})"
