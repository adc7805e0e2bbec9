"""Third pass: write the OpenAPI 3.1 document.

Owns the layout of the document. What it says comes from :mod:`bolide.openapi.description`; which types it
needs, how they are called and their schemas come from :mod:`bolide.validation`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bolide.openapi.description import Info, Operation, Parameter, RequestBody, Response
from bolide.openapi.error_schemas import detail_schema, error_schema, problem_schema
from bolide.validation.component_names import component_name, free_name
from bolide.validation.schema_collection import Collection, collect
from bolide.validation.schema_emitter import (
    Mode,
    Schema,
    SchemaEmitter,
    cut_at_form_feed,
    title_of,
)
from bolide.validation.schema_foreign import ForeignDefinitions
from bolide.validation.schema_names import assign_names, display_name
from bolide.validation.schema_shared import is_titled
from bolide.validation.tree import TypeTree

__all__ = ["OPENAPI_VERSION", "build_document"]

OPENAPI_VERSION: Final = "3.1.0"

# The fixed fields of a Path Item Object (OpenAPI 3.1 §4.8.9); other methods cannot be described.
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
# Later methods: OpenAPI 3.2 §4.8.9 has a field for QUERY, 3.1 has extensions (§4.9).
_EXTENSIONS: Final = {"query": "x-query"}
_LOCATIONS: Final = ("path", "query", "header", "cookie")
_COVERS_422: Final = frozenset({"422", "4XX", "default"})
_EXPRESSION: Final = re.compile(r"\{([^{}]+)\}")


def build_document(
    info: Info,
    operations: Iterable[Operation],
    *,
    servers: Iterable[Mapping[str, Any]] = (),
    tags: Iterable[Mapping[str, Any]] = (),
    external_docs: Mapping[str, Any] | None = None,
    problem_details: bool = False,
) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of *operations* as plain JSON data.

    *servers*, *tags* and *external_docs* are objects of the specification (§4.8.5, §4.8.22, §4.8.11) and
    written as they are.

    Paths and operations keep their order, components are sorted by name; the same description gives
    the same document in every process. Of several operations with one path and method the first counts;
    methods that OpenAPI 3.1 has no word for are left out, but for QUERY, which is ``x-query``.

    An operation that reads parameters or a body gets a 422 response unless it declares one itself
    (``422``, ``4XX`` or ``default``); *problem_details* says that its body is a problem (RFC 9457). A path
    parameter that nobody declares is documented as a string, because OpenAPI §4.8.9 requires every one of the
    template.
    """
    described = tuple(each for each in operations if each.method in _METHODS or each.method in _EXTENSIONS)
    collection = collect(_uses(described))
    writer = _Writer(collection, problem_details=problem_details)
    return writer.write(info, described, [*servers], [*tags], external_docs)


def _uses(operations: Iterable[Operation]) -> Iterator[tuple[TypeTree, Mode]]:
    for operation in operations:
        for parameter in operation.parameters:
            yield parameter.tree, "validation"
        if (body := operation.request_body) is not None:
            if body.tree is not None:
                yield body.tree, "validation"
            for member in body.members:
                yield member.tree, "validation"
        for response in operation.responses:
            if response.tree is not None:
                yield response.tree, "serialization"


