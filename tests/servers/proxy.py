"""What does a bad line look like? A TCP proxy in front of a real server that breaks it at a chosen moment.

It sees plain IMAP (security none on loopback), so a fault can be tied to a command: ``proxy.lose_answer(b"APPEND")``.
"""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

Fault = Literal["answer", "request", "literal", "late"]
"""What is lost of a command: the answer to it, the command itself, the second half of what it carries, or its time: the client is cut off, and
what the command carries gets to the server only ``Proxy.late`` seconds afterwards."""


@dataclass
class _Line:
    client: socket.socket
    server: socket.socket
    waiting: bytes | None = None
    """The tag whose answer is to be lost."""
    answered: bytes = b""
    torn: bool = False
    """The literal that comes next gets through by half."""
    held: int = 0
    """The literal that comes next has so many octets and gets through when the client has long been cut off."""
    forgotten: bool = False
    hung_up: bool = False


class Proxy:
    """``with Proxy(port) as proxy``: connect to ``proxy.port``. Faults hold for connections that exist and that come."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.connections = 0
        self.received = 0
        """Octets that came from the server, over all connections."""
        self.asked = bytearray()
        """What clients sent."""
        self.asked_at: list[tuple[float, bytes]] = []
        self.split = 0
        self.pause = 0.001
        """Seconds between two pieces of ``split`` octets."""
        self.delay = 0.0
        self.late = 1.0
        """Seconds that a letter is held for; or until ``let_go``."""
        self.letting_go = threading.Event()
        self.cut_after: int | None = None
        self.cut_literals = False
        """Whoever is sent a mail is cut off in the middle of it."""
        self._lost_answer = b""
        self._lost_request = b""
        self._each = 0
        self._met = 0
        self._target = b""
        self._shots: Callable[[], Fault | None] = lambda: None
        self.faults = 0
        """Answers and requests that were lost so far."""
        self.silent = threading.Event()
        self._lines: list[_Line] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def lose_answer(self, command: bytes, each: int = 0) -> None:
        """Pass the command on, then cut the client off as soon as the server answered it with a tagged line.

        Once; or every n-th time with ``each``, until ``heal``.
        """
        self._lost_answer, self._each, self._met = command, each, 0

    def lose_request(self, command: bytes, each: int = 0) -> None:
        """Cut the client off instead of passing the command on: once, or every n-th time."""
        self._lost_request, self._each, self._met = command, each, 0

    def shoot(self, command: bytes, shots: Callable[[], Fault | None]) -> None:
        """Ask ``shots`` at every such command what is to be lost of it, until ``heal``."""
        self._target, self._shots = command, shots

    def let_go(self) -> None:
        """All letters that are held get to the server now, and are there when this returns."""
        self.letting_go.set()
        while any(line.held for line in self._lines):
            time.sleep(0.005)
        self.letting_go.clear()

    def blackhole(self, on: bool = True) -> None:
        """Nothing passes any more in either direction, and nothing is closed."""
        self.silent.set() if on else self.silent.clear()

    def forget(self) -> None:
        """The lines that stand are half open from now on: the client's end does not know, the other is gone. New ones are good."""
        for line in self._lines:
            line.forgotten = True

    def hang_up(self) -> None:
        """The lines that stand end, as when the server's machine is switched off and on. New ones are good."""
        for line in self._lines:
            line.hung_up = True

    def dribble(self, seconds: float) -> None:
        """Whatever the server says comes octet by octet, with so long a pause after each."""
        self.split, self.pause = 1, seconds

    def heal(self) -> None:
        """No fault that was asked for and has not come yet will come; what is broken stays broken."""
        self.split, self.pause, self.cut_literals = 0, 0.001, False
        self._lost_answer = self._lost_request = self._target = b""
        self.cut_after = None
        self.blackhole(False)

    def __enter__(self) -> Proxy:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, run: object, *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            if not select.select([self._listener], [], [], 0.05)[0]:
                continue
            with suppress(OSError):
                client, _ = self._listener.accept()
                self.connections += 1
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.target), 5) as server:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = _Line(client, server)
            self._lines.append(line)
            while not self._stop.is_set() and not line.hung_up:
                ready, _, _ = select.select([client] if line.forgotten else [client, server], [], [], 0.02)
                if line.forgotten:
                    server.close()
                    if client in ready and not client.recv(65536):
                        return
                    continue
                if self.silent.is_set():
                    time.sleep(0.02)
                    continue
                if client in ready and not self._up(line):
                    return
                if server in ready and not self._down(line):
                    return

    def _up(self, line: _Line) -> bool:
        """Client to server; False when the line is to be cut."""
        data = line.client.recv(65536)
        self.asked += data
        self.asked_at.append((time.monotonic(), data))
        if not data:
            return False
        if line.torn:
            line.server.sendall(data[: len(data) // 2])
            return False
        if line.held:
            return self._hold(line, data)
        fault = self._fault(data)
        if fault == "request":
            return False
        if fault == "answer":
            line.waiting = data.split(b" ", 1)[0]
        line.torn = fault == "literal"
        line.held = int(data[data.rindex(b"{") + 1 : data.rindex(b"}")].rstrip(b"+")) if fault == "late" else 0
        line.server.sendall(data)
        return True

    def _hold(self, line: _Line, letter: bytes) -> bool:
        """Take the letter whole, cut the client off, and deliver it when nobody waits for it any more."""
        while len(letter) < line.held and (more := line.client.recv(65536)):
            letter += more
        line.client.close()
        self.letting_go.wait(self.late)
        line.server.settimeout(5)
        try:
            line.server.sendall(letter[: line.held] + b"\r\n")
            line.server.recv(65536)  # its answer: done
        finally:
            line.held = 0
        return False

    def _fault(self, data: bytes) -> Fault | None:
        """What is to be lost of this command."""
        if self._due(self._lost_request, data):
            self._lost_request = self._lost_request if self._each else b""
            return "request"
        if self._due(self._lost_answer, data):
            self._lost_answer = self._lost_answer if self._each else b""
            return "answer"
        fault = self._shots() if self._hit(self._target, data) else None
        self.faults += fault is not None
        return fault

    def _down(self, line: _Line) -> bool:
        """Server to client; False when the line is to be cut."""
        data = line.server.recv(65536)
        if not data:
            return False
        if line.waiting is None:
            return self._pass(line.client, data)
        line.answered += data
        if re.search(rb"(?m)^" + re.escape(line.waiting) + b" (OK|NO|BAD)", line.answered):
            return False
        return not data.startswith(b"+") or self._pass(line.client, data)

    def _due(self, command: bytes, data: bytes) -> bool:
        """Is this the command that is to fail, and its turn?"""
        if not self._hit(command, data):
            return False
        self._met += 1
        due = not self._each or self._met % self._each == 0
        self.faults += due
        return due

    @staticmethod
    def _hit(command: bytes, data: bytes) -> bool:
        return bool(command) and re.match(rb"\S+ (UID )?" + command + rb"\b", data, re.IGNORECASE) is not None

    def _pass(self, client: socket.socket, data: bytes) -> bool:
        """Hand the server's octets on, as badly as asked for; False when the line is to be cut."""
        if self.delay:
            time.sleep(self.delay)
        if self.cut_after is not None and self.received + len(data) > self.cut_after:
            client.sendall(data[: max(0, self.cut_after - self.received)])
            self.cut_after = None
            return False
        if self.cut_literals and (found := data.find(b"BODY[] {")) >= 0:
            self.faults += 1
            client.sendall(data[: (found + len(data)) // 2 + 10])
            return False
        self.received += len(data)
        if not self.split:
            client.sendall(data)
            return True
        for start in range(0, len(data), self.split):
            if self._stop.is_set() or not self.split:
                client.sendall(data[start:])
                return True
            client.sendall(data[start : start + self.split])
            time.sleep(self.pause)
        return True
