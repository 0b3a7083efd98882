"""Which servers behave like the providers? One IMAP server for all, bent by a description (personality.py).

It keeps mail: what is appended is there afterwards, people act on ``house(user)`` directly, and several users share a server.
What the client may not do before the login, without ID or without a capability is answered with BAD or NO.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from imapclient.imap_utf7 import decode as from_utf7
from imapclient.imap_utf7 import encode as to_utf7

from followupd.mailbox.base import Box
from followupd.mailbox.memory import MemoryServer, Stored, _FolderData
from tests.servers.fake import Fake, Session
from tests.servers.personality import Personality

DATE = "%d-%b-%Y %H:%M:%S %z"
USES = {Box.SENT: r"\Sent", Box.DRAFTS: r"\Drafts", Box.TRASH: r"\Trash", Box.JUNK: r"\Junk"}
XUSES = {**USES, Box.JUNK: r"\Spam", Box.INBOX: r"\Inbox"}
FREE = frozenset("CAPABILITY ID LOGIN LOGOUT NOOP".split())
NEEDS = {"IDLE": "IDLE", "ID": "ID", "UID MOVE": "MOVE", "UID EXPUNGE": "UIDPLUS", "XLIST": "XLIST"}


class House(MemoryServer):
    """One user's mailbox, with the folders of this provider."""

    def __init__(self, nature: Personality) -> None:
        super().__init__()
        self.nature = nature
        self.names = {Box.INBOX: "INBOX", **nature.folders}
        more = (*nature.labels, *([nature.everything] if nature.everything else []))
        self.folders = {name: _FolderData(next(self._validity)) for name in (*self.names.values(), *more)}

    def data(self, folder: Box | str) -> _FolderData:
        return self.folders[self.names[folder] if isinstance(folder, Box) else folder]

    def deliver(self, folder: Box | str, raw: bytes, when: datetime, flags: Iterable[str] = ()) -> int:
        """Into the folder, and into every view that shows it."""
        name = self.names[folder] if isinstance(folder, Box) else folder
        if self.nature.drops_x:
            raw = re.sub(rb"(?im)^x-[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*", b"", raw)
        views = (*(self.nature.labels if name == "INBOX" else ()), self.nature.everything)
        for view in filter(None, views if name not in views else ()):
            super().deliver(view, raw, when, flags)
        return super().deliver(name, raw, when, flags)

    def rotate(self) -> None:
        """Every folder is made anew."""
        for name, old in list(self.folders.items()):
            fresh = _FolderData(next(self._validity))
            for mail in [m for _, m in sorted(old.messages.items())]:
                fresh.messages[fresh.uidnext] = Stored(fresh.uidnext, mail.raw, mail.when, mail.flags)
                fresh.uidnext += 1
            self.folders[name] = fresh


class Provider(Fake):
    """``with Provider(nature) as server``: listens on ``server.port``; a user exists once ``house(user)`` was asked for."""

    def __init__(self, nature: Personality) -> None:
        super().__init__(greeting="* OK " + nature.greeting)
        self.nature = nature
        self.houses: dict[str, House] = {}

    def house(self, user: str) -> House:
        """This user's mailbox."""
        return self.houses.setdefault(user, House(self.nature))

    def session(self, link: socket.socket) -> Session:
        return _Session(self, link)


