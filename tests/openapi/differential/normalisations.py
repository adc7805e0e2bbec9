"""What Bolide's documents say otherwise than FastAPI's on purpose, and nothing else.

Each normalisation rewrites a document, of either framework, into a form in which the difference is gone. The
first paragraph of its docstring is its row in ``docs/reference/openapi-differences.md``.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.validation.number_patterns import without_number_patterns

__all__ = ["NORMALISATIONS", "Document", "Normalisation", "normalised"]

Document = dict[str, Any]
Normalisation = Callable[[Document], None]


def without_null_results(document: Document) -> None:
    """An endpoint with `-> None` says that its response is `null`; FastAPI's may be anything."""
    for operation in _operations(document):
        for response in operation["responses"].values():
            for media_type in response.get("content", {}).values():
                if media_type.get("schema", {}).get("type") == "null":
                    media_type["schema"] = {}


def without_null_parameters(document: Document) -> None:
    """No parameter is `null`, nor an item or member of one, as text has no word for it: it is left out."""
    for parameter in _objects(document):
        schema = parameter.get("schema", {}) if "in" in parameter else {}
        for each in (schema, schema.get("items", {})):
            if "anyOf" in each:
                each["anyOf"] = [option for option in each["anyOf"] if option != {"type": "null"}]
                if len(each["anyOf"]) == 1:
                    each |= {**each.pop("anyOf")[0], **each}
            if "enum" in each:
                each["enum"] = [value for value in each["enum"] if value is not None]


def without_descriptions_of_whole_bodies(document: Document) -> None:
    """`Body(description=...)` describes the request body, not its schema alone."""
    for operation in _operations(document):
        body = operation.get("requestBody", {})
        schemas = [media_type.get("schema", {}) for media_type in body.get("content", {}).values()]
        if any(schema.get("description") == body.get("description") for schema in schemas):
            body.pop("description", None)


def with_one_component_for_recursive_types(document: Document) -> None:
    """A type that contains itself has two components only if what is read is not what is written."""
    schemas = _schemas(document)
    equal = {name.removesuffix("-Input") for name in schemas if name.endswith("-Input")}
    while True:
        names = {f"{name}{suffix}": name for name in equal for suffix in ("-Input", "-Output")}
        renamed = {name: _renamed(schema, names) for name, schema in schemas.items()}
        different = {name for name in equal if renamed[f"{name}-Input"] != renamed[f"{name}-Output"]}
        if not different:
            break
        equal -= different
    if equal:
        rewritten = _renamed(document, names)
        rewritten["components"]["schemas"] = {names.get(name, name): each for name, each in renamed.items()}
        document.clear()
        document.update(rewritten)


def with_members_of_form_models(document: Document) -> None:
    """A form of models and single fields is one object of all fields, of which those of an optional model \
may be missing; FastAPI joins the models by `allOf`, so that one that forbids others cannot be sent."""
    schemas = _schemas(document)
    joined = [schema for name, schema in schemas.items() if name.startswith("Body_") and "allOf" in schema]
    for schema in joined:
        properties: Document = {}
        required: list[str] = []
        for part in schema.pop("allOf"):
            ((reference, is_optional),) = _referred(part)
            model = schemas[reference.rpartition("/")[2]]
            properties |= model["properties"]
            required += [] if is_optional else model.get("required", ())
        schema["properties"] = properties | schema.get("properties", {})
        if required := [*required, *schema.pop("required", ())]:
            schema["required"] = required
    if joined:
        _drop_unused(document)


def with_trimmed_texts(document: Document) -> None:
    """Docstrings of models are shown without blanks and line ends behind them."""
    for schema in _schemas(document).values():
        if "description" in schema:
            schema["description"] = schema["description"].rstrip()


def without_descriptions_of_named_tuples(document: Document) -> None:
    """The docstring of a named tuple is its description."""
    for schema in _schemas(document).values():
        if "prefixItems" in schema:
            schema.pop("description", None)


def without_media_types_of_encoded_text(document: Document) -> None:
    """`Base64Bytes` and `SecretBytes` are text of their format; FastAPI calls the text binary data, too."""
    for schema in _objects(document):
        if schema.get("format") in ("base64", "password"):
            schema.pop("contentMediaType", None)


def without_discriminators_of_nested_unions(document: Document) -> None:
    """A union with a discriminated union inside has no `discriminator`, which can only name components \
(OpenAPI 3.1 §4.8.25); FastAPI puts whole schemas there."""
    for schema in _objects(document):
        mapping = schema.get("discriminator", {}).get("mapping", {})
        if not all(isinstance(target, str) for target in mapping.values()):
            del schema["discriminator"]


def with_limits_of_the_options_of_unions(document: Document) -> None:
    """A limit on a union, as in `Annotated[int | float, Field(ge=0)]`, is one on each of its options; \
FastAPI writes `ge`, which is no word of JSON Schema."""
    words = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
    for schema in _objects(document):
        for limit in words.keys() & schema.keys() if "anyOf" in schema else ():
            bound = schema.pop(limit)
            for option in schema["anyOf"]:
                option[words[limit]] = bound


def with_every_path_parameter(document: Document) -> None:
    """A path parameter that nobody reads is a string; FastAPI leaves it out against OpenAPI (§4.8.9)."""
    for path, item in document.get("paths", {}).items():
        for operation in _operations(item):
            parameters = operation.get("parameters", [])
            known = {each["name"] for each in parameters if each["in"] == "path"}
            missing = [
                {
                    "name": name,
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "title": name.title().replace("_", " ")},
                }
                for name in re.findall(r"{(\w+)}", path)
                if name not in known
            ]
            if missing:
                operation["parameters"] = missing + parameters


