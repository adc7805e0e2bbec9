"""Judge the options of ``Bolide(...)`` that are not those of layers; nobody may have checked types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from bolide.exceptions import BolideError

__all__ = ["SETTINGS", "check_application_options"]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_path_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.startswith("/"))


def _is_url_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.startswith(("http://", "https://")))


def _is_root_path(value: Any) -> bool:
    return isinstance(value, str) and (not value or value.startswith("/"))


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)  # "no", read from the environment, would switch it on


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_object(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _is_router(value: Any) -> bool:
    return value is None or hasattr(value, "iter_routers")


_Rule = tuple[Callable[[Any], bool], str]


def _object_with(key: str) -> _Rule:
    """Return the rule of an object of the document whose specification requires *key*."""
    return (lambda value: value is None or _has(value, key)), f"a dictionary with {key!r}, or None"


def _objects_with(key: str) -> _Rule:
    def fits(value: Any) -> bool:
        if value is None:
            return True
        return isinstance(value, Sequence) and all(
            _has(each, key) for each in cast("Sequence[object]", value)
        )

    return fits, f"a list of dictionaries, each with {key!r}, or None"


def _has(value: Any, key: str) -> bool:
    return isinstance(value, Mapping) and isinstance(cast("Mapping[str, object]", value).get(key), str)


_TEXT: Final[_Rule] = (_is_text, "a text that is not empty")
_TEXT_OR_NONE: Final[_Rule] = (_is_text_or_none, "a text, or None")
_PATH_OR_NONE: Final[_Rule] = (_is_path_or_none, "a path that starts with '/', or None")
_SWITCH: Final[_Rule] = (_is_switch, "True or False")
_OBJECT: Final[_Rule] = (_is_object, "a dictionary, or None")

_RULES: Final[Mapping[str, _Rule]] = {
    "title": _TEXT,
    "version": _TEXT,
    "summary": _TEXT_OR_NONE,
    "description": _TEXT_OR_NONE,
    "terms_of_service": _TEXT_OR_NONE,
    "openapi_url": _PATH_OR_NONE,
    "docs_url": _PATH_OR_NONE,
    "redoc_url": _PATH_OR_NONE,
    "scalar_url": _PATH_OR_NONE,
    "docs_assets_url": (_is_url_or_none, "an absolute URL such as 'https://cdn.jsdelivr.net/npm', or None"),
    "swagger_ui_oauth2_redirect_url": _PATH_OR_NONE,
    "openapi_tags": _objects_with("name"),
    "servers": _objects_with("url"),
    "contact": _OBJECT,
    "license_info": _object_with("name"),
    "openapi_external_docs": _object_with("url"),
    "swagger_ui_init_oauth": _OBJECT,
    "swagger_ui_parameters": _OBJECT,
    "redoc_parameters": _OBJECT,
    "scalar_parameters": _OBJECT,
    "openapi_version": (lambda value: value in ("3.1.0", "3.2.0"), "'3.1.0' or '3.2.0'"),
    "webhooks": (_is_router, "an APIRouter"),
    "root_path": (_is_root_path, "'', or a path that starts with '/'"),
    "root_path_in_servers": _SWITCH,
    "separate_input_output_schemas": _SWITCH,
    "debug": _SWITCH,
    "problem_details": _SWITCH,
    "redirect_slashes": _SWITCH,
    "compatibility": (lambda value: value in (None, "fastapi"), "'fastapi', or None"),
    "trailing_slash": (
        lambda value: value in ("redirect", "strict", "both"),
        "'redirect', 'strict' or 'both'",
    ),
    "max_errors": (_is_count, "a number above 0"),
}


SETTINGS: Final = frozenset({*_RULES, "max_body_size", "openapi"})
"""Attributes of applications that what is compiled depends on."""


def check_application_options(options: Mapping[str, Any]) -> None:
    """Refuse the first of *options* that is not what it should be; others than the known are left out.

    Raises:
        BolideError: names the option, its value and what was expected.
    """
    for name, (fits, expected) in _RULES.items():
        if name in options and not fits(options[name]):
            raise BolideError(f"Bolide(): {name} is {options[name]!r}; expected {expected}")
