"""How is a server reached, and how does a line end that leads nowhere?

The sockets under imapclient: every read looks at the pace, a host of many addresses uses up no more time than one, and another
thread may cut the line at any moment.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout

from followupd.mailbox.pace import Pace

Got = TypeVar("Got", int, bytes)
CONNECT = 20.0
"""Seconds for one address of a host, at most."""
_FORGETS = struct.pack("ii", 1, 0)
"""Octets that are still on their way when a line is closed are thrown away.

The system goes on trying for minutes otherwise, so that an APPEND over a dead line could arrive when the network is back, after
we looked, found nothing and wrote the draft once more.
"""


class _Plain(socket.socket):
    """A socket whose reads end when the command's time is over."""

    pace: Pace | None = None

    def recv_into(self, *arguments: Any, **more: Any) -> int:
        return _read(self, super().recv_into, arguments, more)

    def recv(self, *arguments: Any, **more: Any) -> bytes:
        return _read(self, super().recv, arguments, more)


class _Tls(ssl.SSLSocket):
    """The same under TLS."""

    pace: Pace | None = None

    def recv_into(self, *arguments: Any, **more: Any) -> int:
        return _read(self, super().recv_into, arguments, more)

    def recv(self, *arguments: Any, **more: Any) -> bytes:
        return _read(self, super().recv, arguments, more)


def _read(sock: _Plain | _Tls, read: Callable[..., Got], arguments: tuple[Any, ...], more: dict[str, Any]) -> Got:
    """One read, cut short by the pace; one that does not wait is no matter of pace."""
    pace, timeout = sock.pace, sock.gettimeout()
    if pace is None or timeout == 0:
        return read(*arguments, **more)
    left = pace.left()
    if timeout is not None and timeout <= left:
        got = read(*arguments, **more)
    else:
        sock.settimeout(left)
        try:
            got = read(*arguments, **more)
        finally:
            sock.settimeout(timeout)
    pace.took(got if isinstance(got, int) else len(got))
    return got


def guarded(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same trust, over sockets that keep the pace."""
    context.sslsocket_class = _Tls
    return context


class Line:
    """One connection, from its first packet on. ``timeout`` in seconds."""

    def __init__(self, timeout: float, pulse: Callable[[], None]) -> None:
        self.pace = Pace(timeout, pulse)
        self._timeout = timeout
        self._sock: socket.socket | None = None
        self._cut = False

    def dial(self, host: str, port: int, context: ssl.SSLContext | None) -> socket.socket:
        """A socket to the server, secured where ``context`` is given. Raises OSError."""
        self.pace.begin()
        sock: socket.socket = _reach(host, port, min(self._timeout, CONNECT), self._timeout * 2)
        self.hold(sock)
        if context is not None:
            sock = context.wrap_socket(sock, server_hostname=host)
        return self.hold(sock)

    def hold(self, sock: socket.socket) -> socket.socket:
        """Go on over this socket: after dialling, and after TLS was begun on it."""
        assert isinstance(sock, _Plain | _Tls)
        sock.pace, self._sock = self.pace, sock
        if self._cut:
            self.cut()
        return sock

    def cut(self) -> None:
        """End what is waited for, from any thread: a read that is blocked sees the end of the stream."""
        self._cut, sock = True, self._sock
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not SSLSocket's, which takes the TLS away under the reader


def _reach(host: str, port: int, each: float, total: float) -> _Plain:
    """Try the addresses of a host in their order; those that are black holes leave time for the others."""
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    end, failed = time.monotonic() + total, OSError("the host has no address")
    for tried, (family, kind, protocol, _, address) in enumerate(found):
        sock = _Plain(family, kind, protocol)
        try:
            sock.settimeout(min(each, max(0.1, (end - time.monotonic()) / (len(found) - tried))))
            sock.connect(address)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _FORGETS)
            sock.settimeout(each)
        except OSError as error:
            sock.close()
            failed = error
        else:
            return sock
    raise failed


class _Protocol(imaplib.IMAP4):
    """imaplib over a :class:`Line`: each command begins a time of its own."""

    def __init__(self, line: Line, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._line, self._trust = line, context
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - imaplib's own knows one timeout only
        return self._line.dial(self.host, self.port, self._trust)

    def _new_tag(self) -> Any:
        self._line.pace.begin()
        return super()._new_tag()  # type: ignore[misc]


class Client(IMAPClient):  # type: ignore[misc]
    """imapclient over a :class:`Line`. ``context``: TLS from the first octet on; None: plain, until STARTTLS."""

    def __init__(self, line: Line, host: str, port: int, context: ssl.SSLContext | None, timeout: float) -> None:
        self._line = line
        super().__init__(
            host, port=port, ssl=context is not None, ssl_context=context, timeout=SocketTimeout(connect=timeout, read=timeout)
        )

    def _create_IMAP4(self) -> Any:
        return _Protocol(self._line, self.host, self.port, self.ssl_context)

    def starttls(self, ssl_context: ssl.SSLContext) -> Any:
        """TLS from here on."""
        answer = super().starttls(ssl_context)
        self._line.hold(self.socket())
        return answer
