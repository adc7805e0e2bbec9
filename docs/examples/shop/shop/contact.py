"""A form, and what is done when the answer was sent."""

from typing import Annotated

from bolide import APIRouter, BackgroundTasks, Depends, Field, Form, Model

router = APIRouter(tags=["operations"])


class Message(Model):
    """What somebody wrote to the shop."""

    sender: str = Field(min_length=1, max_length=80)
    subject: str = Field(default="", max_length=80)
    text: str = Field(min_length=1, max_length=2000)
    urgent: bool = False


async def make_outbox() -> list[Message]:
    return []


Outbox = Annotated[list[Message], Depends(make_outbox, scope="app")]


@router.post("/contact", status_code=202)
async def send_message(
    message: Annotated[Message, Form()], outbox: Outbox, tasks: BackgroundTasks
) -> dict[str, str]:
    """Write to the shop."""
    tasks.add_task(post_message, message, outbox)
    return {"status": "on its way"}


def post_message(message: Message, outbox: list[Message]) -> None:
    """Hand *message* to the mail server; the example keeps the last hundred."""
    outbox.append(message)
    del outbox[:-100]
