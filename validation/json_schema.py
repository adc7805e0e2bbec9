"""Write the JSON Schema 2020-12 of one type."""

from __future__ import annotations

from typing import Any

from bolide.validation.schema_collection import collect
from bolide.validation.schema_emitter import Mode, Schema, SchemaEmitter
from bolide.validation.schema_foreign import ForeignDefinitions
from bolide.validation.schema_names import assign_names, definition_title
from bolide.validation.schema_shared import is_shared
from bolide.validation.tree import RefNode, TypeTree

__all__ = ["DEFAULT_REF_TEMPLATE", "json_schema"]

DEFAULT_REF_TEMPLATE = "#/$defs/{model}"


def json_schema(
    tree: TypeTree,
    *,
    mode: Mode = "validation",
    by_alias: bool = True,
    ref_template: str = DEFAULT_REF_TEMPLATE,
) -> dict[str, Any]:
    """Return the schema of *tree*; records and enums inside of it stand under ``$defs``.

    Args:
        tree: The type.
        mode: What is accepted (``validation``) or what is written (``serialization``).
        by_alias: Name properties by alias.
        ref_template: A reference, with ``{model}`` for the name of what it refers to.

    Raises:
        ValueError: There is no such *mode*.
    """
    if mode not in ("validation", "serialization"):
        raise ValueError(f"mode is 'validation' or 'serialization', not {mode!r}")
    collection = collect([(tree, mode)])
    names = assign_names(collection)
    foreign = ForeignDefinitions(
        lambda name: ref_template.format(model=name), names.values(), null_defaults=True
    )
    emitter = SchemaEmitter(
        mode,
        lambda target: ref_template.format(model=names[target, mode]),
        definitions=collection.definitions,
        by_alias=by_alias,
        null_defaults=True,
        foreign=foreign,
    )
    definitions: dict[str, Schema] = {
        name: emitter.emit_definition(collection.definitions[target], title=definition_title(target))
        for (target, _), name in names.items()
    }
    schema = emitter.emit(tree.root)
    root = (
        tree.root.target if isinstance(tree.root, RefNode) else is_shared(tree.root, collection.definitions)
    )
    if root is not None and not any(root in used for used in collection.references.values()):
        schema = definitions.pop(names[root, mode]) | {
            word: value for word, value in schema.items() if word != "$ref"
        }
    definitions |= foreign.schemas
    if definitions:
        schema["$defs"] = dict(sorted(definitions.items()))
    return schema
