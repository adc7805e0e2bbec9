"""Options of model classes: which there are, and how class keywords, ``model_config`` and bases add up.

Knows nothing of what an option does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, TypedDict, TypeVar, Unpack, cast

import msgspec
from msgspec.structs import replace

from bolide.validation.aliases import AliasGenerator
from bolide.validation.fields import FieldInfo, JsonSchemaExtra
from bolide.validation.hints import TypeHintError
from bolide.validation.spelling import did_you_mean

__all__ = [
    "CLASS_CONFIG",
    "DEFAULT_CONFIG",
    "ConfigDict",
    "Extra",
    "ModelConfig",
    "Revalidation",
    "config_dict",
    "read_config",
    "with_config",
]

C = TypeVar("C", bound=type)

Extra: TypeAlias = Literal["ignore", "forbid", "allow"]
Revalidation: TypeAlias = Literal["never", "always", "subclass-instances"]


class ConfigDict(TypedDict, total=False):
    """Options of a model, as class keywords or as ``model_config``; subclasses inherit them.

    What the input may be:
        extra: What becomes of keys that no field has: ``"ignore"``, ``"forbid"``, or ``"allow"``, which keeps
            them in ``model_extra``.
        strict: Forbid conversions.
        from_attributes: Accept any object that has the fields as attributes.
        arbitrary_types_allowed: Fields may have any class as type; values must be instances.
        revalidate_instances: Whether instances given for a field of the model are validated again.
        coerce_numbers_to_str: Turn numbers into strings where a string is declared.
        str_strip_whitespace: Remove white space around strings.
        str_to_lower: Turn strings into lower case.
        str_to_upper: Turn strings into upper case.
        str_min_length: Least number of characters of strings that say nothing else.
        str_max_length: Greatest number of characters of strings that say nothing else.
        allow_inf_nan: ``False`` refuses NaN and infinities.
        use_enum_values: Keep the values of enumeration members instead of the members.
        validate_default: Validate defaults too.

    Names:
        alias_generator: Makes aliases where there are none: a function of the name, or an ``AliasGenerator``.
        populate_by_name: Accept fields by name too; the same as *validate_by_name*.
        validate_by_name: Accept fields by name.
        validate_by_alias: Accept fields by alias, the default.
        serialize_by_alias: Write aliases unless told otherwise.
        loc_by_alias: Errors name fields by alias, the default.

    Instances:
        frozen: They cannot be changed, and can be hashed.
        validate_assignment: Validate what is assigned.
        track_fields_set: Remember which fields were given, for ``model_fields_set`` and ``exclude_unset``.

    Errors and schema:
        hide_input_in_errors: Texts of errors do not show the input.
        max_errors: Stop at so many errors, 100 by default.
        title: Title of the schema, and name of the model in errors.
        model_title_generator: Makes the title from the class.
        field_title_generator: Makes titles of fields from name and options.
        json_schema_extra: More keywords, or a function that changes the schema in place; a second parameter
            gets the class.
        use_attribute_docstrings: Texts below fields are their descriptions.

    Accepted because Pydantic's users write them, without effect:
        protected_namespaces: Only names of attributes that models have are refused.
        defer_build: Models are compiled at their first use anyway.
        cache_strings: Belongs to Pydantic's parser.
    """

    extra: Extra
    strict: bool
    from_attributes: bool
    arbitrary_types_allowed: bool
    revalidate_instances: Revalidation
    coerce_numbers_to_str: bool
    str_strip_whitespace: bool
    str_to_lower: bool
    str_to_upper: bool
    str_min_length: int
    str_max_length: int | None
    allow_inf_nan: bool
    use_enum_values: bool
    validate_default: bool
    alias_generator: Callable[[str], str] | AliasGenerator | None
    populate_by_name: bool
    validate_by_name: bool
    validate_by_alias: bool
    serialize_by_alias: bool
    loc_by_alias: bool
    frozen: bool
    validate_assignment: bool
    track_fields_set: bool
    hide_input_in_errors: bool
    max_errors: int | None
    title: str | None
    model_title_generator: Callable[[type], str] | None
    field_title_generator: Callable[[str, FieldInfo], str] | None
    json_schema_extra: JsonSchemaExtra | Callable[[dict[str, Any], Any], None] | None
    use_attribute_docstrings: bool
    protected_namespaces: tuple[Any, ...]
    defer_build: bool
    cache_strings: Any


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True):
    """All options of one model with their values; the names are explained in :class:`ConfigDict`."""

    extra: Extra = "ignore"
    strict: bool = False
    from_attributes: bool = False
    arbitrary_types_allowed: bool = False
    revalidate_instances: Revalidation = "never"
    coerce_numbers_to_str: bool = False
    str_strip_whitespace: bool = False
    str_to_lower: bool = False
    str_to_upper: bool = False
    str_min_length: int = 0
    str_max_length: int | None = None
    allow_inf_nan: bool = True
    use_enum_values: bool = False
    validate_default: bool = False
    alias_generator: Callable[[str], str] | AliasGenerator | None = None
    validate_by_name: bool = False
    validate_by_alias: bool = True
    serialize_by_alias: bool = False
    loc_by_alias: bool = True
    frozen: bool = False
    validate_assignment: bool = False
    track_fields_set: bool = False
    hide_input_in_errors: bool = False
    max_errors: int | None = None
    title: str | None = None
    model_title_generator: Callable[[type], str] | None = None
    field_title_generator: Callable[[str, FieldInfo], str] | None = None
    json_schema_extra: JsonSchemaExtra | Callable[[dict[str, Any], Any], None] | None = None
    use_attribute_docstrings: bool = False


CLASS_CONFIG: Final = "__pydantic_config__"
"""Attribute by which a typed dictionary or dataclass states options."""

DEFAULT_CONFIG: Final = ModelConfig()
"""The options of a class that states none."""

_WITHOUT_EFFECT: Final = frozenset({"protected_namespaces", "defer_build", "cache_strings"})

# Options with few values; the rest is checked where it is used, or taken for true or false.
_CHOICES: Final[Mapping[str, tuple[object, ...]]] = {
    "extra": ("ignore", "forbid", "allow"),
    "revalidate_instances": ("never", "always", "subclass-instances"),
}

_LEAST: Final[Mapping[str, int]] = {"max_errors": 1, "str_min_length": 0, "str_max_length": 0}

_FUNCTIONS: Final = frozenset({"alias_generator", "model_title_generator", "field_title_generator"})

# A title belongs to one class.
_NOT_INHERITED: Final = ("title",)


def read_config(
    owner: str, inherited: Iterable[ModelConfig], keywords: Mapping[str, Any], config: Mapping[str, Any]
) -> ModelConfig:
    """Return the options of the class *owner*.

    Args:
        owner: Name of the class, for errors.
        inherited: The options of its bases; where they differ from the defaults, the last base wins.
        keywords: Its class keywords.
        config: Its ``model_config``.

    Raises:
        TypeHintError: An option is unknown, has a bad value, or is given twice.
    """
    if not isinstance(config, Mapping):
        raise TypeHintError(f"{owner}.model_config is {config!r}; it is a dictionary of options")
    for name in keywords.keys() & config.keys():
        raise TypeHintError(f"{owner}: {name!r} is given in model_config and as a class keyword")
    own = {**config, **keywords}
    parents = tuple(inherited)
    if not own and len(parents) == 1 and parents[0].title is None:
        return parents[0]
    base = DEFAULT_CONFIG
    for parent in parents:
        differing = {name: getattr(parent, name) for name in _NAMES if name not in _NOT_INHERITED}
        changes = {name: value for name, value in differing.items() if value != getattr(DEFAULT_CONFIG, name)}
        base = replace(base, **changes) if changes else base
    return replace(base, **_checked(owner, own)) if own else base


def with_config(config: ConfigDict | None = None, /, **options: Unpack[ConfigDict]) -> Callable[[C], C]:
    """Give a typed dictionary or a dataclass options, as ``model_config`` gives them to a model.

    >>> @with_config(extra="forbid", str_strip_whitespace=True)
    ... class Movie(TypedDict):
    ...     name: str
    """

    def decorate(cls: C) -> C:
        setattr(cls, CLASS_CONFIG, {**(config or {}), **options})
        return cls

    return decorate


def config_dict(config: ModelConfig) -> ConfigDict:
    """Return the options of *config* that are not the defaults."""
    options = {
        name: value for name in _NAMES if (value := getattr(config, name)) != getattr(DEFAULT_CONFIG, name)
    }
    return cast("ConfigDict", options)


def _refuse_unfit(owner: str, name: str, value: Any) -> None:
    """Refuse a *value* of the option *name* that could not be used later.

    Raises:
        TypeHintError: Names the class *owner*, the option and what it takes.
    """
    least = _LEAST.get(name)
    is_unset = value is None and name != "str_min_length"
    if least is not None and not is_unset and not (type(value) is int and value >= least):
        raise TypeHintError(f"{owner}: {name}={value!r} must be an integer of at least {least}")
    if name in _FUNCTIONS and not (value is None or callable(value) or isinstance(value, AliasGenerator)):
        raise TypeHintError(f"{owner}: {name}={value!r} must be a function")


def _checked(owner: str, options: dict[str, Any]) -> dict[str, Any]:
    for name, value in options.items():
        if name not in ConfigDict.__annotations__:
            hint = did_you_mean(name, ConfigDict.__annotations__)
            raise TypeHintError(f"{owner}: a Model has no option {name!r}{hint}")
        _refuse_unfit(owner, name, value)
        choices = _CHOICES.get(name)
        if choices is not None and value not in choices:
            raise TypeHintError(f"{owner}: {name}={value!r} is none of {', '.join(map(repr, choices))}")
    checked = {name: value for name, value in options.items() if name not in _WITHOUT_EFFECT}
    if "populate_by_name" in checked:
        checked.setdefault("validate_by_name", checked.pop("populate_by_name"))
    if checked.get("validate_by_alias") is False and not checked.setdefault("validate_by_name", True):
        raise TypeHintError(f"{owner}: validate_by_alias and validate_by_name are both False")
    return checked


_NAMES: Final = ModelConfig.__struct_fields__
