"""Which mail to the owner has not gone out yet?

A directory: one ``.eml`` file per mail, ``state.json`` with attempts and what was sent. It survives a restart; a mail
is known by its Message-ID, so that putting it twice sends it once. What cannot be sent is set aside as ``.failed``.

A mail is sent at least once: when we die between the server's "250 OK" and our note of it, it goes out again under the
same Message-ID (SMTP offers no better).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from hashlib import sha256
from pathlib import Path

import msgspec

from followupd.errors import HostileInput, LinkLost, LoginRefused, Problem, TryAgain, UserError
from followupd.files import replace_file, sync_directory
from followupd.notify.smtp import SmtpSettings, send
from followupd.secrets import Secret, redact

log = logging.getLogger(__name__)

Send = Callable[[SmtpSettings, Secret | None, EmailMessage, str], None]

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
LOGIN_WAIT = timedelta(hours=1)
"""A refused login holds the whole queue: trying on would lock the account."""
REFUSALS = 5
"""A mail that the server refused this often is set aside."""
GIVE_UP = timedelta(days=7)
REMEMBER_SENT = timedelta(days=60)
BATCH = 10


class Fate(Enum):
    """What became of one attempt."""

    SENT = "sent"
    LATER = "later"
    NO_LINK = "no_link"
    NO_LOGIN = "no_login"
    REFUSED = "refused"


@dataclass
class Waiting:
    """One mail that waits."""

    since: datetime
    attempts: int = 0
    refusals: int = 0
    next_at: datetime | None = None
    error: str = ""


@dataclass
class State:
    """What must survive a restart."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    sent: dict[str, datetime] = field(default_factory=dict)
    hold_until: datetime | None = None
    hold_reason: str = ""