def without_titles_of_return_annotations(document: Document) -> None:
    """A title in a return annotation, `-> Annotated[int, Field(title=...)]`, is the title of the response."""
    for operation in _operations(document):
        for status, response in operation["responses"].items():
            for media_type in response.get("content", {}).values():
                schema = media_type.get("schema", {})
                if status[0] == "2" and not schema.get("title", "Response ").startswith("Response "):
                    schema["title"] = f"Response {operation['operationId']}".title().replace("_", " ")


def with_urls_as_written(document: Document) -> None:
    """The URL of `externalDocs` is the one that was written; FastAPI adds `/` to one without a path."""
    docs = document.get("externalDocs", {})
    if re.fullmatch(r"\w+://[^/?#]+/", docs.get("url", "")):
        docs["url"] = docs["url"][:-1]


def with_schemes_one_by_one(document: Document) -> None:
    """Security schemes that are needed together stand in one requirement; FastAPI calls them alternatives."""
    for operation in _operations(document):
        if "security" in operation:
            operation["security"] = [
                {name: scopes} for each in operation["security"] for name, scopes in each.items()
            ]


def with_streams_as_text(document: Document) -> None:
    """A stream is text whose content is described; FastAPI has `itemSchema`, a field of OpenAPI 3.2 only. \
With `openapi_version="3.2.0"` both have it."""
    for operation in _operations(document):
        for response in operation["responses"].values():
            for name, media_type in response.get("content", {}).items():
                if "itemSchema" in media_type:
                    content = {"type": "array", "items": media_type.pop("itemSchema")}
                    media_type["schema"] = {
                        "type": "string",
                        "contentMediaType": name,
                        "contentSchema": content,
                    }


def without_refused_credentials(document: Document) -> None:
    """An operation with a security scheme has the response by which that refuses, a 401 in most cases."""
    name = "NotAuthenticatedResponse"
    if name in _schemas(document):
        for operation in _operations(document):
            if name in json.dumps(operation["responses"].get("401")):
                del operation["responses"]["401"]
        _drop_unused(document)
        if not _schemas(document):
            del document["components"]["schemas"]


def without_patterns_of_numbers(document: Document) -> None:
    """Text that is read as a `Decimal` has a pattern, and so have names of properties that are numbers."""
    plain = without_number_patterns(document)
    document.clear()
    document.update(plain)


def without_required_tags(document: Document) -> None:
    """A discriminated union requires its discriminator, also if an option has a default for it."""
    for schema in _objects(document):
        if "oneOf" in schema:
            schema.pop("required", None)


def without_local_times(document: Document) -> None:
    """`NaiveDatetime` is `date-time-local`, because `date-time` has an offset (RFC 3339 §5.6)."""
    for schema in _objects(document):
        if schema.get("format") == "date-time-local":
            schema["format"] = "date-time"


def without_flags(document: Document) -> None:
    """A flag is any sum of its members; FastAPI says that it is one of them."""
    for name in _schemas(document).keys() & {"Rights"}:
        _schemas(document)[name].pop("enum", None)


NORMALISATIONS: Final[tuple[Normalisation, ...]] = (
    without_null_results,
    without_null_parameters,
    without_descriptions_of_whole_bodies,
    with_one_component_for_recursive_types,
    with_members_of_form_models,
    with_trimmed_texts,
    without_descriptions_of_named_tuples,
    without_media_types_of_encoded_text,
    without_discriminators_of_nested_unions,
    with_limits_of_the_options_of_unions,
    with_every_path_parameter,
    without_titles_of_return_annotations,
    with_urls_as_written,
    with_schemes_one_by_one,
    with_streams_as_text,
    without_refused_credentials,
    without_patterns_of_numbers,
    without_required_tags,
    without_local_times,
    without_flags,
)


def normalised(document: Document, *, leave_out: Normalisation | None = None) -> Document:
    """Return *document* after all normalisations, but for the one to *leave_out*."""
    document = copy.deepcopy(document)
    for normalise in NORMALISATIONS:
        if normalise is not leave_out:
            normalise(document)
    return document


def _operations(value: Any) -> Iterator[Document]:
    """Yield every operation in a document, those of callbacks and webhooks too."""
    return (each for each in _objects(value) if "responses" in each and "operationId" in each)


def _objects(value: Any) -> Iterator[Document]:
    """Yield every JSON object in *value*."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(member)


def _schemas(document: Document) -> dict[str, Any]:
    schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
    return schemas


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Return *value* with references to other components."""
    if isinstance(value, dict):
        return {word: _renamed(member, names) for word, member in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    prefix = "#/components/schemas/"
    if isinstance(value, str) and value.startswith(prefix):
        return prefix + names.get(value.removeprefix(prefix), value.removeprefix(prefix))
    return value


def _referred(part: Any, is_optional: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the components that *part* of an ``allOf`` refers to, and whether they may be missing."""
    if "$ref" in part:
        yield part["$ref"], is_optional
    for each in part.get("anyOf", ()):
        yield from _referred(each, is_optional=True)


def _drop_unused(document: Document) -> None:
    text = json.dumps(document)
    for name in [name for name in _schemas(document) if f'"#/components/schemas/{name}"' not in text]:
        del _schemas(document)[name]
