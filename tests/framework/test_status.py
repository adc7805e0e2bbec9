"""The names of status codes are those that FastAPI's users know."""

from starlette import status as starlettes

from bolide import status


def test_names_and_codes_are_starlettes() -> None:
    assert {name: getattr(status, name) for name in status.__all__} == {
        name: getattr(starlettes, name) for name in starlettes.__all__
    }
