from __future__ import annotations

from typing import Any

import pytest

from bolide.openapi.page_hosts import document_hosts, origin


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example.com/v1?x=1", "https://api.example.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("//cdn.example.com/x", "cdn.example.com"),
        ("https://user:secret@example.com", "https://example.com"),
        ("/v1", None),
        ("docs/assets", None),
        ("", None),
        ("data:image/png;base64,AAAA", None),
        ("javascript://example.com/%0aalert(1)", None),
        ("https://example.com;script-src *", None),
        ("https://example.com script-src", None),
        ("https://*", None),
        ("https://[::1]/", None),
        ("https://[broken/", None),
    ],
)
def test_origin_is_what_a_policy_can_name(url: str, expected: str | None) -> None:
    assert origin(url) == expected


def test_servers_of_every_level_are_requested() -> None:
    document = {
        "servers": [{"url": "https://a.example.com/v1"}, {"url": "/v2"}],
        "paths": {
            "/x": {
                "servers": [{"url": "https://b.example.com"}],
                "get": {"servers": [{"url": "https://c.example.com"}]},
            }
        },
    }
    assert document_hosts(document).requested == (
        "https://a.example.com",
        "https://b.example.com",
        "https://c.example.com",
    )


def test_variables_of_servers_take_all_their_values() -> None:
    variables = {"region": {"default": "eu", "enum": ["eu", "us"]}, "port": {"default": "8443"}}
    document = {"servers": [{"url": "https://{region}.example.com:{port}/v1", "variables": variables}]}
    assert document_hosts(document).requested == (
        "https://eu.example.com:8443",
        "https://us.example.com:8443",
    )


def test_logins_are_requested_where_tokens_are() -> None:
    flows = {
        "password": {"tokenUrl": "/token"},
        "authorizationCode": {
            "authorizationUrl": "https://seen-by-people.example.com/login",
            "tokenUrl": "https://token.example.com/token",
            "refreshUrl": "https://refresh.example.com/token",
        },
    }
    schemes = {
        "oauth": {"type": "oauth2", "flows": flows},
        "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://oidc.example.com/.well-known/openid"},
    }
    assert document_hosts({"components": {"securitySchemes": schemes}}).requested == (
        "https://oidc.example.com",
        "https://refresh.example.com",
        "https://token.example.com",
    )


def test_images_of_descriptions_and_the_logo_are_pictured() -> None:
    document = {
        "info": {
            "description": "![Logo](https://a.example.com/logo.png) and [link](https://no.example.com)",
            "x-logo": {"url": "https://b.example.com/logo.svg"},
        },
        "paths": {"/x": {"get": {"description": 'See <img alt="x" src="http://c.example.com/x.png">.'}}},
    }
    assert document_hosts(document).pictured == (
        "http://c.example.com",
        "https://a.example.com",
        "https://b.example.com",
    )


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"servers": None, "info": [], "components": {"securitySchemes": []}},
        {"servers": ["https://a.example.com"], "components": {"securitySchemes": {"x": 1}}},
        {"servers": [{"url": 1, "variables": {"x": None}}]},
    ],
)
def test_document_of_another_shape_names_no_host(document: dict[str, Any]) -> None:
    found = document_hosts(document)
    assert (found.requested, found.pictured) == ((), ())
