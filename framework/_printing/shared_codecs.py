"""What reads bodies and writes results: one per type, however many handlers need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bolide.validation.adapter import Adapter
from bolide.validation.response import compile_response_encoder
from bolide.validation.tree import TypeTree

__all__ = ["SharedCodecs"]

_Encode = Callable[[Any], bytes]


class SharedCodecs:
    """The adapters and encoders of the handlers that are printed together.

    Routes with the same hint have the same tree, see :func:`~bolide.validation.sharing.share_trees`. Trees
    are told apart by identity: comparing them takes as long as making what is shared.
    """

    __slots__ = ("_adapters", "_encoders")

    def __init__(self) -> None:
        # The trees are kept, so that no other one gets their ids.
        self._adapters: dict[tuple[int, bool], tuple[TypeTree, Adapter[Any]]] = {}
        self._encoders: dict[tuple[int, bool], tuple[TypeTree, _Encode]] = {}

    def adapter(self, tree: TypeTree, *, strict: bool) -> Adapter[Any]:
        """Return what reads values of *tree*."""
        key = (id(tree), strict)
        known = self._adapters.get(key)
        if known is None:
            known = self._adapters[key] = (tree, Adapter[Any](tree, strict=strict))
        return known[1]

    def encoder(self, tree: TypeTree, *, validate: bool, options: Mapping[str, Any]) -> _Encode:
        """Return what encodes values of *tree*; *options* are those of ``response_model_...``.

        Raises:
            TypeError: the type and the options do not go together.
        """
        if options:
            return compile_response_encoder(tree, always_validate=validate, **options)
        key = (id(tree), validate)
        known = self._encoders.get(key)
        if known is None:
            encode = compile_response_encoder(tree, always_validate=validate)
            known = self._encoders[key] = (tree, encode)
        return known[1]
