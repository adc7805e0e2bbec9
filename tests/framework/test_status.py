"""The names of status codes are those that FastAPI's users know."""

import subprocess
import sys

from starlette import status as starlettes

from bolide import status


def test_names_and_codes_are_starlettes() -> None:
    assert {name: getattr(status, name) for name in status.__all__} == {
        name: getattr(starlettes, name) for name in starlettes.__all__
    }


def test_module_is_an_attribute_of_the_package() -> None:
    code = "import sys, bolide; assert 'bolide.status' not in sys.modules; bolide.status.HTTP_200_OK"
    subprocess.run([sys.executable, "-c", code], check=True)
