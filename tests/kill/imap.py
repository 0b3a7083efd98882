"""Which IMAP server outlives its clients? A MemoryServer behind a socket, whose every change passes the gate.

It speaks as much of RFC 3501 as followupd asks for, to the real client over a real connection.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from followupd.mailbox.base import Box
from followupd.mailbox.folders import message_id_of
from followupd.mailbox.memory import NAMES, MemoryServer, Stored
from tests.kill.gate import Dead, Gate

PASSWORD = "secret"
USES = {NAMES[box]: rf"\{box.value.title()}" for box in (Box.SENT, Box.DRAFTS, Box.TRASH, Box.ARCHIVE, Box.JUNK)}
DATE = "%d-%b-%Y %H:%M:%S %z"


class HouseServer(MemoryServer):
    """One account's mailbox, with folders that some server keeps shut."""

    locked: frozenset[str] = frozenset()


class ImapServer:
    """Listens on ``port``; ``houses`` says whose mailbox is whose and may be changed between two runs."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.houses: dict[str, HouseServer] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with link, suppress(OSError, Dead), link.makefile("rb") as stream:
            _Session(self, link, stream).run()


class _Session:
    def __init__(self, server: ImapServer, link: socket.socket, stream: object) -> None:
        self.server, self.link, self.stream = server, link, stream
        self.house = HouseServer()
        self.name = ""

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.stream.readline():
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            name, _, argument = rest.partition(" ")
            if name.upper() == "UID":
                name, _, argument = argument.partition(" ")
                name = f"UID {name}"
            answer = getattr(self, "_" + name.lower().replace(" ", "_"), None)
            self.say(f"{tag} {answer(argument) if answer else 'OK done'}")
            if name.upper() == "LOGOUT":
                return

    def say(self, *lines: str | bytes) -> None:
        self.link.sendall(b"".join((x.encode() if isinstance(x, str) else x) + b"\r\n" for x in lines))

    # ---- looking ----------------------------------------------------------------------------------

    def _capability(self, _: str) -> str:
        house = self.house
        extra = (" UIDPLUS" if house.uidplus else "") + (" MOVE" if house.can_move else "")
        self.say("* CAPABILITY IMAP4rev1 SPECIAL-USE" + extra)
        return "OK done"

    def _login(self, argument: str) -> str:
        user, password = (word.strip('"') for word in argument.split(" "))
        if password != PASSWORD or user not in self.server.houses:
            return "NO [AUTHENTICATIONFAILED] wrong password"
        self.house = self.server.houses[user]
        return "OK welcome"

    def _list(self, _: str) -> str:
        self.say(*(rf'* LIST (\HasNoChildren{" " + USES[n] if n in USES else ""}) "/" "{n}"' for n in self.house.folders))
        return "OK done"

    def _select(self, argument: str) -> str:
        name = argument.strip('"')
        if name in self.house.locked or name not in self.house.folders:
            self.name = ""
            return "NO this folder does not open"
        self.name = name
        data = self.house.folders[name]
        kept = r"\Seen \Deleted \Draft" + (r" \*" if self.house.keywords else "")
        self.say(
            f"* {len(data.messages)} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen \Deleted \Draft)",
            f"* OK [UIDVALIDITY {data.uidvalidity}] ok", f"* OK [UIDNEXT {data.uidnext}] ok",
            f"* OK [PERMANENTFLAGS ({kept})] ok",
        )  # fmt: skip
        return "OK [READ-WRITE] opened"

    _examine = _select

    def _mails(self, uids: str) -> list[tuple[int, Stored]]:
        top = self.house.folders[self.name].uidnext - 1
        wanted: set[int] = set()
        for piece in uids.split(","):
            ends = [top if end == "*" else int(end) for end in piece.split(":")]
            wanted |= set(range(min(ends), max(ends) + 1))
        return [(n, m) for n, m in enumerate(self.house.messages(self.name), 1) if m.uid in wanted]

    def _uid_search(self, argument: str) -> str:
        since = re.search(r"SINCE (\S+)", argument)
        first = datetime.strptime(since[1], "%d-%b-%Y").replace(tzinfo=UTC) if since else datetime.min.replace(tzinfo=UTC)
        found = [m for m in self.house.messages(self.name) if m.when >= first]
        if uids := re.search(r"UID (\S+)", argument):
            found = [m for _, m in self._mails(uids[1]) if m in found]
        self.say(" ".join(["* SEARCH", *(str(m.uid) for m in found)]))
        return "OK done"

    def _uid_fetch(self, argument: str) -> str:
        uids, _, items = argument.partition(" ")
        for number, mail in self._mails(uids):
            self.say(b"* %d FETCH (UID %d" % (number, mail.uid) + _items(mail, items) + b")")
        return "OK done"

    # ---- changing ---------------------------------------------------------------------------------

    def _append(self, argument: str) -> str:
        found = re.match(r'"?([^"]+?)"? \(([^)]*)\) "([^"]+)" \{(\d+)\}', argument)
        assert found, argument
        name, flags, when, size = found[1], found[2].split(), parsedate_to_datetime(found[3].strip().replace('-', ' ')), int(found[4])
        self.server.gate.pass_("APPEND asked for")
        self.say("+ go on")
        raw = self.stream.read(size // 2)
        self.server.gate.pass_("APPEND half received")
        raw += self.stream.read(size - len(raw))
        self.stream.readline()
        self.server.gate.pass_("APPEND received")
        uid = self.house.deliver(name, raw, when.astimezone(UTC), flags)
        self.server.gate.pass_("APPEND done")
        return f"OK [APPENDUID {self.house.data(name).uidvalidity} {uid}] done" if self.house.uidplus else "OK done"

    def _uid_store(self, argument: str) -> str:
        found = re.match(r"(\S+) ([+-])FLAGS(\.SILENT)? \(([^)]*)\)", argument)
        assert found, argument
        flags = set(found[4].split())
        self.server.gate.pass_(f"STORE {found[2]}{' '.join(sorted(flags))}")
        for number, mail in self._mails(found[1]):
            mail.flags = mail.flags | flags if found[2] == "+" else mail.flags - flags
            if not found[3]:
                self.say(f"* {number} FETCH (UID {mail.uid} FLAGS ({' '.join(sorted(mail.flags))}))")
        self.server.gate.pass_("STORE done")
        return "OK done"

    def _uid_expunge(self, argument: str) -> str:
        return self._remove("UID EXPUNGE", self._mails(argument))

    def _expunge(self, _: str) -> str:
        return self._remove("EXPUNGE", self._mails("1:*"))

    def _remove(self, what: str, mails: list[tuple[int, Stored]]) -> str:
        self.server.gate.pass_(what)
        for number, mail in reversed(mails):
            if r"\Deleted" in mail.flags:
                self.house.delete(self.name, mail.uid)
                self.say(f"* {number} EXPUNGE")
        self.server.gate.pass_(f"{what} done")
        return "OK done"

    def _uid_move(self, argument: str) -> str:
        uids, _, to = argument.partition(" ")
        self.server.gate.pass_("MOVE")
        for number, mail in reversed(self._mails(uids)):
            self.house.move(self.name, mail.uid, to.strip('"'))
            self.say(f"* {number} EXPUNGE")
        self.server.gate.pass_("MOVE done")
        return "OK done"


def _items(mail: Stored, items: str) -> bytes:
    out = f" FLAGS ({' '.join(sorted(mail.flags))})".encode() if "FLAGS" in items else b""
    out += f' INTERNALDATE "{mail.when.astimezone(UTC):{DATE}}"'.encode() if "INTERNALDATE" in items else b""
    out += f" RFC822.SIZE {len(mail.raw)}".encode() if "RFC822.SIZE" in items else b""
    if "HEADER.FIELDS" in items:
        id = message_id_of(mail.raw)
        head = (f"Message-ID: <{id}>" if id else "").encode() + b"\r\n\r\n"
        out += b" BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n" % len(head) + head
    if "BODY.PEEK[]" in items:
        out += b" BODY[] {%d}\r\n" % len(mail.raw) + mail.raw
    return out