class Outbox:
    """The queue of one account. One process at a time calls :meth:`flush` (the holder of the account's lock).

    ``secret`` is asked anew for every attempt, so that a changed password counts at once.
    """

    def __init__(
        self,
        directory: Path,
        settings: SmtpSettings,
        secret: Callable[[], Secret | None],
        owner: str,
        *,
        send: Send = send,
    ) -> None:
        self.directory = directory
        self.owner = owner
        self._settings = settings
        self._secret = secret
        self._send = send
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = directory / "state.json"
        self._state = self._load()

    def _load(self) -> State:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (msgspec.DecodeError, UnicodeDecodeError):
            log.warning("%s is damaged; waiting mails are tried anew", self._path)
            return State()

    def _save(self) -> None:
        replace_file(self._path, msgspec.json.format(msgspec.json.encode(self._state), indent=1))

    # ---- in ---------------------------------------------------------------------------------------

    def put(self, message: EmailMessage) -> bool:
        """Queue a mail, on disk when this returns. False when this Message-ID was queued or sent before.

        Raises StoreFull, and HostileInput for a mail without Message-ID.
        """
        id = str(message["Message-ID"] or "").strip()
        if not id:
            raise HostileInput("a mail without Message-ID is not queued")
        key = sha256(id.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        if key in self._state.sent or self._file(key).exists() or self._failed(key).exists():
            return False
        replace_file(self._file(key), message.as_bytes())
        return True

    def _file(self, key: str) -> Path:
        return self.directory / f"{key}.eml"

    def _failed(self, key: str) -> Path:
        return self.directory / f"{key}.failed"

    # ---- out --------------------------------------------------------------------------------------

    def flush(self, now: datetime) -> int:
        """Try what is due, at most ten mails; returns how many went out. Faults of server and mail never raise."""
        if not self._may_try(now):
            return 0
        sent = 0
        for key in self._due(now)[:BATCH]:
            fate = self._attempt(key, now)
            sent += fate is Fate.SENT
            if fate in {Fate.NO_LINK, Fate.NO_LOGIN}:
                break
        return sent

    def _may_try(self, now: datetime) -> bool:
        """Not while a refused login holds the queue; a hold further away than it can be stems from a wrong clock."""
        hold = self._state.hold_until
        return hold is None or now >= hold or hold - now > LOGIN_WAIT

    def _due(self, now: datetime) -> list[str]:
        """Keys of the mails whose time has come, those that wait longest first."""
        keys = [path.stem for path in self.directory.glob("*.eml")]
        for key in {*keys} & {*self._state.sent}:  # we died between the note that it was sent and its removal
            self._remove(key)
            keys.remove(key)
        for key in keys:
            self._state.waiting.setdefault(key, Waiting(since=now))
        due = [key for key in keys if self._is_due(self._state.waiting[key], now)]
        return sorted(due, key=lambda key: (self._state.waiting[key].since, key))

    def _is_due(self, waiting: Waiting, now: datetime) -> bool:
        return waiting.next_at is None or now >= waiting.next_at or waiting.next_at - now > LONGEST_WAIT

    def _attempt(self, key: str, now: datetime) -> Fate:
        """Try one mail; what came of it is on disk when this returns."""
        waiting = self._state.waiting[key]
        fate, error = self._hand_over(key)
        if fate is Fate.SENT:
            self._sent(key, now)
            return fate
        log.warning("mail to the owner waits (%s): %s", fate.value, error)
        waiting.error = error
        if fate is Fate.NO_LOGIN:
            self._state.hold_until, self._state.hold_reason = now + LOGIN_WAIT, error
        else:
            self._postpone(key, waiting, fate, now)
        self._save()
        return fate

    def _hand_over(self, key: str) -> tuple[Fate, str]:
        try:
            secret = self._secret()
        except (UserError, TryAgain) as error:
            return (Fate.NO_LOGIN if isinstance(error, UserError) else Fate.NO_LINK), str(error)
        try:
            message = message_from_bytes(self._file(key).read_bytes(), policy=SMTP.clone(cte_type="7bit"))
            self._send(self._settings, secret, message, self.owner)
        except LoginRefused as error:
            return Fate.NO_LOGIN, str(error)
        except TryAgain as error:
            return (Fate.NO_LINK if isinstance(error, LinkLost) else Fate.LATER), str(error)
        except (UserError, HostileInput) as error:
            return Fate.REFUSED, str(error)
        except Exception as error:
            log.exception("unexpected while sending a mail to the owner")
            return Fate.REFUSED, redact(f"{type(error).__name__}: {error}")
        return Fate.SENT, ""

    def _sent(self, key: str, now: datetime) -> None:
        """Note it first, remove the file second: dying in between sends nothing again."""
        state = self._state
        state.sent = {k: at for k, at in state.sent.items() if now - at < REMEMBER_SENT} | {key: now}
        state.waiting.pop(key, None)
        state.hold_until, state.hold_reason = None, ""
        self._save()
        self._remove(key)

    def _remove(self, key: str) -> None:
        self._file(key).unlink(missing_ok=True)
        sync_directory(self.directory)

    def _postpone(self, key: str, waiting: Waiting, fate: Fate, now: datetime) -> None:
        """Wait twice as long each time; what is refused for good or waited too long is set aside."""
        waiting.attempts += 1
        waiting.refusals += fate is Fate.REFUSED
        waiting.next_at = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(waiting.attempts - 1, 10))
        if waiting.refusals >= REFUSALS or now - waiting.since > GIVE_UP:
            log.error("a mail to the owner could not be sent and is set aside: %s", self._failed(key))
            self._file(key).rename(self._failed(key))
            sync_directory(self.directory)

    # ---- to be shown ------------------------------------------------------------------------------

    def waiting(self) -> int:
        """How many mails wait."""
        return len(list(self.directory.glob("*.eml")))

    def problems(self) -> tuple[Problem, ...]:
        """What a person should know: a refused login, mails set aside."""
        found = []
        if self._state.hold_until is not None:
            found.append(Problem("smtp", self._state.hold_reason, "mend it; the queue goes on by itself"))
        for path in sorted(self.directory.glob("*.failed")):
            known = self._state.waiting.get(path.stem)
            found.append(
                Problem(str(path), f"could not be sent: {known.error if known else 'unknown'}", "delete it when read")
            )
        return tuple(found)
