"""Encode values whose every type is exactly the declared one; hand over all others.

Owns which promises of models spare a comparison (see ``guard``), and what happens when they are broken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from bolide.validation.codegen import Namespace
from bolide.validation.encode import compile_collection_encoder, compile_encoder
from bolide.validation.guard import promised_types
from bolide.validation.response_printer import ResponsePrinter
from bolide.validation.tree import ArrayNode, MapNode, RecordNode, TypeTree

__all__ = ["Otherwise", "compile_exact_encoder", "default_encoder"]

_MOST_PROMISING: Final = 8  # models whose promises one encoder asks about


class Otherwise(Protocol):
    """Encodes what is not exact."""

    def __call__(self, value: Any, /) -> bytes: ...

    def refusal(self, value: object, error: RecursionError | UnicodeError) -> Exception:
        """Return what to raise for a *value* that has no JSON form."""
        ...


def compile_exact_encoder(
    tree: TypeTree,
    otherwise: Otherwise,
    *,
    encode: Callable[[Any], bytes] | None = None,
    careful: bool = False,
    derived: bool = False,
) -> Callable[[object], bytes]:
    """Return a function that encodes values of *tree*.

    Args:
        tree: The declared type.
        otherwise: Encodes a value that is not exact.
        encode: Encodes an exact value; left out, msgspec does.
        careful: Compare what models promise, too.
        derived: Take instances of subclasses for exact; then *encode* must write declared fields only.
    """
    encode = encode or default_encoder(tree)
    namespace = Namespace(reserved=frozenset({"value", "encode_response", "error"}))
    namespace.bind("encode", encode)
    namespace.bind("encode_filtered", otherwise)
    namespace.bind("refusal", otherwise.refusal)
    promising = () if careful or derived else _promising_models(tree)
    if promising:
        namespace.bind("encode_carefully", _Careful(tree, otherwise, encode))
    return ResponsePrinter(tree, namespace, promising, derived=derived).compile()


def default_encoder(tree: TypeTree) -> Callable[[Any], bytes]:
    """Return the encoder that fits the size that values of *tree* have as a rule."""
    is_collection = isinstance(tree.root, ArrayNode | MapNode)
    return compile_collection_encoder(tree) if is_collection else compile_encoder(tree)


class _Careful:
    """Encode without relying on promises; compiled at the first call."""

    __slots__ = ("_arguments", "_compiled")

    def __init__(self, tree: TypeTree, otherwise: Otherwise, encode: Callable[[Any], bytes]) -> None:
        self._arguments = (tree, otherwise, encode)
        self._compiled: Callable[[object], bytes] | None = None

    def __call__(self, value: object) -> bytes:
        if self._compiled is None:
            tree, otherwise, encode = self._arguments
            self._compiled = compile_exact_encoder(tree, otherwise, encode=encode, careful=True)
        return self._compiled(value)


def _promising_models(tree: TypeTree) -> tuple[Any, ...]:
    """Return the models of *tree* whose promises spare comparisons; none when they are too many to ask."""
    models = [
        record
        for record in tree.definitions.values()
        if isinstance(record, RecordNode) and record.kind == "model"
    ]
    spared = any(promised_types(field, tree) for model in models for field in model.fields)
    return tuple(model.cls for model in models) if spared and len(models) <= _MOST_PROMISING else ()
