"""Decide for each parameter where its value comes from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any, Final

from bolide._plan import Input
from bolide._response import Response
from bolide._signature import NO_HINT, Parameter
from bolide.params import Body, Cookie, Depends, Header, Location, Param, Path, Query
from bolide.requests import Request
from bolide.validation.build import build_tree
from bolide.validation.fields import FieldInfo
from bolide.validation.function_nodes import without_functions
from bolide.validation.hints import TypeHintError, describe_hint, split_annotated
from bolide.validation.strings import StringParser
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    CustomNode,
    MapNode,
    Node,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

__all__ = ["BindingError", "bind", "is_request", "split_marker"]

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

_LOCATIONS: Final[dict[type[Param], Location]] = {
    Path: "path",
    Query: "query",
    Header: "header",
    Cookie: "cookie",
    Body: "body",
}


class BindingError(ValueError):
    """A parameter cannot be bound; who catches it knows the function, file and line."""


def is_request(hint: Any) -> bool:
    """Tell whether a parameter of this type receives the request object."""
    return isinstance(hint, type) and issubclass(hint, Request)


def split_marker(parameter: Parameter) -> tuple[Parameter, Param | Depends | None]:
    """Take the marker out of a parameter's default or ``Annotated`` metadata; the last one wins.

    Raises:
        BindingError: markers stand in both places, or one in ``Annotated`` has a default.
    """
    bare, metadata = split_annotated(parameter.hint)
    markers = [item for item in metadata if isinstance(item, Param | Depends)]
    rest = tuple(item for item in metadata if not isinstance(item, Param | Depends))
    hint = Annotated[(bare, *rest)] if rest else bare
    if isinstance(parameter.default, Param | Depends):
        if markers:
            raise BindingError(f"parameter {parameter.name!r} has a marker in Annotated and as its default")
        marker = parameter.default
        default = marker.field.default if isinstance(marker, Param) else NO_DEFAULT
        return replace(parameter, hint=hint, default=default), marker
    if not markers:
        return replace(parameter, hint=hint), None
    marker = markers[-1]
    if isinstance(marker, Param) and marker.field.default is not NO_DEFAULT:
        raise BindingError(
            f"parameter {parameter.name!r}: {type(marker).__name__}() in Annotated takes no default; "
            f"write '= {marker.field.default!r}' after the annotation"
        )
    return replace(parameter, hint=hint), marker


def bind(parameter: Parameter, marker: Param | None, path_parameters: Collection[str]) -> Input:
    """Return the input that *parameter* reads.

    Without a marker: a name in the path template is a path parameter, a type that fits into one string is
    a query parameter, anything else is the body.

    Raises:
        BindingError: the type cannot be validated, or cannot come from where the marker says.
    """
    field = FieldInfo() if marker is None else marker.field
    hint: Any = Any if parameter.hint is NO_HINT else parameter.hint
    if inspect.isclass(hint) and issubclass(hint, Response):
        raise BindingError(
            f"parameter {parameter.name!r}: a {hint.__name__} cannot be injected; declare it as Response to "
            f"set headers, cookies and the status"
        )
    try:
        tree = build_tree(hint if marker is None else Annotated[hint, field])
    except TypeHintError as error:
        raise BindingError(f"parameter {parameter.name!r}: {error}") from error
    if marker is None:
        marker = _infer(parameter.name, tree, path_parameters)
    location = _LOCATIONS[type(marker)]
    wire_name = _wire_name(parameter.name, marker)
    _check_path(parameter, wire_name, location, path_parameters)
    multiple = False
    if location != "body":
        try:
            multiple = StringParser(tree).multiple
        except TypeError as error:
            shown = describe_hint(parameter.hint)
            raise BindingError(
                f"{location} parameter {parameter.name!r}: {shown} cannot be read from text"
            ) from error
    if multiple and location in ("path", "cookie"):
        raise BindingError(f"{location} parameter {parameter.name!r} is one value, not a list")
    return Input(
        name=parameter.name,
        location=location,
        wire_name=wire_name,
        tree=tree,
        param=marker,
        default=parameter.default,
        default_factory=field.default_factory,
        multiple=multiple,
    )


def _infer(name: str, tree: TypeTree, path_parameters: Collection[str]) -> Param:
    if name in path_parameters:
        return Path(field=FieldInfo())
    if _fits_one_string(tree.root, tree):
        return Query(field=FieldInfo())
    return Body(field=FieldInfo())


def _fits_one_string(node: Node, tree: TypeTree) -> bool:
    node = tree.resolve(without_functions(node))
    if isinstance(node, UnionNode):
        return all(_fits_one_string(option, tree) for option in node.options)
    if isinstance(node, CustomNode):
        return not node.spec.is_record
    return isinstance(node, AnyNode) or not isinstance(node, RecordNode | MapNode | ArrayNode | TupleNode)


def _check_path(
    parameter: Parameter, wire_name: str, location: Location, path_parameters: Collection[str]
) -> None:
    name = parameter.name
    if location == "path":
        if wire_name not in path_parameters:
            raise BindingError(f"path parameter {wire_name!r} is not in the path")
        if parameter.default is not NO_DEFAULT:
            raise BindingError(f"path parameter {name!r} has a default, but the path always has it")
    elif name in path_parameters:
        raise BindingError(f"parameter {name!r} is in the path; it cannot be a {location} parameter")


def _wire_name(name: str, marker: Param) -> str:
    """Return the name in the request.

    Raises:
        BindingError: no header or cookie can have this name (RFC 9110 §5.6.2).
    """
    wire_name = _declared_name(name, marker)
    if isinstance(marker, Header | Cookie) and _TOKEN.fullmatch(wire_name) is None:
        raise BindingError(f"parameter {name!r}: {wire_name!r} cannot be the name of a header or cookie")
    return wire_name


def _declared_name(name: str, marker: Param) -> str:
    if marker.field.alias is not None:
        alias: str = marker.field.alias
        return alias.lower() if isinstance(marker, Header) else alias
    if isinstance(marker, Header):
        return (name.replace("_", "-") if marker.convert_underscores else name).lower()
    return name
