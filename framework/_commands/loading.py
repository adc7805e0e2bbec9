"""Find the application that a command line names as ``module:attribute``."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from bolide._locations import is_users_file, relative
from bolide.applications import Bolide
from bolide.exceptions import BolideError

__all__ = ["LoadError", "load_app", "place_of_mistake", "sentence_of"]


class LoadError(Exception):
    """The application cannot be loaded; the message is one sentence for the terminal."""


def load_app(target: str, *, app_dir: str = ".", factory: bool = False) -> Bolide:
    """Import and return the application *target*.

    Args:
        target: ``package.module:attribute``; the attribute may be dotted.
        app_dir: Directory to put first on ``sys.path``.
        factory: The attribute is a function without parameters that returns the application.

    Raises:
        LoadError: nothing is there, or it is not an application. An error inside the module itself is
            printed with its traceback first.
        BolideError: a declaration in the module is wrong.
    """
    module_name, _, attribute = target.partition(":")
    if not all(part.isidentifier() for part in (*module_name.split("."), *attribute.split("."))):
        raise LoadError(
            f"{target!r} does not name an application; write it as module:attribute, like main:app"
        )
    directory = os.path.abspath(app_dir)
    if directory not in sys.path:
        sys.path.insert(0, directory)
    module = _import(module_name, directory)
    found: Any = module
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            known = [name for name, value in vars(module).items() if isinstance(value, Bolide)]
            hint = f"; it has the application {known[0]!r}" if known else ""
            raise LoadError(f"module {module_name!r} has no attribute {attribute!r}{hint}") from None
    if factory:
        found = _call_factory(found, target)
    if not isinstance(found, Bolide):
        kind = type(found).__name__
        hint = "; use --factory if it makes the application" if callable(found) else ""
        raise LoadError(f"{target!r} is of type {kind}, not a Bolide application{hint}")
    return found


def place_of_mistake(error: Exception) -> tuple[str, int] | None:
    """Return file and line of the user's code that raised *error* while the application was imported."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if is_users_file(each.filename)]
    return (relative(frames[-1].filename), frames[-1].lineno or 0) if frames else None


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
            raise LoadError(f"there is no module {name!r} in {directory} or on the import path") from None
        raise _failed(f"module {name!r} cannot be imported: {error}", error) from error
    except BolideError:
        raise  # it says itself what is wrong, and where
    except Exception as error:
        what = f"module {name!r} cannot be imported: {type(error).__name__}: {error}"
        raise _failed(what, error) from error


def _call_factory(factory: Callable[[], Any], target: str) -> Any:
    try:
        return factory()
    except BolideError:
        raise
    except Exception as error:
        raise _failed(f"factory {target!r} failed: {type(error).__name__}: {error}", error) from error


def _failed(message: str, error: Exception) -> LoadError:
    """Return the error about *error* in the user's code, whose part of the traceback is printed."""
    print("".join(_users_part(error).format()), end="", file=sys.stderr)
    place = place_of_mistake(error)
    return LoadError(f"{place[0]}:{place[1]}: {message}" if place else message)


def _users_part(error: BaseException) -> traceback.TracebackException:
    """Return the traceback of *error* without the frames of the import system and of libraries."""
    whole = traceback.TracebackException.from_exception(error)
    shown: traceback.TracebackException | None = whole
    while shown is not None:
        shown.stack = traceback.StackSummary.from_list(_users_frames(shown.stack))
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return whole


def _users_frames(frames: Sequence[traceback.FrameSummary]) -> Sequence[traceback.FrameSummary]:
    """Return the user's *frames*; without any, what stands after the import: of a library, or nothing."""
    users = [frame for frame in frames if is_users_file(frame.filename)]
    imports = [i for i, frame in enumerate(frames) if frame.filename.startswith("<frozen importlib")]
    return users or frames[imports[-1] + 1 if imports else 0 :]
