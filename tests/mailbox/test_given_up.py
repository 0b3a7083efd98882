"""Can what was sent over a line that we gave up still arrive? Then a draft could be doubled by an APPEND that we took for lost."""

from __future__ import annotations

import socket

import pytest

from followupd.mailbox.line import Line
from followupd.mailbox.pace import nothing

LETTER = b"x" * 4_000_000
"""More than both ends of a line hold, so that some of it waits on our side."""


def _arrived(link: socket.socket) -> int:
    """Reads to the end; raises ConnectionResetError where the other side gave the line up."""
    link.settimeout(10)
    return sum(len(piece) for piece in iter(lambda: link.recv(65536), b""))


def _left_waiting(close: socket.socket, server: socket.socket) -> socket.socket:
    with pytest.raises(TimeoutError):
        close.sendall(LETTER)
    link, _ = server.accept()
    close.close()
    return link


def test_nothing_more_arrives_over_a_line_that_was_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sock = Line(0.3, nothing).dial("127.0.0.1", server.getsockname()[1], None)
        with _left_waiting(sock, server) as link, pytest.raises(ConnectionResetError):
            _arrived(link)


def test_a_plain_socket_goes_on_sending_after_it_was_closed() -> None:
    """The control: the system delivers what the program has long given up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        sock = socket.create_connection(server.getsockname(), 0.3)
        with _left_waiting(sock, server) as link:
            assert _arrived(link) > 0
