"""The names of a model's fields: where the input has them, what msgspec calls them, what is written.

Owns how aliases, alias generators and the options about names add up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from bolide.validation.aliases import (
    AliasChoices,
    AliasGenerator,
    AliasPath,
    InputPath,
    ValidationAlias,
    input_paths,
)
from bolide.validation.config import ModelConfig
from bolide.validation.fields import FieldInfo
from bolide.validation.hints import TypeHintError

__all__ = ["FieldNames", "name_field", "refuse_unfit_names"]

_UNFIT_FOR_ALIAS: Final = r'["\\\x00-\x1f\ud800-\udfff]'  # msgspec writes names as they are


class FieldNames(msgspec.Struct, frozen=True, kw_only=True):
    """The names of one field.

    *wire_name* is msgspec's, for reading and writing. *paths* are all places in the input that are tried in
    this order; a field whose only place is its *wire_name* has none.
    """

    wire_name: str
    written_name: str
    paths: tuple[InputPath, ...] = ()


def refuse_shared_names(owner: str, names: Mapping[str, FieldNames]) -> None:
    """Refuse two fields of the class *owner* that the input has under one name.

    Raises:
        TypeHintError: Names both.
    """
    known: dict[str, str] = {}
    for name, each in names.items():
        other = known.setdefault(each.wire_name, name)
        if other != name:
            raise TypeHintError(f"{owner}: {other!r} and {name!r} are both {each.wire_name!r} in the input")


def refuse_unfit_names(where: str, *names: str) -> None:
    """Refuse *names* of the field at *where* that msgspec would write as they are, which is no JSON.

    Raises:
        TypeHintError: There is one.
    """
    for name in names:
        if re.search(_UNFIT_FOR_ALIAS, name):
            raise TypeHintError(
                f"{where}: an alias cannot hold quotes, backslashes, control characters or surrogates, as "
                f"{name!r} does; read such keys in a dict[str, ...], or rename them in a before validator"
            )


def name_field(owner: str, name: str, info: FieldInfo, config: ModelConfig) -> FieldNames:
    """Return the names of the field *name* of the class *owner*.

    Raises:
        TypeHintError: An alias is of the wrong type, or cannot be written.
    """
    where = f"{owner}.{name}"
    alias, read_alias, written_alias = info.alias, info.validation_alias, info.serialization_alias
    if not (alias is None and read_alias is None and written_alias is None):
        _check_aliases(where, info)
    if config.alias_generator is not None:
        generated = _generate(where, name, config.alias_generator)
        is_own = not (alias is None and read_alias is None and written_alias is None)
        keeps_own = is_own and info.alias_priority != 1
        read_alias = (read_alias or alias if keeps_own else None) or generated[0]
        written_alias = (written_alias or alias if keeps_own else None) or generated[1]
    else:
        read_alias, written_alias = read_alias or alias, written_alias or alias
    read_paths = ((name,),) if read_alias is None else input_paths(read_alias)
    paths = read_paths if config.validate_by_alias else ()
    if config.validate_by_name and (name,) not in paths:
        paths = (*paths, (name,))
    written_name = written_alias or name
    plain = [path[0] for path in paths if len(path) == 1 and isinstance(path[0], str)]
    wire_name = plain[0] if plain else written_name
    refuse_unfit_names(where, wire_name, written_name)
    return FieldNames(
        wire_name=wire_name,
        written_name=written_name,
        paths=() if paths == ((wire_name,),) else paths,
    )


def _check_aliases(where: str, info: FieldInfo) -> None:
    for option in ("alias", "serialization_alias"):
        if not isinstance(alias := getattr(info, option), str | None):
            raise TypeHintError(f"{where}: {option}={alias!r} must be a string")
    if not isinstance(info.validation_alias, str | AliasPath | AliasChoices | None):
        raise TypeHintError(
            f"{where}: validation_alias={info.validation_alias!r} must be a string, an AliasPath or "
            f"AliasChoices"
        )


def _generate(where: str, name: str, generator: Any) -> tuple[ValidationAlias | None, str | None]:
    """Return the aliases that *generator* makes for reading and for writing."""
    if not isinstance(generator, AliasGenerator):
        same = _checked(where, generator(name))
        return same, same
    alias = None if generator.alias is None else _checked(where, generator.alias(name))
    read_alias = None if generator.validation_alias is None else generator.validation_alias(name)
    written_alias = None if generator.serialization_alias is None else generator.serialization_alias(name)
    return read_alias or alias, alias if written_alias is None else _checked(where, written_alias)


def _checked(where: str, alias: object) -> str:
    if not isinstance(alias, str):
        raise TypeHintError(f"{where}: the alias generator returned {alias!r}, which is no string")
    return alias
