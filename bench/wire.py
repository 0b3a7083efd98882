"""What goes over the line, and when? A proxy that writes down every flight, and can be a slow line.

``delay`` is the round trip in seconds (half of it each way), ``rate`` octets per second towards the client.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

CHUNK = 65536
WINDOW = 16
"""So many chunks are under way at most; then the sender waits, as TCP makes it wait."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Octets that passed: when, which way, and what."""

    at: float
    up: bool
    data: bytes


class Wire:
    """``with Wire(port) as wire``: connect to ``wire.port``."""

    def __init__(self, target: int, delay: float = 0.0, rate: float = 0.0, *, keep: int = 4096) -> None:
        self.target, self.delay, self.rate, self.keep = target, delay, rate, keep
        self.up = self.down = self.trips = 0
        """Octets to the server, from the server, and how often the client waited for an answer."""
        self.seen: list[Seen] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Wire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def find(self, up: bool, wanted: bytes, after: float = 0.0, flight: bytes = b"") -> float | None:
        """When did these octets first pass after that moment?"""
        return next((s.at for s in list(self.seen) if s.up is up and s.at > after and wanted in s.data and flight in s.data), None)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target), 5)
            server.settimeout(None)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            turn = [True]
            self._carry(client, server, True, turn)
            self._carry(server, client, False, turn)

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool, turn: list[bool]) -> None:
        under_way: queue.Queue[tuple[float, bytes]] = queue.Queue(WINDOW)
        slow = self.delay > 0 or self.rate > 0
        threading.Thread(target=self._read, args=(source, sink, under_way if slow else None, up, turn), daemon=True).start()
        if slow:
            threading.Thread(target=self._write, args=(sink, under_way), daemon=True).start()

    def _read(
        self, source: socket.socket, sink: socket.socket, under_way: queue.Queue[tuple[float, bytes]] | None, up: bool, turn: list[bool]
    ) -> None:
        free = 0.0
        with suppress(OSError):
            while data := source.recv(CHUNK):
                now = time.monotonic()
                self._note(now, up, data, turn)
                if under_way is None:
                    sink.sendall(data)
                    continue
                free = max(now, free) + (len(data) / self.rate if self.rate and not up else 0.0)
                under_way.put((free + self.delay / 2, data))
        if under_way is not None:
            under_way.put((0.0, b""))
        else:
            _end(sink)

    def _note(self, now: float, up: bool, data: bytes, turn: list[bool]) -> None:
        with self._lock:
            if up:
                self.up += len(data)
                self.trips += not turn[0]
            else:
                self.down += len(data)
            turn[0] = up
            if self.keep:
                self.seen.append(Seen(now, up, data[: self.keep]))

    @staticmethod
    def _write(sink: socket.socket, under_way: queue.Queue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                when, data = under_way.get()
                if not data:
                    break
                if (pause := when - time.monotonic()) > 0:
                    time.sleep(pause)
                sink.sendall(data)
        _end(sink)


def _end(sink: socket.socket) -> None:
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
