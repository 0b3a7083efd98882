"""Which errors exist, and which of them can the user mend?

FollowupdError
├── UserError              the user can mend it: no traceback, every problem listed at once
│   ├── ConfigError        config or rules are wrong (exit 78)
│   ├── LoginRefused       the server knows us and says no (exit 77): retrying would lock the account
│   ├── FolderMissing      no Drafts or Sent folder could be found (exit 78)
│   ├── UnsafeState        state directory open to others, planted symlink, not writable (exit 73)
│   └── AlreadyRunning     a second instance holds the lock (exit 75)
├── TryAgain               the world is in the way: network, server, quota, disk (exit 75)
│   ├── LinkLost           the IMAP or SMTP connection is gone
│   └── StoreFull          the disk is full or the write failed; the old state still stands
├── HostileInput           a string from a mail was refused before it reached a protocol
└── Quarantined            one mail cannot be read within the limits; counted, never fatal
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where (``file:line`` or a name), what is wrong, what to do."""

    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        """One line, as printed to the user."""
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} ({self.hint})" if self.hint else line


class FollowupdError(Exception):
    """Root of the tree. ``exit_code`` follows sysexits(3)."""

    exit_code = 70


class UserError(FollowupdError):
    """Something the user can mend; carries all problems found, not just the first."""

    exit_code = 64

    def __init__(self, *problems: Problem | str) -> None:
        """Take problems, or plain sentences that become problems without a place."""
        self.problems = tuple(p if isinstance(p, Problem) else Problem("", p) for p in problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class ConfigError(UserError):
    """The configuration or a rule file is wrong."""

    exit_code = 78


class LoginRefused(UserError):
    """The server refused the login; trying again unchanged could lock the account."""

    exit_code = 77


class FolderMissing(UserError):
    """A folder that we need could not be found or written to."""

    exit_code = 78


class UnsafeState(UserError):
    """The state directory is not ours alone, or not writable."""

    exit_code = 73


class AlreadyRunning(UserError):
    """Another followupd holds the lock of this account."""

    exit_code = 75


class TryAgain(FollowupdError):
    """The world is in the way; the same thing may work later."""

    exit_code = 75


class LinkLost(TryAgain):
    """The connection is gone or does not answer."""


class StoreFull(TryAgain):
    """State could not be written; what stood before still stands."""


class HostileInput(FollowupdError):
    """A string that would break out of a protocol argument, header or path."""

    exit_code = 65


class Quarantined(FollowupdError):
    """One mail is beyond the limits or cannot be read; it is counted and skipped."""

    exit_code = 65