class _Session(Session):
    def __init__(self, server: Provider, link: socket.socket) -> None:
        super().__init__(server, link)
        self.server, self.nature = server, server.nature
        self.house: House | None = None
        self.introduced = False

    @property
    def mailbox(self) -> House:
        assert self.house is not None
        return self.house

    @property
    def offered(self) -> str:
        return self.nature.after if self.house else self.nature.before

    def answer(self, name: str, tag: str, argument: str) -> None:
        need = NEEDS.get(name, "")
        if (need and need not in self.offered.split()) or (self.house is None and name not in FREE):
            self.say(f"{tag} BAD unknown command or not now")
            return
        run = getattr(self, "_do_" + name.lower().replace(" ", "_"), None)
        run(tag, argument) if run else super().answer(name, tag, argument)

    # ---- who is there -----------------------------------------------------------------------------

    def _capability(self, tag: str, argument: str) -> None:
        self.say(f"* CAPABILITY {self.offered}", f"{tag} OK done")

    def _login(self, tag: str, argument: str) -> None:
        user, password = (word.strip('"') for word in argument.split(" "))
        if password != self.server.password or user not in self.server.houses:
            self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong password")
            return
        self.house = self.server.house(user)
        if self.nature.validity == "rotates":
            self.house.rotate()
        said = "[CAPABILITY st8.0P14 IMAP4 IMAP4re st8.0P14] " if self.nature.mangled else ""
        self.say(f"{tag} OK {said}{user} welcome")

    def _do_id(self, tag: str, argument: str) -> None:
        self.introduced = True
        self.say('* ID ("name" "server")', f"{tag} OK done")

    # ---- folders ----------------------------------------------------------------------------------

    def _list(self, tag: str, argument: str) -> None:
        self._folders("LIST", USES if self.nature.uses == "special-use" else {})
        self.say(f"{tag} OK done")

    def _do_xlist(self, tag: str, argument: str) -> None:
        self._folders("XLIST", XUSES if self.nature.uses == "xlist" else {})
        self.say(f"{tag} OK done")

    def _folders(self, word: str, uses: dict[Box, str]) -> None:
        parts = {name: uses[box] for box, name in self.mailbox.names.items() if box in uses}
        if self.nature.everything and self.nature.everything_marked:
            parts[self.nature.everything] = r"\All"
        for _ in range(2 if self.nature.twice else 1):
            for name in self.mailbox.folders:
                flags = " ".join([r"\HasNoChildren", *([parts[name]] if name in parts else [])])
                wire = to_utf7(name).decode("ascii")
                self.say(f'* {word} ({flags}) "{self.nature.delimiter}" "{wire}"')

    def _name(self, argument: str) -> str:
        found = re.match(r'"((?:[^"\\]|\\.)*)"|(\S+)', argument)
        assert found, argument
        return str(from_utf7((found[1] if found[1] is not None else found[2]).encode("ascii")))

    def _select(self, tag: str, argument: str) -> None:
        name = self._name(argument)
        if self.nature.id_first and not self.introduced:
            self.say(f"{tag} NO SELECT Unsafe Login. Please contact the postmaster for help")
        elif name not in self.mailbox.folders:
            self.say(f"{tag} NO no such folder")
        else:
            self.folder, data = name, self.mailbox.data(name)
            kept = r"\Answered \Flagged \Deleted \Seen \Draft" + (r" \*" if self.nature.keywords == "kept" else "")
            lines = [f"* {len(data.messages)} EXISTS", "* 0 RECENT", r"* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)"]
            lines += [f"* OK [UIDVALIDITY {data.uidvalidity}] ok", f"* OK [PERMANENTFLAGS ({kept})] ok"]
            self.say(*lines, *([f"* OK [UIDNEXT {data.uidnext}] ok"] if self.nature.uidnext else []))
            self.say(f"{tag} OK [READ-WRITE] opened")

    # ---- looking ----------------------------------------------------------------------------------

    def _numbered(self) -> list[tuple[int, Stored]]:
        return list(enumerate(self.mailbox.messages(self.folder), 1))

    def _chosen(self, uids: str) -> list[tuple[int, Stored]] | None:
        """The mails of a set; None for a set that this server does not take."""
        top = max(self.mailbox.data(self.folder).messages, default=0)
        wanted: list[range] = []
        for piece in uids.split(","):
            ends = [top if end == "*" else int(end) for end in piece.split(":")]
            backwards, behind = ends[0] > ends[-1], ends[0] > top and ":" in piece
            if (backwards and self.nature.sets != "any") or (behind and self.nature.sets == "existing"):
                return None
            wanted.append(range(min(ends), max(ends) + 1))
        return [(n, m) for n, m in self._numbered() if any(m.uid in span for span in wanted)]

    def _search(self, tag: str, argument: str) -> None:
        if self.nature.search in {"no", "bad"}:
            self.say(f"{tag} {'NO [SERVERBUG] SEARCH failed' if self.nature.search == 'no' else 'BAD invalid command'}")
            return
        since = re.search(r"SINCE (\S+)", argument)
        first = datetime.strptime(since[1].strip('"'), "%d-%b-%Y").replace(tzinfo=UTC) if since else None
        found = [m.uid for _, m in self._numbered() if first is None or m.when >= first]
        found = {"works": found, "empty": [], "lags": found[:-2]}[self.nature.search]
        self.say(" ".join(["* SEARCH", *map(str, found)]), f"{tag} OK done")

    def _fetch(self, tag: str, argument: str) -> None:
        uids, _, items = argument.partition(" ")
        chosen = self._chosen(uids)
        if chosen is None:
            self.say(f"{tag} BAD UID parameters!")
            return
        for number, mail in chosen:
            self.raw(b"* %d FETCH (UID %d" % (number, mail.uid) + self._given(mail, items.upper()) + b")\r\n")
        self.say(f"{tag} OK done")

    def _given(self, mail: Stored, items: str) -> bytes:
        out = f" FLAGS ({' '.join(sorted(mail.flags))})".encode() if "FLAGS" in items else b""
        out += f' INTERNALDATE "{mail.when.astimezone(UTC):{DATE}}"'.encode() if "INTERNALDATE" in items else b""
        out += b" RFC822.SIZE %d" % len(mail.raw) if "RFC822.SIZE" in items else b""
        if "HEADER.FIELDS" in items:
            head = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n"
            found = re.search(rb"(?im)^message-id:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n", head)
            field = (found[0] if found else b"") + b"\r\n"
            out += b" BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n" % len(field) + field
        if re.search(r"\bRFC822(?!\.SIZE)", items):
            text = mail.raw if self.nature.rfc822 == "full" else b""
            out += b" RFC822 {%d}\r\n" % len(text) + text
        return out + (b" BODY[] {%d}\r\n" % len(mail.raw) + mail.raw if "BODY.PEEK[]" in items else b"")

    # ---- changing ---------------------------------------------------------------------------------

    def _append(self, tag: str, argument: str) -> None:
        found = re.match(r'("(?:[^"\\]|\\.)*"|\S+) \(([^)]*)\) "([^"]+)" \{(\d+)\}$', argument)
        assert found, argument
        name, size = self._name(found[1]), int(found[4])
        if name not in self.mailbox.folders:
            self.refuse_append(tag, argument, "[TRYCREATE] no such folder")
            return
        self.say("+ go on")
        raw = self.octets(size)
        if len(raw) < size or self.line() is None:
            return
        when = parsedate_to_datetime(found[3].strip().replace("-", " ", 2)).astimezone(UTC)
        uid = self.mailbox.deliver(name, raw, when, found[2].split())
        self.server.appended.append((name, argument, raw))
        where = f"[APPENDUID {self.mailbox.data(name).uidvalidity} {uid}] "
        self.say(f"{tag} OK {where if 'UIDPLUS' in self.offered.split() else ''}stored")

    def _do_uid_store(self, tag: str, argument: str) -> None:
        found = re.match(r"(\S+) ([+-])FLAGS(\.SILENT)? \(([^)]*)\)", argument)
        assert found, argument
        flags, system = set(found[4].split()), {f for f in found[4].split() if f.startswith("\\")}
        if flags != system and self.nature.keywords == "refused":
            self.say(f"{tag} NO keywords are not kept")
            return
        flags = flags if self.nature.keywords == "kept" else system
        for number, mail in self._chosen(found[1]) or []:
            mail.flags = mail.flags | flags if found[2] == "+" else mail.flags - flags
            if not found[3]:
                self.say(f"* {number} FETCH (UID {mail.uid} FLAGS ({' '.join(sorted(mail.flags))}))")
        self.say(f"{tag} OK done")

    def _do_uid_expunge(self, tag: str, argument: str) -> None:
        self._remove(self._chosen(argument) or [])
        self.say(f"{tag} OK done")

    def _do_expunge(self, tag: str, argument: str) -> None:
        self._remove(self._numbered())
        self.say(f"{tag} OK done")

    def _remove(self, mails: list[tuple[int, Stored]]) -> None:
        for number, mail in reversed(mails):
            if r"\Deleted" in mail.flags:
                self.mailbox.delete(self.folder, mail.uid)
                self.say(f"* {number} EXPUNGE")

    def _do_uid_move(self, tag: str, argument: str) -> None:
        uids, _, to = argument.partition(" ")
        for number, mail in reversed(self._chosen(uids) or []):
            new = self.mailbox.move(self.folder, mail.uid, self._name(to))
            told = (mail.uid + 7, new + 7) if self.nature.copyuid_lies else (mail.uid, new)
            validity = self.mailbox.data(self._name(to)).uidvalidity
            self.say(f"* OK [COPYUID {validity} {told[0]} {told[1]}] moved", f"* {number} EXPUNGE")
        self.say(f"{tag} OK done")

    # ---- news -------------------------------------------------------------------------------------

    def _idle(self, tag: str, argument: str) -> None:
        self.say("+ idling")
        known = len(self.mailbox.data(self.folder).messages)
        while not self.fake.ended and b"\n" not in self.buffer:
            now = len(self.mailbox.data(self.folder).messages)
            if now != known and self.nature.idle == "ends":
                self.link.close()
                return
            if now != known and self.nature.idle == "tells":
                self.say(f"* {now} EXISTS")
            known = now
            try:
                data = self.link.recv(4096)
            except TimeoutError:
                continue
            if not data:
                return
            self.buffer += data
        self.await_done(tag)
