"""Which bench do the tests share? One pair of servers and one warm process for each worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kill.matrix import rehearse
from tests.kill.world import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    found = Bench()
    try:
        rehearse(found, tmp_path_factory.mktemp("rehearsal"))
        yield found
    finally:
        found.close()
