"""The part of a traceback that belongs to the user's code."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from bolide._locations import is_users_file, relative

__all__ = ["place_of_mistake", "users_traceback"]


def place_of_mistake(error: Exception) -> tuple[str, int] | None:
    """Return file and line of the user's code that raised *error* while the application was imported."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if is_users_file(each.filename)]
    return (relative(frames[-1].filename), frames[-1].lineno or 0) if frames else None


def users_traceback(error: BaseException) -> str:
    """Return the traceback of *error* without the frames of the import system and of libraries."""
    whole = traceback.TracebackException.from_exception(error)
    shown: traceback.TracebackException | None = whole
    while shown is not None:
        shown.stack = traceback.StackSummary.from_list(_users_frames(shown.stack))
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return "".join(whole.format())


def _users_frames(frames: Sequence[traceback.FrameSummary]) -> Sequence[traceback.FrameSummary]:
    """Return the user's *frames*; without any, what stands after the import: of a library, or nothing."""
    users = [frame for frame in frames if is_users_file(frame.filename)]
    imports = [i for i, frame in enumerate(frames) if frame.filename.startswith("<frozen importlib")]
    return users or frames[imports[-1] + 1 if imports else 0 :]
