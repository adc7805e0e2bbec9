"""Decide for each parameter where its value comes from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from bolide._locations import describe
from bolide._planning.form_documents import as_documents
from bolide._planning.json_forms import has_no_json
from bolide._planning.markers import BindingError
from bolide._planning.parameter_models import ParameterModelError, deep_object, parameter_model
from bolide._planning.plan import Input
from bolide._planning.readings import Group, Separated
from bolide._planning.signature import NO_HINT, Parameter
from bolide._reading.forms import why_no_multipart
from bolide._reading.uploads import holds_upload, takes_file
from bolide.params import Body, Cookie, File, Form, Header, Location, Param, Path, Query
from bolide.responses import Response
from bolide.validation.adapter import Adapter
from bolide.validation.aliases import input_paths
from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import FieldInfo, takes_data
from bolide.validation.function_nodes import without_functions
from bolide.validation.hints import TypeHintError, describe_hint
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

__all__ = ["bind"]

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

_LOCATIONS: Final[Mapping[type[Param], Location]] = {
    Path: "path",
    Query: "query",
    Header: "header",
    Cookie: "cookie",
    Body: "body",
    Form: "form",
    File: "form",
}

# OpenAPI 3.1 §4.8.12.3: what stands between the items of a list that is one parameter.
_SEPARATORS: Final[Mapping[str, str]] = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def bind(parameter: Parameter, marker: Param | None, path_parameters: Collection[str]) -> Input:
    """Return the input that *parameter* reads.

    Without a marker: a name in the path template is a path parameter, a type that fits into one string is
    a query parameter, anything else is the body.

    Raises:
        BindingError: the type cannot be validated, or cannot come from where the marker says.
    """
    _check_default(parameter)
    field = FieldInfo() if marker is None else marker.field
    tree = _tree(parameter, None if marker is None else marker.field)
    if marker is None:
        marker = _infer(parameter.name, tree, path_parameters)
    location = _LOCATIONS[type(marker)]
    names = _names(parameter.name, marker, path_parameters)
    _check_path(parameter, names[0], location, path_parameters)
    bound = Input(
        name=parameter.name,
        location=location,
        wire_name=names[0],
        other_names=names[1:],
        tree=tree,
        param=marker,
        default=parameter.default,
        default_factory=field.default_factory,
    )
    bound = _with_valid_default(bound, field)
    _check_files(bound)
    return bound if location == "body" else _as_text(bound, parameter)


def _tree(parameter: Parameter, field: FieldInfo | None) -> TypeTree:
    hint: Any = Any if parameter.hint is NO_HINT else parameter.hint
    if inspect.isclass(hint) and issubclass(hint, Response):
        raise BindingError(
            f"parameter {parameter.name!r}: a {hint.__name__} cannot be injected; declare it as Response to "
            f"set headers, cookies and the status"
        )
    try:
        tree = build_tree(hint if field is None else Annotated[hint, field])
    except TypeHintError as error:
        message = f"parameter {parameter.name!r}: {error}"
        is_unknown = inspect.isclass(hint) and str(error).startswith(f"{hint.__name__} is not a type")
        if is_unknown and not hint.__module__.startswith("bolide."):
            message += f". If it is made for each request, write Annotated[{hint.__name__}, Depends()]"
        raise BindingError(message, code="B009") from error
    if has_no_json(tree):
        shown = describe_hint(parameter.hint)
        raise BindingError(
            f"parameter {parameter.name!r}: no request holds {shown}; make it by Depends()", code="B009"
        )
    return tree


def _as_text(bound: Input, parameter: Parameter) -> Input:
    """Return the input with the way in which it is read from strings."""
    marker, location = bound.param, bound.location
    if isinstance(marker, Query) and marker.style == "deepObject":
        reading = deep_object(bound.tree)
        if reading is None:
            raise BindingError(
                f"query parameter {bound.name!r}: style 'deepObject' reads records and dictionaries"
            )
        return replace(bound, reading=reading)
    if location != "path" and (model := _model(bound)) is not None:
        group, tree = model
        if location != "form":
            return replace(bound, tree=tree, reading=group)
        has_files = any(field.takes_file for field in group.fields)
        return replace(bound, tree=tree, reading=group, takes_file=has_files, declared_tree=bound.tree)
    if location == "form" and (documents := _documents(bound)) is not None:
        bound = replace(bound, tree=documents, declared_tree=bound.tree)
    if (foreign := _foreign_record(bound.tree)) is not None:
        raise BindingError(
            f"{location} parameter {bound.name!r}: {foreign} is no model with fields that could be "
            f"parameters; declare it as one, or as the body"
        )
    try:
        multiple = StringParser(bound.tree).multiple
    except TypeError as error:
        shown = describe_hint(parameter.hint)
        raise BindingError(
            f"{location} parameter {bound.name!r}: {shown} cannot be read from text", code="B009"
        ) from error
    if isinstance(marker, Query) and not marker.explode:
        if not multiple:
            raise BindingError(f"query parameter {bound.name!r}: explode=False is for lists, sets and tuples")
        return replace(bound, reading=Separated(_SEPARATORS[marker.style]))
    if multiple and location in ("path", "cookie"):
        raise BindingError(f"{location} parameter {bound.name!r} is one value, not a list")
    takes_files = location == "form" and takes_file(bound.tree, bound.tree.root)
    takes_content = takes_files and not holds_upload(bound.tree)
    return replace(bound, multiple=multiple, takes_file=takes_files, takes_content=takes_content)


def _documents(bound: Input) -> TypeTree | None:
    try:
        return as_documents(bound.tree)
    except ValueError as error:
        raise BindingError(f"form parameter {bound.name!r}: {error}") from error


def _foreign_record(tree: TypeTree) -> str | None:
    """Return the name of a type that stands for an object, such as a root model, and has no fields."""
    root = without_functions(tree.root)
    options = root.options if isinstance(root, UnionNode) else (root,)
    for option in map(without_functions, options):
        if isinstance(option, CustomNode) and option.spec.is_record:
            return describe_hint(option.cls)
    return None


def _model(bound: Input) -> tuple[Group, TypeTree] | None:
    marker = bound.param
    converts = isinstance(marker, Header) and marker.convert_underscores
    try:
        return parameter_model(bound.tree, bound.location, convert_underscores=converts)
    except (ParameterModelError, TypeHintError) as error:
        raise BindingError(f"{bound.location} parameter {bound.name!r}: {error}") from error


def _infer(name: str, tree: TypeTree, path_parameters: Collection[str]) -> Param:
    if name in path_parameters:
        return Path(field=FieldInfo())
    if _is_upload(tree):
        return File(field=FieldInfo())
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


def _is_upload(tree: TypeTree) -> bool:
    """Tell whether the type is that of a file, or of several."""
    if not holds_upload(tree):
        return False
    try:
        StringParser(tree)
    except TypeError:  # a record with files in it
        return False
    return True


def _check_files(bound: Input) -> None:
    """Refuse files that do not come from forms, and those of forms without the package that reads them."""
    if bound.location != "form":
        if holds_upload(bound.tree):
            raise BindingError(
                f"parameter {bound.name!r} holds an UploadFile, which only a form has; mark it with Form()"
            )
        return
    takes_files = isinstance(bound.param, File) or holds_upload(bound.tree)
    if takes_files and (reason := why_no_multipart()) is not None:
        raise BindingError(f"parameter {bound.name!r}: {reason}")


def _check_default(parameter: Parameter) -> None:
    default: Any = parameter.default
    if inspect.isroutine(default) or inspect.isclass(default):
        raise BindingError(
            f"parameter {parameter.name!r} has {describe(default)} as its default; "
            f"a dependency is declared with Depends({default.__name__})",
            code="B003",
        )


def _check_path(
    parameter: Parameter, wire_name: str, location: Location, path_parameters: Collection[str]
) -> None:
    name = parameter.name
    if location == "path":
        if wire_name not in path_parameters:
            advice = f"write '{{{wire_name}}}' there, or read it with Query()"
            raise BindingError(f"path parameter {wire_name!r} is not in the path; {advice}", code="B005")
        if parameter.default is not NO_DEFAULT:
            message = f"path parameter {name!r} has a default, but the path always has it; leave it out"
            raise BindingError(message, code="B005")
    elif name in path_parameters:
        message = f"parameter {name!r} is in the path; it cannot be a {location} parameter"
        raise BindingError(message, code="B005")


def _with_valid_default(bound: Input, field: FieldInfo) -> Input:
    """Return the input with a default that was validated, where the field asks for it."""
    factory = bound.default_factory
    if factory is None:
        if not field.validate_default or bound.default is NO_DEFAULT:
            return bound
        try:
            return replace(bound, default=Adapter[Any](bound.tree).validate(bound.default))
        except ValidationError as error:
            raise BindingError(f"parameter {bound.name!r}: its default is not valid: {error}") from error
    if bound.default is not NO_DEFAULT:
        raise BindingError(f"parameter {bound.name!r} has a default and a default_factory; only one counts")
    if takes_data(factory):
        raise BindingError(f"parameter {bound.name!r}: its default_factory is called without arguments")
    if not field.validate_default:
        return bound
    return replace(bound, default_factory=_validating_factory(factory, bound.tree))


def _validating_factory(factory: Callable[[], Any], tree: TypeTree) -> Callable[[], Any]:
    adapter = Adapter[Any](tree)

    def make_valid_default() -> Any:
        return adapter.validate(factory())

    return make_valid_default


def _names(name: str, marker: Param, path_parameters: Collection[str]) -> tuple[str, ...]:
    """Return the names in the request, in the order in which they are tried.

    Raises:
        BindingError: no header or cookie can have such a name (RFC 9110 §5.6.2), or a place inside of a value
            is named.
    """
    field = marker.field
    if field.validation_alias is None:
        names: tuple[str, ...] = (field.alias or _own_name(name, marker),)
    else:
        paths = input_paths(field.validation_alias)
        if any(len(path) != 1 for path in paths):
            raise BindingError(
                f"parameter {name!r}: an AliasPath leads into a value; name the parameter itself"
            )
        names = tuple(str(path[0]) for path in paths)
    if isinstance(marker, Path):
        # Routes of one function may have templates with other names.
        names = tuple(each for each in names if each in path_parameters)[:1] or names[:1]
    for each in names:
        if isinstance(marker, Header | Cookie) and _TOKEN.fullmatch(each) is None:
            raise BindingError(f"parameter {name!r}: {each!r} cannot be the name of a header or cookie")
    return names


def _own_name(name: str, marker: Param) -> str:
    if isinstance(marker, Header) and marker.convert_underscores:
        return name.replace("_", "-")
    return name
