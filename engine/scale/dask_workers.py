# SPDX-License-Identifier: GPL-2.0-or-later
"""Workers of Dask: started here, or found at a scheduler and checked before any work is sent.

The versions of Python and of Dask must be equal, because tasks are sent as pickles. Those of the
engine are checked by each worker itself, also of workers that join later.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..process.device import available_threads
from ..process.memory import available_memory_mb
from ..protocol import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from distributed import Client

    from ..protocol import ClusterAddress

ANSWER_S = 10.0
FIRST_WORKER_S = 30.0
SHARE_OF_MEMORY = 0.9
MB = 1 << 20
LOCK_FILE = Path(__file__).resolve().parents[1] / "locks" / "cluster.txt"
SENT = ("distributed", "dask", "cloudpickle", "msgpack", "tornado")


def refuse_without_dask() -> None:
    """Check that Dask distributed is installed.

    Raises:
        EngineError: if the package is missing; the message says how to install it.
    """
    try:
        version("distributed")
    except PackageNotFoundError:
        import sys  # noqa: PLC0415 (only for the message)

        raise EngineError(
            "To label in several processes the engine needs Dask distributed, which is not "
            "installed: choose several processes under Run on in the dock's Options and press "
            "Install Dask, or run 'make cluster' in the plugin's folder, or run "
            f"{sys.executable} -m pip install --no-deps --require-hashes -r {LOCK_FILE}"
        ) from None


def connector(address: ClusterAddress, scratch: Path) -> Callable[[ExitStack], Client]:
    """Return the function that connects to a cluster, and starts it if it is local.

    Args:
        address: processes of this computer, or a scheduler.
        scratch: folder for temporary files of local workers.
    """

    def connect(opened: ExitStack) -> Client:
        import distributed  # noqa: PLC0415 (an extra, which takes half a second)

        if address.scheduler:
            return opened.enter_context(distributed.Client(address.scheduler, timeout=ANSWER_S))
        share_mb = SHARE_OF_MEMORY * available_memory_mb() / address.processes
        cluster = opened.enter_context(
            distributed.LocalCluster(
                n_workers=address.processes,
                threads_per_worker=1,
                processes=True,
                memory_limit=int(share_mb * MB),
                dashboard_address=None,
                host="127.0.0.1",
                local_directory=str(scratch),
            )
        )
        return opened.enter_context(distributed.Client(cluster, timeout=ANSWER_S))

    return connect


def threads_of(address: ClusterAddress, requested: int) -> int:
    """Return the number of CPU threads of each worker; 0: all of its computer."""
    if address.scheduler:
        return requested
    return max(1, (requested or available_threads()) // address.processes)


def check_workers(client: Client) -> None:
    """Check that there are workers, and that they can do the tasks.

    Raises:
        EngineError: if no worker is connected, or one lacks the engine or has other versions.
        OSError: if the scheduler does not answer.
    """
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER_S)
    except TimeoutError:
        raise EngineError(
            f"No worker is connected to the scheduler {client.scheduler.address}: start some, each "
            "in the folder of Orthoscribe with the engine's Python, by 'dask worker "
            f"{client.scheduler.address} --nthreads 1'."
        ) from None
    own = _facts(__package__)
    for worker, facts in client.run(_facts_function(), __package__).items():
        differing = [
            f"{name} {facts[name] or 'missing'} instead of {own[name]}"
            for name in own
            if name != "engine" and facts[name] != own[name]
        ]
        if differing:
            raise EngineError(
                f"The worker {worker} has {', '.join(differing)}: install the same versions there, "
                "or start it with the engine's Python."
            )
        if not facts["engine"]:
            raise EngineError(
                f"The worker {worker} does not find Orthoscribe's engine: start it in the folder "
                "of Orthoscribe, or set PYTHONPATH to it."
            )


def _facts(package: str) -> dict[str, Any]:
    return dict(_facts_function()(package))


def _facts_function() -> Callable[[str], dict[str, Any]]:
    """Return a function of the standard library alone, which is sent as code."""
    sent = SENT

    def facts(package: str) -> dict[str, Any]:
        import importlib.util  # noqa: PLC0415 (it runs on the worker)
        from importlib import metadata  # noqa: PLC0415

        found: dict[str, Any] = {"Python": ".".join(platform.python_version_tuple()[:2])}
        for name in sent:
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                found[name] = ""
        try:
            found["engine"] = importlib.util.find_spec(package) is not None
        except ModuleNotFoundError:
            found["engine"] = False
        return found

    return facts
