"""Settings are checked when they are made."""

from __future__ import annotations

from typing import Any

import pytest

from bolide.server_adapters.config import ConfigError, ServerConfig, split_list


def test_the_defaults_are_safe() -> None:
    config = ServerConfig()
    assert (config.host, config.port) == ("127.0.0.1", 8000)
    assert config.timeout_request_header == 10
    assert config.limit_request_head == 32768


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"port": -1}, "port is -1; expected 0 to 65535"),
        ({"port": 65536}, "port is 65536; expected 0 to 65535"),
        ({"backlog": 0}, "backlog is 0; expected a number above 0"),
        ({"timeout_keep_alive": 0}, "timeout_keep_alive is 0; expected a number above 0"),
        (
            {"timeout_request_header": float("nan")},
            "timeout_request_header is nan; expected a number above 0",
        ),
        ({"limit_request_line": -5}, "limit_request_line is -5; expected a number above 0"),
        ({"workers": 0}, "workers is 0; expected a number above 0"),
        ({"limit_max_requests": 0}, "limit_max_requests is 0; expected a number above 0"),
        ({"timeout_graceful_shutdown": -1}, "timeout_graceful_shutdown is -1; expected 0 or more"),
        ({"limit_concurrency": 0}, "limit_concurrency is 0; expected a number above 0"),
        ({"workers_lifetime": -1.5}, "workers_lifetime is -1.5; expected a number above 0"),
        ({"limit_request_body": -1}, "limit_request_body is -1; expected 0 or more"),
        ({"limit_max_requests_jitter": -1}, "limit_max_requests_jitter is -1; expected 0 or more"),
        ({"root_path": "api"}, "root_path is 'api'; expected it to start with '/'"),
        ({"loop": "trio"}, "loop is 'trio'; expected 'auto', 'uvloop' or 'asyncio'"),
        (
            {"proxy_allow_from": "10.0.0.1, proxy"},
            "proxy_allow_from is '10.0.0.1, proxy': 'proxy' does not appear to be an IPv4 or IPv6 network; "
            "expected addresses, networks like 10.0.0.0/8, 'unix' or '*'",
        ),
        (
            {"ws_allowed_origins": ("example.com",)},
            "ws_allowed_origins has 'example.com'; expected an origin like 'https://example.com', or '*'",
        ),
        (
            {"ws_allowed_origins": ("https://example.com/",)},
            "ws_allowed_origins has 'https://example.com/'; "
            "expected an origin like 'https://example.com', or '*'",
        ),
        (
            {"log_level": "loud"},
            "log_level is 'loud'; expected 'critical', 'error', 'warning', 'info' or 'debug'",
        ),
    ],
)
def test_a_value_out_of_range_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ServerConfig(**settings)
    assert str(caught.value) == message


def test_lists_may_have_spaces() -> None:
    assert split_list(ServerConfig(proxy_allow_from="10.0.0.1, unix").proxy_allow_from) == [
        "10.0.0.1",
        "unix",
    ]
