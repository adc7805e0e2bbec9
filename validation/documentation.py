"""Read what classes and fields say for schemas alone: titles and their generators, further keywords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from bolide.validation.config import ModelConfig
from bolide.validation.fields import FieldInfo
from bolide.validation.tree import Documentation

__all__ = ["attribute_docstrings", "field_documentation", "record_documentation"]


def attribute_docstrings(cls: type) -> dict[str, str]:
    """Return the texts below the annotations in the body of *cls*; none when its source cannot be read."""
    import ast  # only for classes that ask for it
    import inspect
    import itertools
    import textwrap

    try:
        statements = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except (OSError, TypeError, SyntaxError):
        return {}
    body = statements[0].body if statements and isinstance(statements[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for statement, following in itertools.pairwise(body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
            case _:
                continue
    return found


def field_documentation(name: str, info: FieldInfo, config: ModelConfig) -> Documentation | None:
    """Return the documentation of the field *name*; a title that is given wins over generators."""
    documentation = info.documentation()
    generate = info.field_title_generator or config.field_title_generator
    if generate is None or info.title is not None:
        return documentation
    return replace(documentation or Documentation(), title=generate(name, info))


def _takes_class(extra: Callable[..., object]) -> bool:
    import inspect  # only for classes that have such a function

    return len(inspect.signature(extra).parameters) > 1


def record_documentation(cls: Any, config: ModelConfig) -> Documentation | None:
    """Return the documentation of a class by its options; its docstring is read by schemas themselves."""
    title = config.title
    if title is None and config.model_title_generator is not None:
        title = config.model_title_generator(cls)
    extra: Any = config.json_schema_extra
    if title is None and extra is None:
        return None
    if callable(config.json_schema_extra) and _takes_class(extra):

        def extend(schema: dict[str, Any]) -> None:
            extra(schema, cls)

        return Documentation(title=title, extra=extend)
    return Documentation(title=title, extra=extra)
