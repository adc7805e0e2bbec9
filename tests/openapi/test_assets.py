from __future__ import annotations

import hashlib
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bolide.openapi import _vendor_assets
from bolide.openapi.assets import ASSET_NAMES, asset

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "openapi" / "assets"


@pytest.mark.parametrize(
    ("name", "media_type", "start"),
    [
        ("favicon-32x32.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8", b"/*! For license information"),
        ("swagger-ui-init.js", "text/javascript; charset=utf-8", b"// Starts Swagger UI"),
        ("swagger-ui.css", "text/css; charset=utf-8", b".swagger-ui"),
    ],
)
def test_asset_has_body_and_media_type(name: str, media_type: str, start: bytes) -> None:
    found = asset(name)
    assert found.media_type == media_type
    assert found.body[: len(start)] == start


def test_assets_are_told_apart_by_their_entity_tags() -> None:
    tags = [asset(name).etag for name in ASSET_NAMES]
    assert len(set(tags)) == len(ASSET_NAMES)
    assert all(re.fullmatch(r'"[0-9a-f]{32}"', tag) for tag in tags)


@pytest.mark.parametrize("name", ["", "VERSION", "../pages.py", "swagger_ui/LICENSE", "/etc/passwd"])
def test_no_other_file_is_reachable(name: str) -> None:
    with pytest.raises(KeyError):
        asset(name)


def test_vendored_files_are_those_of_the_recorded_version() -> None:
    lines = (FOLDER / "swagger_ui" / "VERSION").read_text().splitlines()
    assert lines[:2] == [f"swagger-ui-dist {_vendor_assets.VERSION}", _vendor_assets.INTEGRITY]
    recorded = [line.split("  ") for line in lines[2:]]
    assert [name for _, name in recorded] == list(_vendor_assets.FILES)
    for digest, name in recorded:
        content = (FOLDER / "swagger_ui" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name


def test_licence_of_what_is_shipped_is_shipped() -> None:
    assert {"LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"} <= set(_vendor_assets.FILES)


def test_every_data_file_stands_in_package_data() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["bolide.openapi"]
    files = [path.relative_to(ROOT / "openapi").as_posix() for path in FOLDER.rglob("*") if path.is_file()]
    assert len(files) == 8
    assert [file for file in files if not any(fnmatch(file, pattern) for pattern in patterns)] == []
