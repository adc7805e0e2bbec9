"""Uploaded files, and which types can hold one."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from bolide.concurrency import run_in_threadpool, run_to_free
from bolide.validation.custom_types import TypeSpec
from bolide.validation.tree import BytesNode, CustomNode, Node, TypeTree

__all__ = ["FormEntries", "UploadFile", "close_files", "holds_upload", "takes_file"]


class UploadFile:
    """A file of a form.

    The framework closes it when the request is over. What it has on disk is read and written in threads.

    Args:
        file: A binary file, at its beginning.
        size: Its length in bytes, None when unknown.
        filename: The name that the client gives it, without folders; never to be trusted as a path.
        headers: Header fields of its part, names in lower case.

    Attributes:
        content: All of it, if the framework has read it because something takes the bytes; else None.
    """

    __slots__ = ("content", "file", "filename", "headers", "size")

    def __init__(
        self,
        file: BinaryIO,
        *,
        size: int | None = None,
        filename: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.file = file
        self.size = size
        self.filename = filename
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.content: bytes | None = None

    @property
    def content_type(self) -> str | None:
        """Return the media type that the client says the file has."""
        return self.headers.get("content-type")

    @property
    def is_empty_input(self) -> bool:
        """Tell whether it stands for a file input in which nobody has chosen a file (HTML §4.10.21.4)."""
        return self.filename == "" and self.size == 0

    async def read(self, size: int = -1) -> bytes:
        """Return the next *size* bytes, or all that are left."""
        data: bytes = await self._run(self.file.read, size)
        return data

    async def write(self, data: bytes) -> None:
        """Write *data* at the current position."""
        if self.size is not None:
            self.size += len(data)
        await self._run(self.file.write, data)

    async def seek(self, offset: int) -> None:
        """Go to *offset*, in bytes from the beginning."""
        await self._run(self.file.seek, offset)

    async def close(self) -> None:
        """Close the file, whatever is cancelled meanwhile; what was on disk is gone then."""
        if self._may_wait:
            await run_to_free(self.file.close)
        else:
            self.file.close()

    @property
    def _may_wait(self) -> bool:
        # Only files of our own tell that they are in memory, where nothing waits for a disk.
        return bool(getattr(self.file, "_rolled", True))

    async def _run(self, function: Any, *arguments: Any) -> Any:
        if self._may_wait:
            return await run_in_threadpool(function, *arguments)
        return function(*arguments)

    def __repr__(self) -> str:
        return f"UploadFile(filename={self.filename!r}, size={self.size!r})"

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return _UPLOAD

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> dict[str, Any]:
        return {"type": "is-instance", "cls": cls, "cls_repr": cls.__name__}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        return dict(_BINARY)


def _refuse(value: object) -> UploadFile:
    raise ValueError(f"Expected UploadFile, received: {type(value)}")


FormEntries = dict[str, list[str | UploadFile]]
"""The entries of a form by name, in order."""

_BINARY: Final = {"type": "string", "contentMediaType": "application/octet-stream"}
_UPLOAD: Final = TypeSpec(load=_refuse, schema=_BINARY)


def close_files(entries: FormEntries) -> None:
    """Close every file of a form."""
    for items in entries.values():
        for item in items:
            if isinstance(item, UploadFile):
                item.file.close()


def holds_upload(tree: TypeTree) -> bool:
    """Tell whether a value of the type has an :class:`UploadFile` anywhere."""
    return tree.reaches(tree.root, _is_upload)


def takes_file(tree: TypeTree, node: Node) -> bool:
    """Tell whether an uploaded file may stand for *node*: as an object, or its content as bytes."""
    return tree.reaches(node, lambda inner: isinstance(inner, BytesNode) or _is_upload(inner))


def _is_upload(node: Node) -> bool:
    return isinstance(node, CustomNode) and inspect.isclass(node.cls) and issubclass(node.cls, UploadFile)
