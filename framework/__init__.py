"""Typed HTTP APIs from plain Python functions, compiled at start-up.

Public names resolve on first use: ``import bolide.validation`` runs this file too, and must not pay for
the framework.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bolide import status as status
    from bolide.applications import Bolide as Bolide
    from bolide.background import BackgroundTasks as BackgroundTasks
    from bolide.concurrency import inline as inline
    from bolide.datastructures import UploadFile as UploadFile
    from bolide.exceptions import HTTPException as HTTPException
    from bolide.exceptions import WebSocketException as WebSocketException
    from bolide.param_functions import Body as Body
    from bolide.param_functions import Cookie as Cookie
    from bolide.param_functions import Depends as Depends
    from bolide.param_functions import File as File
    from bolide.param_functions import Form as Form
    from bolide.param_functions import Header as Header
    from bolide.param_functions import Path as Path
    from bolide.param_functions import Query as Query
    from bolide.param_functions import Security as Security
    from bolide.params import State as State
    from bolide.requests import Request as Request
    from bolide.responses import Response as Response
    from bolide.routing import APIRouter as APIRouter
    from bolide.validation.adapter import Adapter as Adapter
    from bolide.validation.aliases import AliasChoices as AliasChoices
    from bolide.validation.aliases import AliasGenerator as AliasGenerator
    from bolide.validation.aliases import AliasPath as AliasPath
    from bolide.validation.aliases import to_camel as to_camel
    from bolide.validation.aliases import to_pascal as to_pascal
    from bolide.validation.aliases import to_snake as to_snake
    from bolide.validation.class_body import PrivateAttr as PrivateAttr
    from bolide.validation.computed_fields import computed_field as computed_field
    from bolide.validation.config import ConfigDict as ConfigDict
    from bolide.validation.config import with_config as with_config
    from bolide.validation.decorators import field_validator as field_validator
    from bolide.validation.decorators import model_validator as model_validator
    from bolide.validation.discriminators import Discriminator as Discriminator
    from bolide.validation.discriminators import Tag as Tag
    from bolide.validation.dump_options import SerializationInfo as SerializationInfo
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
    from bolide.validation.model_creation import create_model as create_model
    from bolide.validation.projections import Omit as Omit
    from bolide.validation.projections import Partial as Partial
    from bolide.validation.projections import Pick as Pick
    from bolide.validation.root_model import RootModel as RootModel
    from bolide.validation.serializers import PlainSerializer as PlainSerializer
    from bolide.validation.serializers import SerializeAsAny as SerializeAsAny
    from bolide.validation.serializers import WrapSerializer as WrapSerializer
    from bolide.validation.serializers import field_serializer as field_serializer
    from bolide.validation.serializers import model_serializer as model_serializer
    from bolide.websockets import WebSocket as WebSocket
    from bolide.websockets import WebSocketDisconnect as WebSocketDisconnect

__all__ = [
    "APIRouter",
    "Adapter",
    "AfterValidator",
    "AliasChoices",
    "AliasGenerator",
    "AliasPath",
    "BackgroundTasks",
    "BeforeValidator",
    "Body",
    "Bolide",
    "ConfigDict",
    "Cookie",
    "CustomError",
    "Depends",
    "Discriminator",
    "Field",
    "File",
    "Form",
    "HTTPException",
    "Header",
    "Model",
    "Omit",
    "Partial",
    "Path",
    "Pick",
    "PlainSerializer",
    "PlainValidator",
    "PrivateAttr",
    "Query",
    "Request",
    "Response",
    "RootModel",
    "Security",
    "SerializationInfo",
    "SerializeAsAny",
    "State",
    "Tag",
    "UploadFile",
    "ValidationError",
    "ValidationInfo",
    "ValidatorFunctionWrapHandler",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketException",
    "WrapSerializer",
    "WrapValidator",
    "__version__",
    "computed_field",
    "create_model",
    "field_serializer",
    "field_validator",
    "inline",
    "model_serializer",
    "model_validator",
    "status",
    "to_camel",
    "to_pascal",
    "to_snake",
    "validate_call",
    "with_config",
]

__version__ = "0.1.0"

_EXPORTS: dict[str, str] = {
    "APIRouter": "bolide.routing",
    "Adapter": "bolide.validation.adapter",
    "AfterValidator": "bolide.validation.functions",
    "AliasChoices": "bolide.validation.aliases",
    "AliasGenerator": "bolide.validation.aliases",
    "AliasPath": "bolide.validation.aliases",
    "BackgroundTasks": "bolide.background",
    "BeforeValidator": "bolide.validation.functions",
    "Body": "bolide.param_functions",
    "Bolide": "bolide.applications",
    "ConfigDict": "bolide.validation.config",
    "Cookie": "bolide.param_functions",
    "CustomError": "bolide.validation.errors",
    "Depends": "bolide.param_functions",
    "Discriminator": "bolide.validation.discriminators",
    "Field": "bolide.validation.fields",
    "HTTPException": "bolide.exceptions",
    "File": "bolide.param_functions",
    "Form": "bolide.param_functions",
    "Header": "bolide.param_functions",
    "Model": "bolide.validation.model",
    "Omit": "bolide.validation.projections",
    "Partial": "bolide.validation.projections",
    "Path": "bolide.param_functions",
    "Pick": "bolide.validation.projections",
    "PlainSerializer": "bolide.validation.serializers",
    "PlainValidator": "bolide.validation.functions",
    "PrivateAttr": "bolide.validation.class_body",
    "Query": "bolide.param_functions",
    "Request": "bolide.requests",
    "Response": "bolide.responses",
    "RootModel": "bolide.validation.root_model",
    "Security": "bolide.param_functions",
    "SerializationInfo": "bolide.validation.dump_options",
    "SerializeAsAny": "bolide.validation.serializers",
    "State": "bolide.params",
    "Tag": "bolide.validation.discriminators",
    "UploadFile": "bolide.datastructures",
    "ValidationError": "bolide.validation.errors",
    "ValidationInfo": "bolide.validation.functions",
    "ValidatorFunctionWrapHandler": "bolide.validation.functions",
    "WebSocket": "bolide.websockets",
    "WebSocketDisconnect": "bolide.websockets",
    "WebSocketException": "bolide.exceptions",
    "WrapSerializer": "bolide.validation.serializers",
    "WrapValidator": "bolide.validation.functions",
    "computed_field": "bolide.validation.computed_fields",
    "create_model": "bolide.validation.model_creation",
    "field_serializer": "bolide.validation.serializers",
    "field_validator": "bolide.validation.decorators",
    "inline": "bolide.concurrency",
    "model_serializer": "bolide.validation.serializers",
    "model_validator": "bolide.validation.decorators",
    "status": "bolide",
    "to_camel": "bolide.validation.aliases",
    "to_pascal": "bolide.validation.aliases",
    "to_snake": "bolide.validation.aliases",
    "validate_call": "bolide.validation.function_calls",
    "with_config": "bolide.validation.config",
}


def __getattr__(name: str) -> Any:
    if (module := _EXPORTS.get(name)) is None:
        return _public_module(name)
    value = import_module(f"bolide.{name}") if module == __name__ else getattr(import_module(module), name)
    globals()[name] = value
    return value


def _public_module(name: str) -> Any:
    """Import the module *name*, for ``bolide.responses`` after ``import bolide`` alone.

    Raises:
        AttributeError: there is none.
    """
    message = f"module {__name__!r} has no attribute {name!r}"
    if name.startswith("_"):
        raise AttributeError(message)
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(message) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})
