"""The floor: a uvloop protocol that writes one constant for whatever arrives.

No Python server on uvloop can be cheaper, so it shows what of a request's cost is the kernel's and
the event loop's. It does not parse: it relies on a client that sends one whole request at a time.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import cast

import uvloop

from bench.workloads import WORKLOADS, Workload


def _response(workload: Workload) -> bytes:
    head = (
        "HTTP/1.1 200 OK\r\n"
        f"content-type: {workload.media_type}\r\n"
        f"content-length: {len(workload.answer)}\r\n\r\n"
    )
    return head.encode() + workload.answer


class Constant(asyncio.Protocol):
    """Write *response* each time data arrives."""

    __slots__ = ("_response", "_transport")

    def __init__(self, response: bytes) -> None:
        self._response = response

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take *data* for one request."""
        self._transport.write(self._response)


async def serve(workload: Workload, port: int) -> None:
    """Serve *workload*'s answer on 127.0.0.1:*port* until the process is ended."""
    response = _response(workload)
    server = await asyncio.get_running_loop().create_server(lambda: Constant(response), "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    """Run the floor for one workload."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workload", required=True, choices=[workload.name for workload in WORKLOADS])
    arguments = parser.parse_args()
    workload = next(workload for workload in WORKLOADS if workload.name == arguments.workload)
    uvloop.run(serve(workload, arguments.port))


if __name__ == "__main__":
    main()
