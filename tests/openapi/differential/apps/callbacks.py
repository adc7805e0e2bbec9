"""Callbacks and webhooks."""

from typing import Annotated, Any

from tests.openapi.differential.names import Names


def callbacks_are_shown(web: Names) -> Any:
    class Invoice(web.Model):
        total: float

    class Event(web.Model):
        paid: bool

    class Received(web.Model):
        ok: bool

    app = web.App()
    callbacks = web.APIRouter()

    @callbacks.post("{$callback_url}/invoices/{$request.body.id}", response_model=Received)
    async def invoice_notification(body: Event) -> Any: ...

    @app.post("/invoices", callbacks=callbacks.routes)
    async def create_invoice(invoice: Invoice, callback_url: str | None = None) -> dict[str, str]:
        """Create an invoice."""

    return app


def callbacks_add_up(web: Names) -> Any:
    class Event(web.Model):
        name: str

    first, second = web.APIRouter(), web.APIRouter()

    @first.get("/first")
    async def first_callback(event: Event) -> None: ...

    @second.post("{$request.query.url}", tags=["back"], summary="Called back")
    async def second_callback(event: Event) -> int: ...

    router = web.APIRouter(callbacks=first.routes)

    @router.get("/items", callbacks=second.routes)
    async def read_items(q: str) -> dict[str, str]: ...

    app = web.App()
    app.include_router(router)
    return app


def an_application_has_webhooks(web: Names) -> Any:
    class Subscription(web.Model):
        """Who pays."""

        name: str
        fee: float = 1

    app = web.App()

    @app.webhooks.post("new-subscription")
    async def new_subscription(body: Subscription) -> None:
        """Told of each new one."""

    @app.get("/users")
    async def read_users() -> list[str]: ...

    return app


def webhooks_are_a_router(web: Names) -> Any:
    class Event(web.Model):
        name: str

    webhooks = web.APIRouter()

    @webhooks.post("made", tags=["events"])
    async def made(event: Event, x_signature: Annotated[str, web.Header()]) -> dict[str, bool]: ...

    @webhooks.put("changed")
    async def changed(event: Event) -> Event: ...

    return web.App(webhooks=webhooks)
