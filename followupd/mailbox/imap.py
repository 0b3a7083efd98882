"""How does a real server keep the mailbox's promises?

imapclient behind the protocol of base.py. Three habits make it safe: every argument passes the guard, every exception the
seam, and nothing is believed that SEARCH says alone (UID ranges are the truth; some providers' SEARCH lags or fails).
"""

from __future__ import annotations

import logging
import os
import re
import select
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import imapclient
from imapclient.datetime_util import parse_to_datetime
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from followupd.errors import LinkLost, LoginRefused, Problem, TryAgain, UserError
from followupd.loopback import is_loopback
from followupd.mailbox.base import Appended, Box, Fetched, Folder, FolderState, Ring, Stub
from followupd.mailbox.doorbell import LINE_SECONDS, listen
from followupd.mailbox.folders import assign, known_names, message_id_of
from followupd.mailbox.guard import safe, safe_flag, safe_uid
from followupd.mailbox.line import Client, Line, guarded
from followupd.mailbox.pace import nothing
from followupd.mailbox.providers import Provider, provider_of, providers
from followupd.mailbox.sasl import log_in
from followupd.mailbox.seam import ReadOnly, SaidNo, seam, shown
from followupd.mailbox.settings import ImapSettings
from followupd.mailbox.structure import Part, attachments, decoded, leaves, papers_among, report_type, texts
from followupd.papers.names import Paper
from followupd.rulesource import RuleSource
from followupd.secrets import Bearer, Secret

log = logging.getLogger(__name__)

CLOSING = 3.0
"""Seconds for a goodbye."""
CHUNK = 200
WHOLE_BATCH = 1_500_000
"""Octets of small mails that are asked for in one FETCH."""
LARGE_BATCH = 10
"""Large mails of which headers and texts are asked for at once: in memory they are some 2 MB each at the very most."""
PIECE = 1_000_000
"""Octets of a mail that is written to disk as it comes."""
STUB_ITEMS = ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]
_UID = re.compile(rb"\bUID (\d{1,10})\b", re.IGNORECASE)
_INTERNALDATE = re.compile(rb'INTERNALDATE "([^"]{10,40})"', re.IGNORECASE)
_APPENDUID = re.compile(rb"APPENDUID\s+(\d+)\s+(\d+)", re.IGNORECASE)


