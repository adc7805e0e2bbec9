"""Text that holds a JSON document of a type."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from msgspec.structs import replace

from bolide.validation.adapter import Adapter
from bolide.validation.call_options import ReadKeywords
from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import MESSAGES, CustomError, ValidationError
from bolide.validation.tree import AnyNode, CustomNode, Node, TypeTree

__all__ = ["Json", "json_node", "strict_document"]

T = TypeVar("T")

if TYPE_CHECKING:
    Json = Annotated[T, ...]
else:

    class Json:
        """``Json[T]`` reads a string that holds JSON, and that as T; ``Json`` reads any document."""

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]

        def __bolide_type__(self: Any = None, hint: Any = Any) -> TypeSpec:
            return TypeSpec(
                load=_Document(hint).load,
                value=hint,
                round_trip=_text_of,
                schema={"type": "string", "contentMediaType": "application/json"},
                label="json[{value}]",
                for_call=lambda spec, options: replace(spec, load=_Document(hint, options).load),
            )


def json_node(tree: TypeTree) -> CustomNode:
    """Return the node of a text that holds a document of *tree*; for reading only."""
    return CustomNode(cls=_Document, spec=TypeSpec(load=_Document(tree).load), wire=AnyNode())


def strict_document(node: Node) -> Node:
    """Return *node* reading without conversions if :func:`json_node` made it, any other as it is."""
    if not isinstance(node, CustomNode) or node.cls is not _Document:
        return node
    load: Any = node.spec.load
    document: _Document = load.__self__
    return replace(node, spec=replace(node.spec, load=document.strictly().load))


class _Document:
    """Reads documents of one type, which may not be complete yet when this is made."""

    def __init__(self, hint: Any, options: ReadKeywords | None = None) -> None:
        self._hint = hint
        self._options: ReadKeywords = options or {}

    @cached_property
    def _adapter(self) -> Adapter[Any]:
        return Adapter(self._hint)

    def strictly(self) -> _Document:
        """Return what reads the same documents without conversions."""
        return _Document(self._hint, {**self._options, "strict": True})

    def load(self, text: Any) -> Any:
        """Return what the document *text* holds."""
        if not isinstance(text, str | bytes | bytearray):
            raise CustomError("json_type", "JSON input should be string, bytes or bytearray")
        try:
            data = text.encode() if isinstance(text, str) else bytes(text)
        except UnicodeEncodeError as error:
            raise CustomError("string_unicode", MESSAGES["string_unicode"]) from error
        try:
            return self._adapter.decode_json(data, **self._options)
        except ValidationError as error:
            first = error.errors()[0]
            if first["type"] == "json_invalid":
                raise _invalid(first.get("ctx", {})["error"]) from None
            raise


def _text_of(document: Any) -> str:
    return msgspec.json.encode(document).decode()


def _invalid(reason: str) -> CustomError:
    return CustomError("json_invalid", "Invalid JSON: {error}", {"error": reason})
