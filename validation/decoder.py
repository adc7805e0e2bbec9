"""Build msgspec decoders from type trees.

Owns the one moment at which msgspec reads a Model's annotations.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bolide.validation.finishing import finishing_decode
from bolide.validation.labels import node_label
from bolide.validation.lower import Lowering
from bolide.validation.placeholder import decode_lax, decode_strict, is_placeholder
from bolide.validation.records import MODEL_DECLARATION, ModelDeclaration
from bolide.validation.tree import AnyNode, MapNode, Node, RecordNode, RefNode, StrNode, TypeTree

if TYPE_CHECKING:
    from _collections_abc import dict_items

__all__ = ["build_decoder", "build_msgpack_decoder", "convertible_records"]

# Lowering a class and filling msgspec's cache for it is one step for all threads.
_PRIMING: Final = threading.RLock()
_PRIMED_TWIN: Final = "__bolide_primed__"


def build_decoder(tree: TypeTree, *, strict: bool = False) -> Callable[[bytes], Any]:
    """Return what decodes JSON, and accepts only what the walker of *tree* does, with the same value.

    Args:
        tree: What to decode.
        strict: Handed on to the walkers of placeholders; msgspec itself never coerces here.

    Raises:
        TypeError: msgspec refuses the lowered type, or has read a Model's own annotations before.
    """
    return _build(msgspec.json.Decoder, tree, strict=strict)


def build_msgpack_decoder(tree: TypeTree, *, strict: bool = False) -> Callable[[bytes], Any]:
    """Return the same as :func:`build_decoder` for MessagePack."""
    return _build(msgspec.msgpack.Decoder, tree, strict=strict)


def _build(make: Callable[..., Any], tree: TypeTree, *, strict: bool) -> Callable[[bytes], Any]:
    with _PRIMING:
        lowering = Lowering(tree, strict=strict)
        plan = lowering.root_plan()
        _prime_models(tree, lowering)
        decode: Callable[[bytes], Any] = make(
            plan.lowered, dec_hook=decode_strict if strict else decode_lax
        ).decode
    if not plan.steps:
        return decode
    return finishing_decode(decode, plan, label=f"decoder of {node_label(tree, tree.root)}")


def convertible_records(tree: TypeTree) -> frozenset[Any]:
    """Return the classes of *tree* that ``msgspec.convert`` makes from JSON values as the decoder would.

    Only those that need none of its options: each costs 0.2 µs per call, as much as the conversion; and that
    keep no unknown keys, because these are why the decoder gave up. It must have been built before.
    """
    lowering = Lowering(tree)
    targets = {id(definition): target for target, definition in tree.definitions.items()}

    def needs_options(node: Node) -> bool:
        if isinstance(node, MapNode) and not isinstance(node.keys, StrNode | AnyNode):
            return True
        if isinstance(node, RecordNode) and node.extra == "allow":
            return True
        reference = RefNode(target=targets[id(node)]) if id(node) in targets else node
        lowered = lowering.lower(reference)
        # What a dataclass with a twin reads is not what its own annotations say.
        has_twin = isinstance(node, RecordNode) and node.kind == "dataclass" and lowered is not node.cls
        return has_twin or is_placeholder(lowered)

    return frozenset(
        target
        for target, definition in tree.definitions.items()
        if isinstance(definition, RecordNode)
        and definition.kind != "typed_dict"
        and not tree.reaches(definition, needs_options)
    )


def _prime_models(tree: TypeTree, lowering: Lowering) -> None:
    """Make msgspec read the lowered types as the annotations of every Model in *tree*.

    It resolves them at a class's first decoder and keeps the result in C for good, so what users see in
    ``__annotations__`` is put back at once.
    """
    lowered: dict[Any, _LoweredAnnotations] = {}
    for record in tree.definitions.values():
        if isinstance(record, RecordNode) and record.kind == "model" and not _declaration(record.cls).primed:
            lowered[record.cls] = _LoweredAnnotations(
                {field.name: lowering.lower(field.node) for field in record.fields}
            )
    twins: set[Any] = set()
    for twin in lowering.twins:  # which grows meanwhile: fields may lead to further twins
        if twin.cls not in twins and _PRIMED_TWIN not in twin.cls.__dict__:
            twins.add(twin.cls)
            lowered[twin.cls] = _LoweredAnnotations(twin.annotations(lowering.lower))
    with _replaced_annotations(lowered):
        for cls, annotations in lowered.items():
            msgspec.json.Decoder(cls, dec_hook=decode_lax)
            if not annotations.were_read:
                raise TypeError(
                    f"{cls.__qualname__} was given to msgspec before: its constraints are unknown there"
                )
            if cls in twins:
                setattr(cls, _PRIMED_TWIN, True)
            else:
                _declaration(cls).primed = True


class _LoweredAnnotations(dict[str, Any]):
    """Annotations that know whether msgspec has read them, or had read others before."""

    were_read = False

    def items(self) -> dict_items[str, Any]:
        self.were_read = True
        return super().items()


def _declaration(cls: Any) -> ModelDeclaration:
    declaration: ModelDeclaration = cls.__dict__[MODEL_DECLARATION]
    return declaration


@contextmanager
def _replaced_annotations(replacements: Mapping[Any, Mapping[str, Any]]) -> Generator[None]:
    originals = {cls: inspect.get_annotations(cls) for cls in replacements}
    try:
        for cls, annotations in replacements.items():
            cls.__annotations__ = annotations
        yield
    finally:
        for cls, annotations in originals.items():
            cls.__annotations__ = annotations
