"""Which tests drive a whole mail program? Those of a release: ``./run clients``, never the ordinary run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.clients.outcome import Sink
from tests.servers.dovecot import free_port


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out unless ``-m release`` asks for them."""
    if "release" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("release")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def need(*programs: str) -> None:
    """Skip where a program is missing; a release check on which everything depends fails instead."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing and os.environ.get("CI"):
        pytest.fail(f"needs {', '.join(missing)}; ./run clients installs them")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}; ./run clients installs them")


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    """An SMTP server on loopback, and its port."""
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go: FOLLOWUPD_SHOTS if it is set, so that a person can look at them."""
    place = Path(os.environ.get("FOLLOWUPD_SHOTS") or tmp_path / "shots")
    place.mkdir(parents=True, exist_ok=True)
    return place
