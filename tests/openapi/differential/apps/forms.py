"""Forms and files."""

import datetime
import enum
from typing import Annotated, Any, Literal

from tests.openapi.differential.names import Names


def a_form_has_fields(web: Names) -> Any:
    app = web.App()

    @app.post("/login")
    async def login(
        username: Annotated[str, web.Form(min_length=3)],
        password: Annotated[str, web.Form(title="The password", description="Secret.")],
        remember: Annotated[bool, web.Form()] = False,
        tags: Annotated[list[str], web.Form()] = [],  # noqa: B006
        note: Annotated[str | None, web.Form(alias="theNote")] = None,
    ) -> dict[str, str]: ...

    return app


def a_form_has_only_optional_fields(web: Names) -> Any:
    app = web.App()

    @app.post("/search")
    async def search(q: Annotated[str, web.Form()] = "") -> dict[str, str]: ...

    return app


def a_form_is_a_model(web: Names) -> Any:
    class Login(web.Model):
        """What is asked."""

        username: str
        password: str = web.Field(min_length=8)
        tags: list[str] = []

    app = web.App()

    @app.post("/login")
    async def login(data: Annotated[Login, web.Form()]) -> dict[str, str]: ...

    return app


def a_form_is_a_model_beside_fields(web: Names) -> Any:
    class Login(web.Model):
        username: str
        password: str = web.Field("password", min_length=8)

    app = web.App()

    @app.post("/login")
    async def login(
        data: Annotated[Login, web.Form()], remember: Annotated[bool, web.Form()]
    ) -> dict[str, str]: ...

    return app


def files_are_uploaded(web: Names) -> Any:
    app = web.App()

    @app.post("/file")
    async def upload(file: web.UploadFile) -> dict[str, str]: ...

    @app.post("/content")
    async def upload_content(
        file: Annotated[bytes, web.File(description="The content.")],
    ) -> dict[str, str]: ...

    @app.post("/files")
    async def upload_files(files: list[web.UploadFile]) -> dict[str, str]: ...

    @app.post("/contents")
    async def upload_contents(files: Annotated[list[bytes], web.File()]) -> dict[str, str]: ...

    @app.post("/maybe")
    async def upload_maybe(file: web.UploadFile | None = None) -> dict[str, str]: ...

    @app.post("/described")
    async def upload_described(
        file: Annotated[web.UploadFile, web.File(description="It.")],
    ) -> dict[str, str]: ...

    return app


def files_stand_beside_fields(web: Names) -> Any:
    app = web.App()

    @app.post("/files")
    async def upload(
        token: Annotated[str, web.Form()],
        first: Annotated[bytes, web.File()],
        second: web.UploadFile,
        third: Annotated[web.UploadFile | None, web.File()] = None,
    ) -> dict[str, str]: ...

    return app


def files_stand_in_models_of_forms(web: Names) -> Any:
    class Upload(web.Model):
        name: str
        file: web.UploadFile
        others: list[web.UploadFile] = []

    app = web.App()

    @app.post("/files")
    async def upload(data: Annotated[Upload, web.File()]) -> dict[str, str]: ...

    return app


def a_form_has_a_media_type(web: Names) -> Any:
    app = web.App()

    @app.post("/login")
    async def login(
        username: Annotated[str, web.Form(media_type="multipart/form-data")],
    ) -> dict[str, str]: ...

    return app


def fields_of_forms_have_every_type(web: Names) -> Any:
    class Colour(enum.Enum):
        RED = "red"

    app = web.App()

    @app.post("/form")
    async def form(
        count: Annotated[int, web.Form(ge=1)],
        colour: Annotated[Colour, web.Form()],
        day: Annotated[datetime.date, web.Form()],
        one: Annotated[Literal["a", "b"], web.Form()] = "a",
        numbers: Annotated[list[int] | None, web.Form()] = None,
        either: Annotated[int | str, web.Form(examples=[1])] = 1,
    ) -> dict[str, str]: ...

    return app


def a_form_model_has_documented_fields(web: Names) -> Any:
    class Login(web.Model):
        model_config = web.ConfigDict(extra="forbid")
        user_name: str = web.Field(alias="userName", description="Who.")
        count: int = web.Field(1, ge=1, title="How many")

    app = web.App()

    @app.post("/login")
    async def login(
        data: Annotated[Login, web.Form()], x_token: Annotated[str, web.Header()]
    ) -> dict[str, str]: ...

    return app


def several_models_are_one_form(web: Names) -> Any:
    class Person(web.Model):
        name: str

    class Address(web.Model):
        street: str
        city: str = "Rome"

    app = web.App()

    @app.post("/people")
    async def make(
        person: Annotated[Person, web.Form()], address: Annotated[Address, web.Form()]
    ) -> dict[str, str]: ...

    return app


def form_models_are_optional(web: Names) -> Any:
    class Login(web.Model):
        name: str

    app = web.App()

    @app.post("/login")
    async def login(data: Annotated[Login | None, web.Form()] = None) -> dict[str, str]: ...

    return app


def forms_come_from_dependencies(web: Names) -> Any:
    app = web.App()

    async def credentials(user: Annotated[str, web.Form()], password: Annotated[str, web.Form()]) -> None: ...

    @app.post("/login")
    async def login(
        known: Annotated[None, web.Depends(credentials)], remember: Annotated[bool, web.Form()] = False
    ) -> dict[str, str]: ...

    return app
