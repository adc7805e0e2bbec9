"""Find out which module holds the application: by what the command line says, else by FastAPI's rules.

Nothing is imported here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from bolide._commands.options import UsageError, nearest

__all__ = ["Target", "find_target", "modules_in"]

_DEFAULT_FILES: Final = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")
_SKIPPED_FOLDERS: Final = frozenset(("__pycache__", "node_modules", "site-packages", "venv", "env", "build"))
_MOST_FILES_READ: Final = 200


class Target(NamedTuple):
    """Where an application is.

    Attributes:
        name: ``module:attribute``, or the module alone when its application has to be looked for.
        app_dir: Directory to import from.
    """

    name: str
    app_dir: str


def find_target(given: str | None, *, entrypoint: str | None, app: str | None, app_dir: str) -> Target:
    """Return the application to load.

    Args:
        given: ``module:attribute``, a module, a file or a directory; None when nobody has said it.
        entrypoint: ``module:attribute`` of the settings.
        app: The attribute, when *given* does not say it.
        app_dir: Directory to import from, and to look in.

    Raises:
        UsageError: there is no such file, or none that is looked for.
    """
    if given is None and entrypoint is not None and app is None:
        given = entrypoint
    if given is None:
        found = _of_file(_default_file(app_dir), app_dir)
    elif _is_path(given):
        found = _of_file(_existing_file(given), app_dir)
    else:
        found = Target(given, app_dir)
    if app is None:
        return found
    if ":" in found.name:
        raise UsageError(f"{given!r} says which application it is, and so does --app {app}; leave one out")
    return found._replace(name=f"{found.name}:{app}")


def modules_in(directory: str) -> list[str]:
    """Return the names of the modules and packages that can be imported from *directory*."""
    with os.scandir(directory) as entries:
        return sorted(
            entry.name.removesuffix(".py")
            for entry in entries
            if entry.name.endswith(".py") or os.path.exists(os.path.join(entry.path, "__init__.py"))
        )


def _is_path(given: str) -> bool:
    """Tell whether *given* is a file or a directory; a package is a module."""
    if given.endswith(".py") or "/" in given or os.sep in given:
        return True
    return os.path.isdir(given) and not os.path.exists(os.path.join(given, "__init__.py"))


def _existing_file(path: str) -> str:
    if os.path.isdir(path):
        return _default_file(path)
    if os.path.isfile(path):
        return path
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise UsageError(f"there is no file {path!r}: the directory {folder!r} does not exist")
    files = [name for name in os.listdir(folder) if name.endswith(".py")]
    hint = nearest(os.path.basename(path), files)
    raise UsageError(f"there is no file {path!r} in {os.getcwd()}{hint}")


def _default_file(app_dir: str) -> str:
    for name in _DEFAULT_FILES:
        path = os.path.join(app_dir, name)
        if os.path.isfile(path):
            return path
    *most, last = _DEFAULT_FILES
    looked = f"no application is found in {os.path.abspath(app_dir)}: there is no {', '.join(most)} or {last}"
    candidates = list(islice(_candidates(app_dir), 3))
    if candidates:
        seem = "seems" if len(candidates) == 1 else "seem"
        raise UsageError(f"{looked}; {', '.join(candidates)} {seem} to make one: bolide dev {candidates[0]}")
    raise UsageError(f"{looked}; name it, like shop/web.py or shop.web:app")


def _candidates(app_dir: str) -> Iterator[str]:
    """Yield the files below *app_dir* that seem to make an application."""
    read = 0
    for folder, folders, files in os.walk(app_dir):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in _SKIPPED_FOLDERS)
        for name in sorted(files):
            if not name.endswith(".py") or read == _MOST_FILES_READ:
                continue
            read += 1
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8", errors="replace") as file:
                if "= Bolide(" in file.read():
                    yield os.path.normpath(path)


def _of_file(path: str, app_dir: str) -> Target:
    """Return the module of a file: its packages are the directories above it with an ``__init__.py``.

    One without such packages is imported from its own directory, as FastAPI's command does.
    """
    path = os.path.abspath(path)
    folder, file = os.path.split(path)
    parts = [] if file == "__init__.py" else [file.removesuffix(".py")]
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    inside = os.path.relpath(folder, app_dir)
    return Target(".".join(parts), app_dir if inside == "." else folder)
