"""The runs of the chosen add-ons: started together, each test waits for its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

from tests.addons.environments import AddonApplication, build_wheel, run

WORKERS = 4
"""They wait for the package index more than they compute."""

AwaitRun: TypeAlias = Callable[[AddonApplication], CompletedProcess[str]]


@pytest.fixture(scope="session")
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwaitRun]:
    """Return a function that waits for the run of an application, and returns it."""
    repository = request.config.rootpath
    wheel = build_wheel(repository, tmp_path_factory.mktemp("addons"))
    environments = repository / "build" / "addons"
    with ThreadPoolExecutor(WORKERS) as threads:
        runs: dict[str, Future[CompletedProcess[str]]] = {}
        for item in request.session.items:
            if isinstance(item, pytest.Function) and "finished" in item.fixturenames:
                application = item.callspec.params["application"]
                runs[application.name] = threads.submit(run, application, wheel, environments)
        yield lambda application: runs[application.name].result()
        threads.shutdown(cancel_futures=True)
