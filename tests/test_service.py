"""systemd hears what it must, and nothing happens without it."""

from __future__ import annotations

import os
import socket

import pytest

from followupd.service import notify, watchdog_interval


@pytest.fixture(params=["path", "abstract"])
def systemd(request, tmp_path, monkeypatch):
    address = str(tmp_path / "notify") if request.param == "path" else f"@followupd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address if request.param == "path" else "\0" + address[1:])
        listener.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield listener


def test_states_arrive_as_one_datagram_each(systemd):
    assert notify("READY=1\nSTATUS=watching 销售")
    assert notify("WATCHDOG=1")
    assert systemd.recv(4096).decode() == "READY=1\nSTATUS=watching 销售"
    assert systemd.recv(4096) == b"WATCHDOG=1"


def test_control_characters_in_a_status_do_not_reach_systemd(systemd):
    notify("STATUS=a\x1b[31m\x00b\rc")
    assert systemd.recv(4096) == b"STATUS=a[31mbc"


@pytest.mark.parametrize("address", ["", "relative/path", "/nowhere/at/all", "@nobody-listens-here"])
def test_without_a_listener_nothing_happens(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert notify("READY=1") is False


@pytest.mark.parametrize(
    ("usec", "pid", "expected"),
    [
        ("180000000", "", 90.0),
        ("180000000", "me", 90.0),
        ("180000000", "1", None),
        ("0", "me", None),
        ("", "", None),
        ("soon", "", None),
        ("-5", "", None),
        ("³", "", None),
    ],
)
def test_the_watchdog_is_fed_at_half_its_time_if_it_is_ours(monkeypatch, usec, pid, expected):
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "me" else pid)
    assert watchdog_interval() == expected
