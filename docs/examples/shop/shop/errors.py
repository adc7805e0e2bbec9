"""What goes wrong in more than one part of the shop. ``raises=[...]`` puts it into the document."""

from bolide import HTTPException, Model


class NotFound(HTTPException):
    """There is no such thing."""

    status_code = 404
    detail: str


class Clash(Model):
    """What cannot be there twice."""

    field: str
    value: str


class Taken(HTTPException):
    """Something else has it already."""

    status_code = 409
    detail: Clash
