"""Second pass: the schemas of one document, and what those among the components are called.

Owns every name below ``#/components/schemas``: of types, of bodies made of members, of error bodies, and of
definitions that other libraries bring.
"""

from __future__ import annotations

from typing import Any, Final

from bolide.openapi.description import Operation, RequestBody
from bolide.openapi.error_schemas import detail_schema, error_schema, problem_schema
from bolide.openapi.uses import output_mode, types_used
from bolide.validation.component_names import component_name, free_name
from bolide.validation.schema_collection import collect
from bolide.validation.schema_emitter import Mode, Schema, SchemaEmitter, cut_at_form_feed, title_of
from bolide.validation.schema_foreign import ForeignDefinitions
from bolide.validation.schema_names import assign_names, definition_title
from bolide.validation.schema_shared import is_titled
from bolide.validation.tree import TypeTree

__all__ = ["Components"]

_MODES: Final[tuple[Mode, Mode]] = ("validation", "serialization")


class Components:
    """The schemas that *operations* need.

    Args:
        operations: All that the document shows.
        problem_details: The body of 422 responses is a problem (RFC 9457).
        merged: Types have one schema, also where what is read differs from what is written.

    Attributes:
        emitter: What writes schemas of what is read, with defaults and examples.
    """

    __slots__ = (
        "_bodies",
        "_collection",
        "_detail_name",
        "_emitters",
        "_error_name",
        "_error_used",
        "_foreign",
        "_merged",
        "_names",
        "_problem_details",
        "emitter",
    )

    def __init__(self, operations: tuple[Operation, ...], *, problem_details: bool, merged: bool) -> None:
        self._merged = merged
        self._collection = collect(types_used(operations, merged=merged))
        self._names = assign_names(self._collection)
        taken = frozenset(self._names.values())
        # The names that clients of FastAPI know, unless the user has types of these names.
        self._problem_details = problem_details
        self._error_name = free_name("ValidationProblem" if problem_details else "HTTPValidationError", taken)
        self._detail_name = free_name("ValidationError", taken)
        self._error_used = False
        self._foreign = ForeignDefinitions(
            _reference, {*taken, self._error_name, self._detail_name}, self._collection.foreign
        )
        self._bodies: dict[str, Schema] = {}
        self._emitters = {mode: self._emitter(mode) for mode in _MODES}
        self.emitter = self._emitters["validation"]

    def accepted(self, tree: TypeTree, title: str | None) -> Schema:
        """Return the schema of what is read, with *title* unless it is a component or has one of its own."""
        return self._schema(tree, "validation", title)

    def written(self, tree: TypeTree, title: str | None) -> Schema:
        """Return the schema of what is written, with *title* as :meth:`accepted` has it."""
        return self._schema(tree, output_mode(tree, merged=self._merged), title)

    def body_of_members(self, body: RequestBody) -> Schema:
        """Add the schema of a body that is made of members, and return a reference to it."""
        name = free_name(component_name(body.name), {*self._names.values(), *self._bodies})
        emitter = self.emitter
        properties: dict[str, Schema] = {}
        for member in body.members:
            title = member.title or (
                title_of(member.name) if is_titled(member.tree.root, self._collection.definitions) else None
            )
            schema = self.accepted(member.tree, title)
            if member.description is not None:
                schema["description"] = cut_at_form_feed(member.description)
            emitter.add_default(schema, member.default)
            emitter.add_examples(schema, member.examples)
            properties[member.name] = schema
        written: Schema = {"type": "object", "properties": properties}
        if required := [member.name for member in body.members if member.required]:
            written["required"] = required
        if body.closed:
            written["additionalProperties"] = False
        self._bodies[name] = written | {"title": name}
        return {"$ref": _reference(name)}

    def validation_error(self, other_media_types: tuple[str, ...]) -> dict[str, Any]:
        """Return the content of the response to a request that does not validate."""
        self._error_used = True
        media_type = "application/problem+json" if self._problem_details else "application/json"
        schema = {"$ref": _reference(self._error_name)}
        return {each: {"schema": dict(schema)} for each in (media_type, *other_media_types)}

    def schemas(self) -> dict[str, Schema]:
        """Return the schemas by name, sorted; nothing may be asked for any more."""
        schemas: dict[str, Schema] = {}
        for (target, mode), name in self._names.items():
            if name not in schemas:
                definition = self._collection.definitions[target]
                schemas[name] = self._emitters[mode].emit_definition(
                    definition, title=definition_title(target)
                )
        if self._error_used:
            schema_of = problem_schema if self._problem_details else error_schema
            schemas[self._error_name] = schema_of(_reference(self._detail_name))
            schemas[self._detail_name] = detail_schema()
        schemas |= self._bodies
        schemas |= self._foreign.schemas
        return dict(sorted(schemas.items()))

    def _schema(self, tree: TypeTree, mode: Mode, title: str | None) -> Schema:
        schema = self._emitters[mode].emit(tree.root)
        if title is not None and "$ref" not in schema:
            schema.setdefault("title", title)
        return schema

    def _emitter(self, mode: Mode) -> SchemaEmitter:
        def reference(target: Any) -> str:
            return _reference(self._names[target, mode])

        return SchemaEmitter(mode, reference, definitions=self._collection.definitions, foreign=self._foreign)


def _reference(name: str) -> str:
    return f"#/components/schemas/{name}"
