"""Watch the files of a project, in a process of its own: the one that forks has only one thread.

``watchfiles`` is told of changes by the system; without it the files are looked at twice a second.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fnmatch import fnmatch
from importlib.util import cache_from_source, find_spec
from typing import Final, NamedTuple

__all__ = ["Watched", "Watcher", "is_told_by_the_system"]

_PATTERNS: Final = ("*.py", "*.toml", ".env", ".env.*", "*.env", "*.html", "*.jinja", "*.jinja2", "*.j2")
_IGNORED: Final = ("__pycache__", "node_modules", "site-packages", "venv", "env")
_POLL_SECONDS: Final = 0.5
_STEP_MILLISECONDS: Final = 25
"""Files that change within this time are one change: editors write several, or one twice."""
_PARENT_CHECK_MILLISECONDS: Final = 1000
_SHOWN_FILES: Final = 3
_LONGEST_LINE: Final = 2000


class Watched(NamedTuple):
    """What is watched.

    Attributes:
        folders: Absolute paths; all that is below them.
        include: Patterns of names besides those of code, settings and templates.
        exclude: Patterns of names, of files and folders.
    """

    folders: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Tell whether a change of the file *path* counts."""
        for folder in self.folders:
            if path.startswith(os.path.join(folder, "")):
                *folders, name = os.path.relpath(path, folder).split(os.sep)
                return self.names_file(name) and all(map(self.enters, folders))
        return False

    def enters(self, folder: str) -> bool:
        """Tell whether files below a directory of this name count."""
        return folder[0] != "." and folder not in _IGNORED and not _fits(folder, self.exclude)

    def names_file(self, name: str) -> bool:
        return _fits(name, (*_PATTERNS, *self.include)) and not _fits(name, self.exclude)


def is_told_by_the_system() -> bool:
    """Tell whether ``watchfiles`` is installed."""
    return find_spec("watchfiles") is not None


class Watcher:
    """The process that watches.

    Attributes:
        changes: A file descriptor from which a line can be read for each change.
    """

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._since = time.time_ns()
        self.changes, self._writer = os.pipe()
        os.set_blocking(self.changes, False)

    def start(self) -> None:
        """Start the process, which ends with this one; what has changed since the object was made counts."""
        process = multiprocessing.get_context("fork").Process(
            target=self._work, args=(os.getpid(),), name="bolide-watcher", daemon=True
        )
        process.start()
        os.close(self._writer)

    def _work(self, parent: int) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl+C is for the parent
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(self.changes)
        with suppress(BrokenPipeError):
            for paths in _changes(self._watched, self._since, parent):
                _forget_bytecode(paths)
                os.write(self._writer, _line(paths).encode(errors="replace")[:_LONGEST_LINE] + b"\n")


def _changes(watched: Watched, since: int, parent: int) -> Iterator[Sequence[str]]:
    """Yield the paths that change, until *parent* is this process's parent no longer."""
    found = _told_changes(watched, since) if is_told_by_the_system() else _seen_changes(watched, since)
    for paths in found:
        if os.getppid() != parent:
            return
        if paths:
            yield sorted(paths)


def _told_changes(watched: Watched, since: int) -> Iterator[Sequence[str]]:
    from watchfiles import watch

    is_first = True
    for changes in watch(
        *watched.folders,
        watch_filter=lambda _, path: watched.has(path),
        step=_STEP_MILLISECONDS,
        debounce=20 * _STEP_MILLISECONDS,
        rust_timeout=_PARENT_CHECK_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        paths = [path for _, path in changes]
        if is_first:  # some may have changed before anybody was told
            paths += [path for path, (changed, _) in _states(watched) if changed > since]
            is_first = False
        yield list(dict.fromkeys(paths))


def _seen_changes(watched: Watched, since: int) -> Iterator[Sequence[str]]:
    before = {path: state for path, state in _states(watched) if state[0] <= since}
    while True:
        time.sleep(_POLL_SECONDS)
        now = dict(_states(watched))
        yield [path for path in before.keys() | now.keys() if before.get(path) != now.get(path)]
        before = now


def _states(watched: Watched) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each file with what is different after a change."""
    for root in watched.folders:
        for folder, folders, names in os.walk(root):
            folders[:] = filter(watched.enters, folders)
            for path in (os.path.join(folder, name) for name in names if watched.names_file(name)):
                with suppress(OSError):  # gone meanwhile
                    state = os.stat(path)
                    yield path, (state.st_mtime_ns, state.st_size)


def _forget_bytecode(paths: Sequence[str]) -> None:
    """Remove the bytecode of changed modules.

    Python takes it for up to date when the source has the same size and was written in the same second.
    """
    for path in paths:
        if path.endswith(".py"):
            with suppress(OSError, NotImplementedError):  # there is none, or Python writes none
                os.unlink(cache_from_source(path))


def _line(paths: Sequence[str]) -> str:
    shown = [os.path.relpath(path).replace("\n", "?") for path in paths[:_SHOWN_FILES]]
    more = len(paths) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
