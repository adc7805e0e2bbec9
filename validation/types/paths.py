"""Paths of the file system, and what may stand at them."""

from __future__ import annotations

import os
import pathlib
from functools import cache
from typing import Annotated, Any, Final, Literal

import msgspec

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError

__all__ = ["DirectoryPath", "FilePath", "NewPath", "PathType", "SocketPath", "path_spec"]


@cache
def path_spec(cls: type[Any]) -> TypeSpec:
    """Return how paths of the class *cls* are read: from text."""
    made: Any = pathlib.PurePath if cls is os.PathLike else cls

    def load_path(value: Any) -> Any:
        if isinstance(value, str):
            return made(value)
        raise CustomError("path_type", f"Input is not a valid path for {cls}")

    schema = {"type": "string", "format": "path"}
    return TypeSpec(load=load_path, dump=os.fspath, schema=schema, label="path")


class PathType(msgspec.Struct, frozen=True):
    """What must stand at a path; metadata for ``Annotated[Path, ...]``.

    ``new`` means that nothing does, but the directory is there.
    """

    path_type: Literal["file", "dir", "new", "socket"]

    def __bolide_type__(self, hint: Any) -> TypeSpec:
        check = _CHECKS[self.path_type]

        def load_path(path: pathlib.Path) -> pathlib.Path:
            try:
                check(path)
            except OSError as error:  # a name that is too long, or a directory that nobody may look into
                message = "Path cannot be looked at: {error}"
                raise CustomError("path_type", message, {"error": error.strerror or str(error)}) from None
            return path

        type_format = _FORMATS.get(self.path_type, "path")
        return TypeSpec(wire=hint, value=hint, load=load_path, schema={"format": type_format}, label="path")


def _check_file(path: pathlib.Path) -> None:
    if not path.is_file():
        raise CustomError("path_not_file", "Path does not point to a file")


def _check_directory(path: pathlib.Path) -> None:
    if not path.is_dir():
        raise CustomError("path_not_directory", "Path does not point to a directory")


def _check_socket(path: pathlib.Path) -> None:
    if not path.is_socket():
        raise CustomError("path_not_socket", "Path does not point to a socket")


def _check_new(path: pathlib.Path) -> None:
    if path.exists():
        raise CustomError("path_exists", "Path already exists")
    if not path.parent.exists():
        raise CustomError("parent_does_not_exist", "Parent directory does not exist")


_CHECKS: Final = {
    "file": _check_file,
    "dir": _check_directory,
    "new": _check_new,
    "socket": _check_socket,
}
_FORMATS: Final = {"file": "file-path", "dir": "directory-path"}

FilePath = Annotated[pathlib.Path, PathType("file")]
"""A path at which a file stands."""

DirectoryPath = Annotated[pathlib.Path, PathType("dir")]
"""A path at which a directory stands."""

NewPath = Annotated[pathlib.Path, PathType("new")]
"""A path at which nothing stands, in a directory that is there."""

SocketPath = Annotated[pathlib.Path, PathType("socket")]
"""A path at which a Unix socket stands."""
