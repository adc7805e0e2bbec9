"""Typed HTTP APIs from plain Python functions, compiled at start-up.

Public names resolve on first use: ``import bolide.validation`` runs this file too, and must not pay for
the framework.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bolide.applications import Bolide as Bolide
    from bolide.exceptions import HTTPException as HTTPException
    from bolide.param_functions import Body as Body
    from bolide.param_functions import Cookie as Cookie
    from bolide.param_functions import Depends as Depends
    from bolide.param_functions import Header as Header
    from bolide.param_functions import Path as Path
    from bolide.param_functions import Query as Query
    from bolide.requests import Request as Request
    from bolide.responses import Response as Response
    from bolide.routing import APIRouter as APIRouter
    from bolide.validation.decorators import field_validator as field_validator
    from bolide.validation.decorators import model_validator as model_validator
    from bolide.validation.discriminators import Discriminator as Discriminator
    from bolide.validation.discriminators import Tag as Tag
    from bolide.validation.errors import CustomError as CustomError
    from bolide.validation.errors import ValidationError as ValidationError
    from bolide.validation.fields import Field as Field
    from bolide.validation.function_calls import validate_call as validate_call
    from bolide.validation.functions import AfterValidator as AfterValidator
    from bolide.validation.functions import BeforeValidator as BeforeValidator
    from bolide.validation.functions import PlainValidator as PlainValidator
    from bolide.validation.functions import ValidationInfo as ValidationInfo
    from bolide.validation.functions import ValidatorFunctionWrapHandler as ValidatorFunctionWrapHandler
    from bolide.validation.functions import WrapValidator as WrapValidator
    from bolide.validation.model import Model as Model
    from bolide.validation.projections import Omit as Omit
    from bolide.validation.projections import Partial as Partial
    from bolide.validation.projections import Pick as Pick
    from bolide.validation.serializers import PlainSerializer as PlainSerializer
    from bolide.validation.serializers import SerializeAsAny as SerializeAsAny
    from bolide.validation.serializers import WrapSerializer as WrapSerializer
    from bolide.validation.serializers import computed_field as computed_field
    from bolide.validation.serializers import field_serializer as field_serializer
    from bolide.validation.serializers import model_serializer as model_serializer

__all__ = [
    "APIRouter",
    "AfterValidator",
    "BeforeValidator",
    "Body",
    "Bolide",
    "Cookie",
    "CustomError",
    "Depends",
    "Discriminator",
    "Field",
    "HTTPException",
    "Header",
    "Model",
    "Omit",
    "Partial",
    "Path",
    "Pick",
    "PlainSerializer",
    "PlainValidator",
    "Query",
    "Request",
    "Response",
    "SerializeAsAny",
    "Tag",
    "ValidationError",
    "ValidationInfo",
    "ValidatorFunctionWrapHandler",
    "WrapSerializer",
    "WrapValidator",
    "__version__",
    "computed_field",
    "field_serializer",
    "field_validator",
    "model_serializer",
    "model_validator",
    "validate_call",
]

__version__ = "0.1.0"

_EXPORTS: dict[str, str] = {
    "validate_call": "bolide.validation.function_calls",
    "PlainSerializer": "bolide.validation.serializers",
    "SerializeAsAny": "bolide.validation.serializers",
    "WrapSerializer": "bolide.validation.serializers",
    "computed_field": "bolide.validation.serializers",
    "field_serializer": "bolide.validation.serializers",
    "model_serializer": "bolide.validation.serializers",
    "field_validator": "bolide.validation.decorators",
    "model_validator": "bolide.validation.decorators",
    "APIRouter": "bolide.routing",
    "AfterValidator": "bolide.validation.functions",
    "BeforeValidator": "bolide.validation.functions",
    "Body": "bolide.param_functions",
    "Bolide": "bolide.applications",
    "Cookie": "bolide.param_functions",
    "CustomError": "bolide.validation.errors",
    "Depends": "bolide.param_functions",
    "Discriminator": "bolide.validation.discriminators",
    "Field": "bolide.validation.fields",
    "HTTPException": "bolide.exceptions",
    "Header": "bolide.param_functions",
    "Model": "bolide.validation.model",
    "Omit": "bolide.validation.projections",
    "Partial": "bolide.validation.projections",
    "Pick": "bolide.validation.projections",
    "Path": "bolide.param_functions",
    "PlainValidator": "bolide.validation.functions",
    "Query": "bolide.param_functions",
    "Request": "bolide.requests",
    "Response": "bolide.responses",
    "Tag": "bolide.validation.discriminators",
    "ValidationError": "bolide.validation.errors",
    "ValidationInfo": "bolide.validation.functions",
    "ValidatorFunctionWrapHandler": "bolide.validation.functions",
    "WrapValidator": "bolide.validation.functions",
}


def __getattr__(name: str) -> Any:
    if (module := _EXPORTS.get(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})
