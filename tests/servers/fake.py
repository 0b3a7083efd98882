"""How do providers differ from the book? A small IMAP server whose every answer can be bent.

It knows enough of RFC 3501 to be logged in to, listed, opened, searched, fetched and appended to; ``Fake(handlers={...})``
replaces single commands. A handler gets (session, tag, argument) and sends what it likes.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[["Session", str, str], None]
CAPABILITIES = "IMAP4rev1 UIDPLUS IDLE SPECIAL-USE"
LIST = (
    r'* LIST (\HasNoChildren) "/" INBOX',
    r'* LIST (\HasNoChildren \Drafts) "/" Drafts',
    r'* LIST (\HasNoChildren \Sent) "/" Sent',
    r'* LIST (\HasNoChildren \Trash) "/" Trash',
)


@dataclass
class Fake:
    """``with Fake(...) as fake``: listens on ``fake.port``."""

    capabilities: str = CAPABILITIES
    greeting: str = "* OK ready"
    listing: tuple[str, ...] = LIST
    handlers: dict[str, Handler] = field(default_factory=dict)
    password: str = "secret"
    mails: dict[int, bytes] = field(default_factory=dict)
    """What lies in every folder, by UID."""
    uidnext: bool = True
    readonly: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.asked: list[str] = []
        """Every line that clients sent, in order."""
        self.bytes_seen = b""
        self.connections = 0
        self.appended: list[tuple[str, str, bytes]] = []
        self.rang = threading.Event()
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Fake:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def ended(self) -> bool:
        return self._stop.is_set()

    def commands(self) -> list[str]:
        """The names of the commands that came, in order."""
        return [line.split(" ")[1].upper() for line in self.asked if line.count(" ")]

    def _start(self, run: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError):
                link, _ = self._listener.accept()
                self.connections += 1
                self._start(self._serve, link)

    def _serve(self, link: socket.socket) -> None:
        with link, suppress(OSError):
            self.session(link).run()

    def session(self, link: socket.socket) -> Session:
        """Who serves one client; a family of servers of its own puts another one here."""
        return Session(self, link)


class Session:
    """One client's connection."""

    def __init__(self, fake: Fake, link: socket.socket) -> None:
        self.fake, self.link = fake, link
        self.buffer = b""
        self.folder = ""
        self.known: dict[str, int] = {}
        """What a handler wants to remember of this connection."""
        link.settimeout(0.05)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def say(self, *lines: str) -> None:
        self.raw("".join(line + "\r\n" for line in lines).encode())

    def raw(self, data: bytes) -> None:
        self.link.settimeout(10)
        self.link.sendall(data)
        self.link.settimeout(0.05)

    def line(self) -> str | None:
        """The next line of the client; None when it left or the server ends."""
        while b"\n" not in self.buffer:
            if not self._more():
                return None
        line, _, self.buffer = self.buffer.partition(b"\n")
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        self.fake.asked.append(text)
        return text

    def octets(self, size: int) -> bytes:
        while len(self.buffer) < size and self._more():
            pass
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def _more(self) -> bool:
        while not self.fake.ended:
            try:
                data = self.link.recv(65536)
            except TimeoutError:
                continue
            self.fake.bytes_seen += data
            self.buffer += data
            return bool(data)
        return False

    def run(self) -> None:
        self.say(self.fake.greeting)
        while (line := self.line()) is not None:
            tag, _, rest = line.partition(" ")
            name, _, argument = rest.partition(" ")
            if name.upper() == "UID":
                name, _, argument = argument.partition(" ")
                name = "UID " + name
            handler = self.fake.handlers.get(name.upper())
            if handler is not None:
                handler(self, tag, argument)
            else:
                self.answer(name.upper(), tag, argument)
            if name.upper() == "LOGOUT":
                return

    def answer(self, name: str, tag: str, argument: str) -> None:
        """By the book."""
        book = {
            "CAPABILITY": self._capability, "LOGIN": self._login, "LIST": self._list, "XLIST": self._list,
            "SELECT": self._select, "EXAMINE": self._select, "UID SEARCH": self._search, "UID FETCH": self._fetch,
            "APPEND": self._append, "IDLE": self._idle, "LOGOUT": self._logout,
        }  # fmt: skip
        run = book.get(name)
        if run is None:
            self.say(f"{tag} OK {name} done")
        else:
            run(tag, argument)

    def _capability(self, tag: str, argument: str) -> None:
        self.say(f"* CAPABILITY {self.fake.capabilities}", f"{tag} OK done")

    def _login(self, tag: str, argument: str) -> None:
        right = f'"{self.fake.password}"' in argument or argument.endswith(" " + self.fake.password)
        self.say(f"{tag} OK welcome" if right else f"{tag} NO [AUTHENTICATIONFAILED] wrong password")

    def _list(self, tag: str, argument: str) -> None:
        self.say(*self.fake.listing, f"{tag} OK done")

    def _select(self, tag: str, argument: str) -> None:
        self.folder = argument.split(" (")[0].strip('"')
        mails = self.fake.mails
        lines = [f"* {len(mails)} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen \Deleted \Draft)", "* OK [UIDVALIDITY 7] ok"]
        if self.fake.uidnext:
            lines.append(f"* OK [UIDNEXT {max(mails, default=0) + 1}] ok")
        lines.append(r"* OK [PERMANENTFLAGS (\Seen \Deleted \Draft)] ok")
        mode = "READ-ONLY" if self.folder in self.fake.readonly else "READ-WRITE"
        self.say(*lines, f"{tag} OK [{mode}] opened")

    def _search(self, tag: str, argument: str) -> None:
        found = " ".join(str(u) for u in sorted(self.fake.mails))
        self.say(f"* SEARCH {found}".rstrip(), f"{tag} OK done")

    def _uids(self, text: str) -> list[int]:
        top = max(self.fake.mails, default=0)
        found: set[int] = set()
        for piece in text.split(","):
            ends = [top if end == "*" else int(end) for end in piece.split(":")]
            found |= {u for u in self.fake.mails if min(ends) <= u <= max(ends)}
        return sorted(found)

    def _fetch(self, tag: str, argument: str) -> None:
        uids, _, items = argument.partition(" ")
        for number, uid in enumerate(sorted(self.fake.mails), 1):
            if uid in self._uids(uids):
                self.raw(f"* {number} FETCH (UID {uid}".encode() + self._items(self.fake.mails[uid], items) + b")\r\n")
        self.say(f"{tag} OK done")

    @staticmethod
    def _items(mail: bytes, items: str) -> bytes:
        upper = items.upper()
        out = rb" FLAGS (\Seen)" if "FLAGS" in upper else b""
        out += b' INTERNALDATE "20-Nov-2026 09:30:00 +0800"' if "INTERNALDATE" in upper else b""
        out += f" RFC822.SIZE {len(mail)}".encode() if "RFC822.SIZE" in upper else b""
        if "HEADER.FIELDS" in upper:
            found = re.search(rb"(?im)^message-id:[^\r\n]*", mail)
            head = (found[0] if found else b"") + b"\r\n\r\n"
            out += b" BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n" % len(head) + head
        if "BODY.PEEK[]" in upper:
            out += b" BODY[] {%d}\r\n" % len(mail) + mail
        return out

    def _append(self, tag: str, argument: str) -> None:
        size = int(argument.rpartition("{")[2].rstrip("+}"))
        self.say("+ go on")
        raw = self.octets(size)
        self.line()
        self.fake.appended.append((argument.split(" ")[0].strip('"'), argument, raw))
        uid = max(self.fake.mails, default=0) + 1
        self.fake.mails[uid] = raw
        code = f"[APPENDUID 7 {uid}] " if "UIDPLUS" in self.fake.capabilities else ""
        self.say(f"{tag} OK {code}stored")

    def refuse_append(self, tag: str, argument: str, text: str) -> None:
        """Take the literal, as servers do, and then say no."""
        size = int(argument.rpartition("{")[2].rstrip("+}"))
        self.say("+ go on")
        self.octets(size)
        self.line()
        self.say(f"{tag} NO {text}")

    def _idle(self, tag: str, argument: str) -> None:
        self.say("+ idling")
        self.await_done(tag)

    def await_done(self, tag: str) -> None:
        line = self.line()
        if line is not None:
            self.say(f"{tag} OK done")

    def sleep_until(self, event: threading.Event, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not event.is_set() and time.monotonic() < end and not self.fake.ended:
            time.sleep(0.01)

    def _logout(self, tag: str, argument: str) -> None:
        self.say("* BYE see you", f"{tag} OK done")