class ImapMailbox:
    """One connection to one IMAP account."""

    def __init__(self, settings: ImapSettings, secret: Secret, rules: RuleSource) -> None:
        self.settings = settings
        self.capabilities: frozenset[str] = frozenset()
        self.provider = Provider(title="the server")
        self.pulse: Callable[[], None] = nothing
        self._secret = secret
        self._providers = providers(rules)
        self._names = known_names(rules)
        self._client: Any = None
        self._line = Line(settings.timeout, nothing)
        self._open: tuple[str, bool] | None = None
        self._permanent: frozenset[str] = frozenset()
        self._uidnext = 0
        self._exists = 0
        self._known: dict[str, tuple[object, ...]] = {}

    # ---- connection -------------------------------------------------------------------------------

    def connect(self) -> None:
        """Connect, secure, log in. Raises LinkLost, LoginRefused."""
        where = f"{self.settings.host}:{self.settings.port}"
        with seam(f"connecting to {where}"):
            self._client = self._dial()
            self._cap_literals()
            greeting = bytes(self._client.welcome or b"").decode("utf-8", "replace")
            self.provider = provider_of(self.settings.host, greeting, self._providers)
            self._secure()
        self._log_in(where)
        with seam("asking for capabilities"):
            self.capabilities = self._ask_capabilities()
            self._identify()

    def _dial(self) -> Any:
        s = self.settings
        if s.security == "none" and not is_loopback(s.host):
            raise LoginRefused(
                Problem(s.host, "a login without encryption is refused", "set security: tls or starttls")
            )
        self._line = Line(s.timeout, self.pulse)
        client = Client(self._line, safe(s.host), s.port, self._context() if s.security == "tls" else None, s.timeout)
        client.normalise_times = False  # naive local time is ambiguous in the hour that comes twice in autumn
        return client

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return guarded(context)

    def _cap_literals(self) -> None:
        """A literal larger than anything we ask for is a lie or an attack: drop the link before it fills memory."""
        protocol, limit = self._client._imap, self.settings.limits.literal
        read = protocol.read

        def bounded(size: int) -> Any:
            if size > limit:
                raise LinkLost(f"the server announced {size} bytes at once; more than {limit} are never asked for")
            return read(size)

        protocol.read = bounded

    def _secure(self) -> None:
        """STARTTLS or nothing: a server or somebody in between that does not offer it gets no password (scenario 43)."""
        if self.settings.security != "starttls":
            return
        try:
            self._client.starttls(self._context())
        except (CapabilityError, IMAPClientError) as error:
            raise LinkLost(f"the server refuses STARTTLS ({shown(error)}); the password was not sent") from None

    def _log_in(self, where: str) -> None:
        s = self.settings
        with seam("asking for capabilities"):
            before = self._ask_capabilities()
        if "LOGINDISABLED" in before and not isinstance(self._secret, Bearer):
            hint = self.provider.secret or "add oauth to the account, then `followupd login`"
            raise LoginRefused(Problem(where, "the server takes no passwords, it wants OAuth2", hint))
        if self.provider.id and "ID" in before:
            with seam("saying who we are"):
                self._say_id()
        try:
            if isinstance(self._secret, Bearer):
                log_in(self._client, s.username, self._secret, before, (s.host, s.port))
            else:
                self._client.login(safe(s.username), safe(self._secret.reveal()))
        except LoginError as error:
            text = shown(error)
            if any(word in text.upper() for word in ("UNAVAILABLE", "INUSE", "TRY AGAIN", "TEMPORAR")):
                raise LinkLost(f"login to {where} is not possible right now: {text}") from None
            hint = self.provider.secret or "many providers want an app password or authorisation code"
            raise LoginRefused(Problem(where, f"the login of {s.username} was refused: {text}", hint)) from None
        except UnicodeError:
            raise LoginRefused(
                Problem(where, "user name or password has letters that IMAP's LOGIN cannot carry")
            ) from None
        except IMAPClientError as error:
            raise LinkLost(f"login to {where} failed: {shown(error)}") from None
        except (OSError, EOFError, imapclient.exceptions.ProtocolError) as error:
            raise LinkLost(f"login to {where}: {type(error).__name__}") from None

    def _ask_capabilities(self) -> frozenset[str]:
        self._client._cached_capabilities = None
        return frozenset(c.decode("ascii", "replace").upper() for c in self._client.capabilities())

    def _identify(self) -> None:
        if self.provider.id or ("ID" in self.capabilities and self.provider.greeting):
            self._say_id()

    def _say_id(self) -> None:
        """RFC 2971; some servers call a client without it unsafe and refuse to open folders."""
        with suppress(IMAPClientError, CapabilityError):
            self._client.id_({"name": "followupd", "version": "1"})

    def close(self) -> None:
        client, self._client, self._open = self._client, None, None
        if client is None:
            return
        with suppress(Exception):
            client.socket().settimeout(CLOSING)
            self._line.pace.hurry(CLOSING)
            client.logout()
        with suppress(Exception):
            client.shutdown()

    def cut(self) -> None:
        self._line.cut()

    @property
    def _live(self) -> Any:
        if self._client is None:
            raise LinkLost("not connected")
        return self._client

    # ---- folders ----------------------------------------------------------------------------------

    def folders(self) -> tuple[Folder, ...]:
        with seam("listing folders"):
            listed = self._live.list_folders()
            if not any(_uses(flags) for flags, _, _ in listed) and "XLIST" in self.capabilities:
                with suppress(IMAPClientError):
                    listed = self._live.xlist_folders() or listed
            rows = [
                (
                    frozenset(f.decode("ascii", "replace") for f in flags),
                    (delimiter or b"").decode("ascii", "replace"),
                    str(name),
                )
                for flags, delimiter, name in listed
            ]
        return assign(rows, self.settings.folders, self._names, self.settings.watch)

    def make_folder(self, name: str) -> str:
        with seam("asking where folders lie"):
            prefix, delimiter = self._home()
        path = safe(prefix + (delimiter or "/").join(name.split("/")))
        with seam(f"making {shown(path)}"):
            if not self._live.folder_exists(path):
                self._live.create_folder(path)
        with suppress(IMAPClientError):  # a courtesy: some programs show only what is subscribed
            self._live.subscribe_folder(path)
        return path

    def _home(self) -> tuple[str, str]:
        """Prefix and delimiter of our own folders (RFC 2342); without NAMESPACE as LIST says it."""
        if "NAMESPACE" in self.capabilities and (own := self._live.namespace().personal):
            return str(own[0][0] or ""), str(own[0][1] or "")
        listed = self._live.list_folders("", "INBOX")
        return "", (listed[0][1] or b"").decode("ascii", "replace") if listed else ""

    def state(self, folder: Folder) -> FolderState:
        with seam(f"opening {shown(folder.name)}"):
            answer = self._select(folder, readonly=True, again=True)
            self._known[folder.name] = _mark(answer)
            return FolderState(
                uidvalidity=int(answer.get(b"UIDVALIDITY") or 0),
                uidnext=int(answer.get(b"UIDNEXT") or 0),
                exists=int(answer.get(b"EXISTS") or 0),
                highestmodseq=int(answer[b"HIGHESTMODSEQ"]) if answer.get(b"HIGHESTMODSEQ") else None,
            )

    def _select(self, folder: Folder, *, readonly: bool, again: bool = False) -> dict[bytes, Any]:
        if not again and self._open in {(folder.name, readonly), (folder.name, False)}:
            return {}
        self._open = None
        answer: dict[bytes, Any] = self._live.select_folder(safe(folder.name), readonly=readonly)
        self._open = (folder.name, readonly)
        self._uidnext, self._exists = int(answer.get(b"UIDNEXT") or 0), int(answer.get(b"EXISTS") or 0)
        flags = answer.get(b"PERMANENTFLAGS") or ()
        self._permanent = frozenset(f.decode("ascii", "replace") for f in flags if isinstance(f, bytes))
        return answer

    # ---- looking ----------------------------------------------------------------------------------

    def uids(self, folder: Folder, above: int = 0, since: datetime | None = None) -> list[int]:
        with seam(f"looking into {shown(folder.name)}"):
            self._select(folder, readonly=True, again=True)
        if above == 0 and since is not None:
            found = self._search_since(folder, since)
            if found is not None:
                return (
                    sorted({*found, *self._range(folder, max(found, default=0))})
                    if found
                    else self._dated(folder, since)
                )
            return self._dated(folder, since)
        return self._range(folder, above)

    def _search_since(self, folder: Folder, since: datetime) -> list[int] | None:
        """SEARCH as a hint, one day early because servers count days in their own zone; None where it fails."""
        day = (since.astimezone(UTC) - timedelta(days=1)).date()
        try:
            with seam(f"searching {shown(folder.name)}"):
                return [int(u) for u in self._live.search(["SINCE", day])]
        except SaidNo:
            return None

    def _range(self, folder: Folder, above: int) -> list[int]:
        """All UIDs above one, by FETCH: the truth.

        Bounded by UIDNEXT where it is known: ``n:*`` names the last mail even when it is not above n, and some servers
        refuse a set that runs backwards.
        """
        if self._uidnext and above + 1 >= self._uidnext:
            return []
        last = str(self._uidnext - 1) if self._uidnext else "*"
        try:
            return sorted(u for u, _ in self._fetch_lines(folder, f"{above + 1}:{last}", "(UID)") if u > above)
        except SaidNo:
            with seam(f"searching {shown(folder.name)}"):
                return sorted(int(u) for u in self._live.search(["UID", f"{above + 1}:{last}"]) if u > above)

    def _dated(self, folder: Folder, since: datetime) -> list[int]:
        """By INTERNALDATE, where SEARCH finds nothing or fails; costs a line per mail, once per folder."""
        early = since - timedelta(days=1)
        lines = self._fetch_lines(folder, "1:*", "(UID INTERNALDATE)") if self._exists else []
        return sorted(uid for uid, line in lines if _dated_in(line) >= early)

    def _fetch_lines(self, folder: Folder, uids: str, items: str) -> list[tuple[int, bytes]]:
        """UID FETCH of a range, which imapclient 4.1 does not take: UID and line of every answer. No literals are asked for."""
        with seam(f"looking into {shown(folder.name)}"):
            kind, lines = self._live._imap.uid("FETCH", safe(uids), items)
            if kind != "OK":
                raise IMAPClientError(shown(lines))
        return [(int(m[1]), line) for line in lines if isinstance(line, bytes) and (m := _UID.search(line))]

    def stubs(self, folder: Folder, uids: Iterable[int]) -> list[Stub]:
        with seam(f"opening {shown(folder.name)}"):
            self._select(folder, readonly=True)
        found = []
        for chunk in _chunks(sorted({safe_uid(u) for u in uids})):
            with seam(f"reading {shown(folder.name)}"):
                answer = self._live.fetch(chunk, STUB_ITEMS)
                wanted = set(chunk)
                found += [_stub(uid, data) for uid, data in sorted(answer.items()) if uid in wanted]
        return found

    def fetch(self, folder: Folder, stubs: Iterable[Stub]) -> Iterator[Fetched]:
        """Small mails whole, many at a time; then of the large ones what is worth fetching, a few at a time."""
        validity, found = 0, list(stubs)
        small = [s for s in found if s.size <= self.settings.limits.whole]
        large = [s for s in found if s.size > self.settings.limits.whole]
        for take, batch in [
            *((self._fetch_whole, batch) for batch in self._batches(small)),
            *((self._fetch_parts, large[at : at + LARGE_BATCH]) for at in range(0, len(large), LARGE_BATCH)),
        ]:
            with seam(f"opening {shown(folder.name)}"):
                answer = self._select(folder, readonly=True)
                validity = int(answer.get(b"UIDVALIDITY") or 0) or validity or self._validity(folder)
            yield from take(folder, validity, batch)

    def _validity(self, folder: Folder) -> int:
        return int(self._select(folder, readonly=True, again=True).get(b"UIDVALIDITY") or 0)

    def _batches(self, stubs: Iterable[Stub]) -> Iterator[list[Stub]]:
        """Together up to a number and a size; the order is kept."""
        batch: list[Stub] = []
        for stub in stubs:
            if batch and (len(batch) >= CHUNK or sum(s.size for s in batch) + stub.size > WHOLE_BATCH):
                yield batch
                batch = []
            batch.append(stub)
        if batch:
            yield batch

    def _fetch_whole(self, folder: Folder, validity: int, batch: list[Stub]) -> Iterator[Fetched]:
        with seam(f"reading {shown(folder.name)}"):
            answer = self._live.fetch([s.uid for s in batch], ["BODY.PEEK[]"])
        for stub in batch:
            data = answer.get(stub.uid) or {}
            raw = data.get(b"BODY[]") or b""
            if raw or (b"BODY[]" in data and not stub.size):  # a mail of no octets is handed on and counted
                yield Fetched(folder, validity, stub, raw)

    def _fetch_parts(self, folder: Folder, validity: int, batch: list[Stub]) -> Iterator[Fetched]:
        """Headers and text parts of large mails, each cut to its limit, put together as one mail."""
        limits = self.settings.limits
        with seam(f"reading {shown(folder.name)}"):
            answer = self._live.fetch([s.uid for s in batch], ["BODYSTRUCTURE", f"BODY.PEEK[HEADER]<0.{limits.headers}>"])
            parts = {s.uid: list(leaves(answer[s.uid].get(b"BODYSTRUCTURE"))) for s in batch if answer.get(s.uid)}
            wanted = {uid: texts(found)[: limits.parts] for uid, found in parts.items()}
            bodies = self._fetch_texts(wanted)
        for stub in (s for s in batch if s.uid in parts):
            data, found = answer[stub.uid], parts[stub.uid]
            pieces = [(p, _section(bodies.get(stub.uid) or {}, f"BODY[{p.section}]".encode())) for p in wanted[stub.uid]]
            raw = _rebuilt(_section(data, b"BODY[HEADER]"), report_type(data.get(b"BODYSTRUCTURE")), pieces)
            cut = any(p.size > limits.text for p in wanted[stub.uid]) or len(texts(found)) > limits.parts
            papers = self._fetch_papers(folder, stub, found) if folder.box is Box.SENT else ()
            yield Fetched(folder, validity, stub, raw, truncated=cut, attachments=attachments(found), papers=papers)

    def _fetch_texts(self, wanted: dict[int, list[Part]]) -> dict[int, Any]:
        """The text parts of several mails; those of the same build are asked for at once."""
        alike: dict[tuple[str, ...], list[int]] = {}
        for uid, parts in wanted.items():
            alike.setdefault(tuple(f"BODY.PEEK[{p.section}]<0.{self.settings.limits.text}>" for p in parts), []).append(uid)
        bodies: dict[int, Any] = {}
        for items, uids in alike.items():
            if items:
                bodies |= self._live.fetch(uids, list(items))
        return bodies

    def _fetch_papers(self, folder: Folder, stub: Stub, parts: list[Part]) -> tuple[Paper, ...]:
        """Our own attached quotes; BODYSTRUCTURE has told their names and sizes before an octet is fetched."""
        wanted = papers_among(parts)
        if not wanted:
            return ()
        with seam(f"reading an attached quote in {shown(folder.name)}"):
            items = [f"BODY.PEEK[{part.section}]<0.{part.size}>" for part, _ in wanted]
            bodies = self._live.fetch([stub.uid], items).get(stub.uid) or {}
        contents = [decoded(part, _section(bodies, f"BODY[{part.section}]".encode())) for part, _ in wanted]
        return tuple(Paper(p.filename, kind, c) for (p, kind), c in zip(wanted, contents, strict=True) if c)

    def whole(self, folder: Folder, stub: Stub) -> bytes:
        with seam(f"opening {shown(folder.name)}"):
            self._select(folder, readonly=True)
        return next((found.raw for found in self._fetch_whole(folder, 0, [stub])), b"")

    def pieces(self, folder: Folder, stub: Stub) -> Iterator[bytes]:
        """By partial FETCH (RFC 3501, 6.4.5). A server that gives less than asked is asked on; one that gives the whole is understood."""
        at = 0
        while True:
            with seam(f"opening {shown(folder.name)}"):
                self._select(folder, readonly=True)
            with seam(f"reading {shown(folder.name)}"):
                data = self._live.fetch([safe_uid(stub.uid)], [f"BODY.PEEK[]<{at}.{PIECE}>"]).get(stub.uid) or {}
            piece = _section(data, b"BODY[]")
            if at and b"BODY[]" in data:
                piece = piece[at:]
            if piece:
                yield piece
            at += len(piece)
            if not piece or (len(piece) != PIECE and at >= stub.size):
                return

    # ---- acting -----------------------------------------------------------------------------------

    def append(self, folder: Folder, raw: bytes, flags: tuple[str, ...], when: datetime) -> Appended:
        kept = [safe_flag(f) for f in flags]
        try:
            with seam(f"writing to {shown(folder.name)}"):
                answer = self._live.append(safe(folder.name), raw, kept, when)
        except SaidNo as error:
            raise _refusal(folder, str(error)) from None
        found = _APPENDUID.search(answer if isinstance(answer, bytes) else str(answer).encode())
        return Appended(int(found[1]), int(found[2])) if found else Appended()

    def delete(self, folder: Folder, uid: int, message_id: str) -> bool:
        """Look at that UID once more, then remove just it: UID EXPUNGE, else MOVE to Trash, else EXPUNGE when alone.

        Where another mail is marked as deleted as well, the draft only stays marked: nobody else's mail is expunged.
        """
        safe_uid(uid)
        with seam(f"opening {shown(folder.name)}"):
            self._select(folder, readonly=False)
        found = self.stubs(folder, [uid])
        if not found or not message_id or found[0].message_id != message_id:
            return False
        with seam(f"removing a draft from {shown(folder.name)}"):
            if "UIDPLUS" in self.capabilities:
                self._live.add_flags([uid], [b"\\Deleted"], silent=True)
                self._live.uid_expunge([uid])
                return True
            trash = next((f for f in self.folders() if f.box is Box.TRASH), None)
            if "MOVE" in self.capabilities and trash is not None:
                self._live.move([uid], safe(trash.name))
                return True
            self._live.add_flags([uid], [b"\\Deleted"], silent=True)
        marked = {u for u, line in self._fetch_lines(folder, "1:*", "(UID FLAGS)") if b"\\deleted" in line.lower()}
        if marked == {uid}:
            with seam(f"removing a draft from {shown(folder.name)}"):
                self._live.expunge()
        return True

    def move(self, folder: Folder, uid: int, message_id: str, to: Folder) -> bool:
        safe_uid(uid)
        if "MOVE" not in self.capabilities:
            return False
        found = self.stubs(folder, [uid])
        if not found or not message_id or found[0].message_id != message_id:
            return False
        with seam(f"opening {shown(folder.name)}"):
            self._select(folder, readonly=False)
        with seam(f"moving from {shown(folder.name)} to {shown(to.name)}"):
            self._live.move([uid], safe(to.name))
        return True

    def keyword(self, folder: Folder, uid: int, add: tuple[str, ...], remove: tuple[str, ...] = ()) -> bool:
        safe_uid(uid)
        try:
            with seam(f"tagging in {shown(folder.name)}"):
                self._select(folder, readonly=False)
                kept = {p.lower() for p in self._permanent}
                if "\\*" not in kept and not all(k.lower() in kept for k in add):
                    return False
                if remove:
                    self._live.remove_flags([uid], [safe_flag(k) for k in remove], silent=True)
                answer = self._live.add_flags([uid], [safe_flag(k) for k in add])
        except SaidNo:
            return False
        return uid in answer

    def manners(self, folder: Folder) -> tuple[bool, bool]:
        """May this folder be written to, and does it keep keywords? Opens it for writing, changes nothing."""
        try:
            with seam(f"opening {shown(folder.name)}"):
                answer = self._select(folder, readonly=False, again=True)
        except ReadOnly:
            return False, False
        return b"READ-ONLY" not in answer, "\\*" in self._permanent

    # ---- waiting ----------------------------------------------------------------------------------

    def wait(self, folder: Folder, seconds: float, wake: int | None = None) -> Ring:
        if "IDLE" not in self.capabilities or not self.provider.idle:
            return self._poll(folder, seconds, wake)
        with seam("listening"):
            answer = self._select(folder, readonly=True, again=True)
            if self._news(folder, answer):
                return Ring.MAIL
            self._live.idle()
            ring = listen(self._live, min(seconds, self.settings.renew), wake, self._line.pace)
            self._end_idle()
        return ring

    def _news(self, folder: Folder, answer: dict[bytes, Any]) -> bool:
        """Did anything come in between the caller's last look and this one?"""
        known, now = self._known.get(folder.name), _mark(answer)
        self._known[folder.name] = now
        return known is not None and known != now

    def _end_idle(self) -> None:
        """DONE, and an answer within a time: a black hole is found here, not after a TCP eternity (finding 4)."""
        within = min(self.settings.timeout, LINE_SECONDS)
        self._live.socket().settimeout(within)
        self._line.pace.begin(within)
        self._live.idle_done()
        self._live.socket().settimeout(self.settings.timeout)

    def _poll(self, folder: Folder, seconds: float, wake: int | None) -> Ring:
        """No IDLE: sleep on the wake pipe, then ask."""
        before = self.state(folder)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            pause = min(left, self.settings.poll)
            ready, _, _ = select.select([wake] if wake is not None else [], [], [], pause)
            if wake is not None and ready:
                os.read(wake, 512)
                return Ring.WOKEN
            if self.state(folder) != before:
                return Ring.MAIL
        return Ring.TIMEOUT

    def noop(self) -> None:
        with seam("NOOP"):
            self._live.noop()


