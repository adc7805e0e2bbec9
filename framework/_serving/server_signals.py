"""What servers tell an application."""

from __future__ import annotations

from abc import ABC, abstractmethod

__all__ = ["ServerSignals"]


class ServerSignals(ABC):
    """The application's ear for servers.

    Attributes:
        draining: Whether the server is going to stop: the application is ready no longer.
        names_routes: Whether handlers note the template of their route, see :meth:`name_routes`.
    """

    draining: bool = False
    names_routes: bool = False

    def drain(self) -> None:
        """Set ``draining``: servers call this when they are going to stop, to be ready no longer."""
        self.draining = True

    def name_routes(self) -> None:
        """Let each handler note the template of its route in the observation of its request.

        Servers call this before the start-up when they label metrics with it.
        """
        if not self.names_routes:
            self.names_routes = True
            self._drop_compiled()

    @abstractmethod
    def _drop_compiled(self) -> None:
        """Let everything be compiled anew."""
