"""Which real servers do the tests share? One Dovecot per worker, a user of their own for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from followupd.rulesource import RuleSource, read_rules
from tests.servers.dovecot import Dovecot, binary

_numbers = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot. Missing is a skip on a laptop and a failure where everything is promised to run."""
    if binary() is None:
        if os.environ.get("CI"):
            pytest.fail("Dovecot is not installed here, and CI promises it (Debian: dovecot-imapd)")
        pytest.skip("needs Dovecot (Debian: dovecot-imapd)")
    with Dovecot() as server:
        yield server


@pytest.fixture
def user() -> str:
    """A mailbox that no other test has touched."""
    return f"lily{next(_numbers)}@brightway.test"


@pytest.fixture(scope="session")
def shipped() -> RuleSource:
    return read_rules()
