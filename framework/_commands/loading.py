"""Find the application that a command line names as ``module:attribute``."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from bolide._commands.options import nearest
from bolide._commands.targets import modules_in
from bolide._commands.tracebacks import place_of_mistake, users_traceback
from bolide._locations import relative
from bolide.applications import Bolide
from bolide.exceptions import BolideError

__all__ = ["LoadError", "load_app", "load_target", "sentence_of"]

_PREFERRED_NAMES: Final = ("app", "api")
_FACTORY_NAMES: Final = ("create_app", "make_app", "create_application", "get_app")


class LoadError(Exception):
    """The application cannot be loaded.

    Args:
        sentence: For the terminal.
        traceback: The part that belongs to the user's code, where that has raised; it ends with a newline.
        is_printed: Whether the terminal has shown it already.
    """

    def __init__(self, sentence: str, traceback: str = "", *, is_printed: bool = False) -> None:
        super().__init__(sentence)
        self.traceback = traceback
        self.is_printed = is_printed


def load_app(target: str, *, app_dir: str = ".", factory: bool = False) -> Bolide:
    """Import and return the Bolide application *target*; see :func:`load_target`.

    Raises:
        LoadError: there is none.
        BolideError: a declaration in its module is wrong.
    """
    found = load_target(target, app_dir=app_dir, factory=factory)
    if not isinstance(found, Bolide):
        kind = type(found).__name__
        hint = "; use --factory if it makes the application" if callable(found) else ""
        raise LoadError(f"{target!r} is of type {kind}, not a Bolide application{hint}")
    return found


def load_target(target: str, *, app_dir: str = ".", factory: bool = False) -> Any:
    """Import and return what *target* names.

    Args:
        target: ``package.module:attribute``; the attribute may be dotted. Without one it is ``app``, ``api``,
            or the first application that the module has.
        app_dir: Directory to put first on ``sys.path``.
        factory: The attribute is a function without parameters that returns the application.

    Raises:
        LoadError: nothing is there, or the module itself raises.
        BolideError: a declaration in the module is wrong.
    """
    module_name, colon, attribute = target.partition(":")
    names = (*module_name.split("."), *(attribute.split(".") if colon else ()))
    if not all(part.isidentifier() for part in names):
        raise LoadError(
            f"{target!r} does not name an application; write it as module:attribute, like main:app"
        )
    directory = os.path.abspath(app_dir)
    if directory not in sys.path:
        sys.path.insert(0, directory)
    module = _import(module_name, directory)
    found = _attribute(module, attribute or _name_of_application(module))
    if factory:
        found = _call_factory(found, target)
    return found


def _attribute(module: ModuleType, dotted: str) -> Any:
    found: Any = module
    for part in dotted.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            known = _applications(module)
            hint = f"; it has the application {known[0]!r}" if known else nearest(part, dir(found))
            raise LoadError(f"module {module.__name__!r} has no attribute {dotted!r}{hint}") from None
    return found


def _name_of_application(module: ModuleType) -> str:
    known = _applications(module)
    for name in _PREFERRED_NAMES:
        if name in known:
            return name
    if known:
        return known[0]
    for name in _PREFERRED_NAMES:  # of another framework
        if callable(getattr(module, name, None)):
            return name
    hint = ", like app = Bolide()"
    for name in _FACTORY_NAMES:
        if callable(getattr(module, name, None)):
            hint = f", but {name!r}, which may make one: {module.__name__}:{name} --factory"
    raise LoadError(
        f"module {module.__name__!r} ({relative(module.__file__ or '?')}) has no application{hint}"
    )


def _applications(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isinstance(value, Bolide)]


def sentence_of(error: Exception) -> str:
    """Return the message of *error* with its place before it, if it names none itself."""
    place = place_of_mistake(error) if isinstance(error, BolideError) else None
    if place is None or f"{place[0]}:" in str(error):
        return str(error)
    return f"{place[0]}:{place[1]}: {error}"


def _import(name: str, directory: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # A missing import inside the module is the module's error, not a wrong name.
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            hint = _like(error.name, directory)
            raise LoadError(
                f"there is no module {name!r} in {directory} or on the import path{hint}"
            ) from None
        what = f"module {name!r} cannot be imported: {error}{_like_or_missing(error, directory)}"
        raise _failed(what, error) from error
    except BolideError:
        raise  # it says itself what is wrong, and where
    except Exception as error:
        what = f"module {name!r} cannot be imported: {type(error).__name__}: {error}"
        raise _failed(what, error) from error


def _like(name: str, directory: str) -> str:
    """Return what to say about the module *name*, which is missing in *directory*."""
    package, _, last = name.rpartition(".")
    folder = os.path.join(directory, *package.split("."))
    return nearest(last, modules_in(folder)) if os.path.isdir(folder) else ""


def _like_or_missing(error: ModuleNotFoundError, directory: str) -> str:
    name = error.name or ""
    missing = f"; it is not installed in {sys.prefix}" if name.isidentifier() else ""
    return _like(name, directory) or missing


def _call_factory(factory: Callable[[], Any], target: str) -> Any:
    try:
        return factory()
    except BolideError:
        raise
    except Exception as error:
        raise _failed(f"factory {target!r} failed: {type(error).__name__}: {error}", error) from error


def _failed(message: str, error: Exception) -> LoadError:
    """Return the error about *error* in the user's code, with that part of the traceback."""
    place = place_of_mistake(error)
    return LoadError(f"{place[0]}:{place[1]}: {message}" if place else message, users_traceback(error))
