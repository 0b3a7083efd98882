"""Does a password ever travel unencrypted to a host that only looks like this machine?"""

from __future__ import annotations

import pytest

from followupd.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.evil.example", "127.evil.example", "127.0.0.1.evil.example", "::1.evil", "10.0.0.1", ""]
)
def test_a_host_that_only_looks_like_it_is_not(host: str) -> None:
    assert not is_loopback(host)