# ---- helpers --------------------------------------------------------------------------------------


def _mark(answer: dict[bytes, Any]) -> tuple[object, ...]:
    """What tells one state of a folder from another."""
    return tuple(answer.get(key) for key in (b"UIDVALIDITY", b"UIDNEXT", b"EXISTS"))


def _uses(flags: Iterable[bytes]) -> bool:
    return any(f.lower() in {b"\\sent", b"\\drafts", b"\\trash"} for f in flags)


def _chunks(uids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), CHUNK):
        yield uids[start : start + CHUNK]


def _aware(when: Any) -> datetime:
    """INTERNALDATE in UTC; a mail without a readable one counts as old."""
    if not isinstance(when, datetime) or when.tzinfo is None:
        return datetime(1995, 1, 1, tzinfo=UTC)
    return when.astimezone(UTC)


def _dated_in(line: bytes) -> datetime:
    """The INTERNALDATE in a line; a mail without one counts as new, so that it is not missed."""
    match = _INTERNALDATE.search(line)
    try:
        return parse_to_datetime(match[1], normalise=False).astimezone(UTC) if match else datetime.now(UTC)
    except (ValueError, OverflowError):
        return datetime.now(UTC)


def _stub(uid: int, data: dict[bytes, Any]) -> Stub:
    head = next((v for k, v in data.items() if k.startswith(b"BODY[HEADER.FIELDS") and isinstance(v, bytes)), b"")
    flags = tuple(f.decode("ascii", "replace") for f in data.get(b"FLAGS") or () if isinstance(f, bytes))
    return Stub(uid, int(data.get(b"RFC822.SIZE") or 0), _aware(data.get(b"INTERNALDATE")), flags, message_id_of(head))