class _Writer:
    __slots__ = (
        "_bodies",
        "_collection",
        "_detail_name",
        "_emitters",
        "_error_name",
        "_error_used",
        "_foreign",
        "_names",
        "_problem_details",
    )

    def __init__(self, collection: Collection, *, problem_details: bool) -> None:
        self._collection = collection
        self._names = assign_names(collection)
        taken = frozenset(self._names.values())
        # The names that clients of FastAPI know, unless the user has types of these names.
        self._problem_details = problem_details
        name = "ValidationProblem" if problem_details else "HTTPValidationError"
        self._error_name = free_name(name, taken)
        self._detail_name = free_name("ValidationError", taken)
        self._error_used = False
        self._foreign = ForeignDefinitions(_reference, {*taken, self._error_name, self._detail_name})
        self._bodies: dict[str, Schema] = {}
        self._emitters = {mode: self._emitter(mode) for mode in ("validation", "serialization")}

    def write(
        self,
        info: Info,
        operations: tuple[Operation, ...],
        servers: list[Mapping[str, Any]],
        tags: list[Mapping[str, Any]],
        external_docs: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        document: dict[str, Any] = {"openapi": OPENAPI_VERSION, "info": _info(info)}
        if servers:
            document["servers"] = servers
        paths: dict[str, dict[str, Any]] = {}
        for operation in operations:
            field = _EXTENSIONS.get(operation.method, operation.method)
            paths.setdefault(operation.path, {}).setdefault(field, self._operation(operation))
        document["paths"] = paths
        if schemas := self._components():
            document["components"] = {"schemas": schemas}
        if tags:
            document["tags"] = tags
        if external_docs is not None:
            document["externalDocs"] = external_docs
        return document

    def _emitter(self, mode: Mode) -> SchemaEmitter:
        def reference(target: Any) -> str:
            return _reference(self._names[target, mode])

        return SchemaEmitter(mode, reference, definitions=self._collection.definitions, foreign=self._foreign)

    def _components(self) -> dict[str, Schema]:
        schemas: dict[str, Schema] = {}
        for (target, mode), name in self._names.items():
            if name in schemas:
                continue
            definition = self._collection.definitions[target]
            schemas[name] = self._emitters[mode].emit_definition(definition, title=display_name(target))
        if self._error_used:
            schema_of = problem_schema if self._problem_details else error_schema
            schemas[self._error_name] = schema_of(_reference(self._detail_name))
            schemas[self._detail_name] = detail_schema()
        schemas |= self._bodies
        schemas |= self._foreign.schemas
        return dict(sorted(schemas.items()))

    def _operation(self, operation: Operation) -> dict[str, Any]:
        written: dict[str, Any] = {}
        if operation.tags:
            written["tags"] = list(operation.tags)
        if operation.summary is not None:
            written["summary"] = operation.summary
        if operation.description is not None:
            written["description"] = cut_at_form_feed(operation.description)
        written["operationId"] = operation.operation_id
        if operation.deprecated:
            written["deprecated"] = True
        if parameters := self._parameters(operation):
            written["parameters"] = parameters
        if operation.request_body is not None:
            written["requestBody"] = self._request_body(operation.request_body)
        written["responses"] = self._responses(operation)
        _merge(written, operation.extra)
        return written

    def _parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """Return each (location, name) once, the required one before an optional one."""
        chosen: dict[tuple[str, str], Parameter] = {}
        for parameter in operation.parameters:
            key = (parameter.location, parameter.name)
            if key not in chosen or (parameter.required and not chosen[key].required):
                chosen[key] = parameter
        written = [
            _undeclared_path_parameter(name)
            for name in _EXPRESSION.findall(operation.path)
            if ("path", name) not in chosen
        ]
        for location in _LOCATIONS:
            written += [self._parameter(each) for each in chosen.values() if each.location == location]
        return written

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        schema = self._schema(parameter.tree, "validation", title_of(parameter.name))
        if parameter.title is not None:
            schema["title"] = parameter.title
        emitter = self._emitters["validation"]
        emitter.add_default(schema, parameter.default)
        emitter.add_examples(schema, parameter.examples)
        written: dict[str, Any] = {
            "name": parameter.name,
            "in": parameter.location,
            "required": parameter.required or parameter.location == "path",
        }
        if parameter.description is not None:
            written["description"] = cut_at_form_feed(parameter.description)
        if parameter.deprecated:
            written["deprecated"] = True
        if parameter.style is not None:
            written["style"] = parameter.style
        if parameter.explode is not None:
            written["explode"] = parameter.explode
        written["schema"] = schema
        if parameter.named_examples:
            written["examples"] = dict(parameter.named_examples)
        return written

    def _request_body(self, body: RequestBody) -> dict[str, Any]:
        written: dict[str, Any] = {}
        if body.description is not None:
            written["description"] = cut_at_form_feed(body.description)
        if body.tree is None:
            media_type: dict[str, Any] = {"schema": {"$ref": _reference(self._body_component(body))}}
        else:
            media_type = {"schema": self._schema(body.tree, "validation", body.title)}
        if body.examples:
            media_type["examples"] = dict(body.examples)
        if body.json_parts:
            media_type["encoding"] = {name: {"contentType": "application/json"} for name in body.json_parts}
        written["content"] = dict.fromkeys((body.media_type, *body.other_media_types), media_type)
        if body.required:
            written["required"] = True
        return written

    def _body_component(self, body: RequestBody) -> str:
        """Add the schema of a body that is made of members, and return its name."""
        name = free_name(component_name(body.name), {*self._names.values(), *self._bodies})
        emitter = self._emitters["validation"]
        properties: dict[str, Schema] = {}
        for member in body.members:
            title = member.title or (
                title_of(member.name) if is_titled(member.tree.root, self._collection.definitions) else None
            )
            schema = self._schema(member.tree, "validation", title)
            if member.description is not None:
                schema["description"] = cut_at_form_feed(member.description)
            emitter.add_default(schema, member.default)
            emitter.add_examples(schema, member.examples)
            properties[member.name] = schema
        written: Schema = {"type": "object", "properties": properties}
        if required := [member.name for member in body.members if member.required]:
            written["required"] = required
        self._bodies[name] = written | {"title": name}
        return name

    def _responses(self, operation: Operation) -> dict[str, Any]:
        written: dict[str, Any] = {}
        for response in operation.responses:
            entry = written.setdefault(response.status, {"description": response.default_description})
            if response.description is not None:
                entry["description"] = cut_at_form_feed(response.description)
            if response.media_type is not None:
                content = entry.setdefault("content", {})
                for each in (response.media_type, *response.other_media_types):
                    content.setdefault(each, self._media_type(response, operation))
            _merge(entry, response.extra)
        reads_input = bool(operation.parameters) or operation.request_body is not None
        if reads_input and _COVERS_422.isdisjoint(written):
            self._error_used = True
            schema = {"$ref": _reference(self._error_name)}
            media_type = "application/problem+json" if self._problem_details else "application/json"
            content = {media_type: {"schema": schema}}
            written["422"] = {"description": "Validation Error", "content": content}
        return written

    def _media_type(self, response: Response, operation: Operation) -> dict[str, Any]:
        own = "" if response is operation.responses[0] else f"{response.status}_"
        title = title_of(f"Response_{own}{operation.operation_id}")
        if response.sequence is not None:
            tree = response.tree
            item = None if tree is None else self._schema(tree, "serialization", None)
            return {"itemSchema": _event_schema(item) if response.sequence == "events" else item or {}}
        if response.tree is not None:
            return {"schema": self._schema(response.tree, "serialization", title)}
        return {"schema": {} if _is_json(response.media_type) else {"type": "string"}}

    def _schema(self, tree: TypeTree, mode: Mode, title: str | None) -> Schema:
        """Return the schema of *tree*, with *title* unless it is a component or has one of its own."""
        schema = self._emitters[mode].emit(tree.root)
        if title is not None and "$ref" not in schema:
            schema.setdefault("title", title)
        return schema


def _event_schema(data: Schema | None) -> Schema:
    """Return the schema of one server-sent event (OpenAPI 3.2 §4.14.4), with *data* that of its JSON."""
    properties: dict[str, Any] = {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    }
    if data is None:
        return {"type": "object", "properties": properties}
    properties["data"] |= {"contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "properties": properties, "required": ["data"]}


def _info(info: Info) -> dict[str, Any]:
    written: dict[str, Any] = {"title": info.title}
    if info.summary is not None:
        written["summary"] = info.summary
    if info.description is not None:
        written["description"] = cut_at_form_feed(info.description)
    optional = {
        "termsOfService": info.terms_of_service,
        "contact": info.contact,
        "license": info.license_info,
    }
    written |= {name: value for name, value in optional.items() if value is not None}
    return written | {"version": info.version}


def _merge(into: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Add *extra* to *into*: mappings are merged, lists joined, anything else replaced."""
    for name, value in extra.items():
        known: Any = into.get(name)
        if _both(dict, known, value):
            _merge(known, value)
        elif _both(list, known, value):
            into[name] = [*known, *value]
        else:
            into[name] = copy.deepcopy(value)


def _both(kind: type, left: object, right: object) -> bool:
    return isinstance(left, kind) and isinstance(right, kind)


def _reference(name: str) -> str:
    return f"#/components/schemas/{name}"


def _is_json(media_type: str | None) -> bool:
    """Tell JSON and ``+json`` types (RFC 6839 §3.1) from the rest, whatever their parameters."""
    essence = (media_type or "").partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _undeclared_path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "title": title_of(name)}
    return {"name": name, "in": "path", "required": True, "schema": schema}
