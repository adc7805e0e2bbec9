from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bolide.openapi import _vendor_assets
from bolide.openapi.assets import AssetPackage, asset, asset_names, asset_packages, digest_of, start_script

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "openapi" / "assets"

NAMES = {
    "@scalar/api-reference@1.72.1/dist/browser/standalone.js",
    "redoc@2.5.4/bundles/redoc.standalone.js",
    "swagger-ui-dist@5.35.0/favicon-32x32.png",
    "swagger-ui-dist@5.35.0/oauth2-redirect.js",
    "swagger-ui-dist@5.35.0/swagger-ui-bundle.js",
    "swagger-ui-dist@5.35.0/swagger-ui.css",
}


def test_names_of_assets_say_package_and_version() -> None:
    own = {start_script(name) for name in ("redoc.js", "scalar.js", "swagger-ui.js")}
    assert asset_names() == NAMES | own
    assert all(re.fullmatch(r"start@[0-9a-f]{12}/[a-z-]+\.js", name) for name in own)


@pytest.mark.parametrize(
    ("name", "media_type", "start"),
    [
        (
            "@scalar/api-reference@1.72.1/dist/browser/standalone.js",
            "text/javascript; charset=utf-8",
            b"(function(){try",
        ),
        (
            "redoc@2.5.4/bundles/redoc.standalone.js",
            "text/javascript; charset=utf-8",
            b"/*! For license information",
        ),
        ("swagger-ui-dist@5.35.0/favicon-32x32.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        (
            "swagger-ui-dist@5.35.0/swagger-ui-bundle.js",
            "text/javascript; charset=utf-8",
            b"/*! For license information",
        ),
        ("swagger-ui-dist@5.35.0/swagger-ui.css", "text/css; charset=utf-8", b".swagger-ui"),
    ],
)
def test_asset_has_content_and_media_type(name: str, media_type: str, start: bytes) -> None:
    found = asset(name)
    assert found.media_type == media_type
    assert found.content[: len(start)] == start


def test_start_script_is_stored_as_it_is() -> None:
    found = asset(start_script("scalar.js"))
    assert not found.is_compressed
    assert found.stored == found.content == (FOLDER / "start" / "scalar.js").read_bytes()


def test_every_content_is_that_of_its_digest() -> None:
    for name in asset_names():
        assert digest_of(asset(name).content) == asset(name).integrity, name


def test_entity_tags_differ_by_content_and_by_encoding() -> None:
    tags = {asset(name).etag(is_compressed=each) for name in asset_names() for each in (False, True)}
    assert len(tags) == 2 * 9
    assert all(re.fullmatch(r'"[0-9a-f]{32}(-gzip)?"', tag) for tag in tags)


@pytest.mark.parametrize(
    "name", ["", "lock.json", "../pages.py", "swagger-ui/LICENSE", "redoc@2.5.4/LICENSE", "/etc/passwd"]
)
def test_no_other_file_is_reachable(name: str) -> None:
    with pytest.raises(KeyError):
        asset(name)


def test_kept_files_are_those_of_the_lock_file() -> None:
    for package in asset_packages().values():
        for path, digest in package.kept.items():
            assert digest_of((FOLDER / package.stored_at(path)).read_bytes()) == digest, path


def test_licence_of_what_is_shipped_is_shipped() -> None:
    licences = {package.folder: package.licence for package in asset_packages().values()}
    assert licences == {"redoc": "MIT", "scalar": "MIT", "swagger-ui": "Apache-2.0"}
    for folder in licences:
        assert "copyright" in (FOLDER / folder / "LICENSE").read_text().lower()
    assert {"LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"} <= set(
        asset_packages()["swagger-ui-dist"].kept
    )


def test_list_of_versions_for_readers_is_true() -> None:
    page = (ROOT / "docs" / "guide" / "docs-pages.md").read_text()
    listed = re.findall(r"\| `([^`]+)` \| ([0-9.]+) \| ([A-Za-z0-9.-]+) \|", page)
    assert sorted(listed) == sorted((p.name, p.version, p.licence) for p in asset_packages().values())


# The script that takes them from the registry, without the registry.


@pytest.fixture
def package() -> AssetPackage:
    return AssetPackage(
        name="shown",
        version="1.0.0",
        integrity="sha512-unused",
        licence="MIT",
        folder="shown",
        served={"dist/shown.js": "", "icon.png": ""},
        kept={"LICENSE": ""},
    )


PUBLISHED = {"dist/shown.js": b"show()", "icon.png": b"\x89PNG", "LICENSE": b"MIT"}


def test_written_files_are_as_published(package: AssetPackage, tmp_path: Path) -> None:
    locked = _vendor_assets.write_files(package, PUBLISHED, tmp_path)
    assert gzip.decompress((tmp_path / "shown" / "shown.js.gz").read_bytes()) == b"show()"
    assert (tmp_path / "shown" / "icon.png").read_bytes() == b"\x89PNG"
    assert (tmp_path / "shown" / "LICENSE").read_bytes() == b"MIT"
    assert list(_vendor_assets.differences(locked, PUBLISHED, tmp_path)) == []


def test_same_content_is_not_written_again(package: AssetPackage, tmp_path: Path) -> None:
    _vendor_assets.write_files(package, PUBLISHED, tmp_path)
    compressed_otherwise = gzip.compress(b"show()", 1, mtime=1)
    (tmp_path / "shown" / "shown.js.gz").write_bytes(compressed_otherwise)
    _vendor_assets.write_files(package, PUBLISHED, tmp_path)
    assert (tmp_path / "shown" / "shown.js.gz").read_bytes() == compressed_otherwise


def test_changed_and_missing_files_are_named(package: AssetPackage, tmp_path: Path) -> None:
    locked = _vendor_assets.write_files(package, PUBLISHED, tmp_path)
    (tmp_path / "shown" / "LICENSE").write_bytes(b"mine")
    (tmp_path / "shown" / "icon.png").unlink()
    assert list(_vendor_assets.differences(locked, PUBLISHED, tmp_path)) == [
        f"{tmp_path}/shown/icon.png: not as published in shown 1.0.0",
        f"{tmp_path}/shown/LICENSE: not as published in shown 1.0.0",
    ]


def test_digest_of_another_file_is_named(package: AssetPackage, tmp_path: Path) -> None:
    locked = _vendor_assets.write_files(package, PUBLISHED, tmp_path)
    other = replace(locked, kept={"LICENSE": "sha512-" + hashlib.sha512(b"mine").hexdigest()})
    assert list(_vendor_assets.differences(other, PUBLISHED, tmp_path)) == [
        "shown@1.0.0/LICENSE: the digest in lock.json is of another file"
    ]


def test_script_knows_no_other_argument() -> None:
    with pytest.raises(SystemExit, match="usage: "):
        _vendor_assets.main(["--help"])