def _section(data: dict[bytes, Any], name: bytes) -> bytes:
    """A section by name, whether or not the server repeats where the cut begins."""
    return next((v for k, v in data.items() if k.startswith(name) and isinstance(v, bytes)), b"")


def _rebuilt(head: bytes, kind: str, pieces: list[tuple[Part, bytes]]) -> bytes:
    """Original headers, and the fetched parts in a container of ours."""
    fields = re.split(rb"\r?\n(?![ \t])", head.strip(b"\r\n"))
    dropped = (b"content-type:", b"content-transfer-encoding:", b"mime-version:", b"content-disposition:")
    kept = b"\r\n".join(f for f in fields if f and not f.lower().startswith(dropped))
    boundary = "followupd-" + sha256(head + b"".join(b for _, b in pieces)).hexdigest()[:24]
    out = [kept, b"\r\nMIME-Version: 1.0\r\nContent-Type: ", f'{kind}; boundary="{boundary}"\r\n\r\n'.encode()]
    for part, body in pieces:
        charset = re.sub(r"[^\w.:+-]", "", part.charset)[:40] or "utf-8"
        encoding = re.sub(r"[^\w-]", "", part.encoding)[:20] or "8bit"
        lines = f"--{boundary}\r\nContent-Type: {part.kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        out += [lines.encode(), body, b"\r\n"]
    return b"".join([*out, f"--{boundary}--\r\n".encode()])


def _refusal(folder: Folder, text: str) -> Exception:
    """What an APPEND that was answered NO means to the user."""
    upper = text.upper()
    if any(word in upper for word in ("OVERQUOTA", "QUOTA", "TOOBIG", "LIMIT", "SPACE")):
        return TryAgain(f"{text}; the mailbox is full: make room and followupd tries again")
    where = shown(folder.name)
    return UserError(Problem(where, f"a draft cannot be written there: {text}", "name another folder: folders.drafts"))
