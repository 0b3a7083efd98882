"""Where does the state of an account lie, and is it ours alone?

The XDG state directory, or the one systemd gives (STATE_DIRECTORY); one directory per account, 0700, files 0600. What
another user could have planted or could change is refused before anything is read (RELIABILITY scenario 44).
"""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import platformdirs

from followupd.errors import Problem, UnsafeState

OTHERS_WRITE = 0o022
OTHERS = 0o077
SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_@+")
LONGEST = 80


@dataclass(frozen=True, slots=True)
class AccountPaths:
    """The files of one account, all below ``root``."""

    root: Path

    @property
    def ledger(self) -> Path:
        """The precious store."""
        return self.root / "ledger.json"

    @property
    def index(self) -> Path:
        """The disposable store."""
        return self.root / "index.sqlite"

    @property
    def lock(self) -> Path:
        """Held by the running daemon."""
        return self.root / "lock"

    @property
    def outbox(self) -> Path:
        """Directory of mail to the owner that waits."""
        return self.root / "outbox"

    @property
    def commands(self) -> Path:
        """Directory of words from the command line that wait for the next turn."""
        return self.root / "commands"


def state_root() -> Path:
    """The state directory of this user: systemd's if it gives one, else XDG's. Nothing is created."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if given:
        return Path(given).resolve()  # with DynamicUser= systemd itself makes it a symlink to /var/lib/private
    return platformdirs.user_state_path("followupd")


def account_paths(name: str, root: Path | None = None) -> AccountPaths:
    """Where the files of the account called ``name`` lie. Nothing is created or checked."""
    return AccountPaths((root or state_root()) / safe_name(name))


def safe_name(name: str) -> str:
    """A file name for an account's name: stable, never empty or hidden, never a path, another for every name."""
    plain = "".join(c if c in SAFE else "_" for c in unicodedata.normalize("NFKC", name).lower())[:LONGEST]
    plain = plain.lstrip(".") or "_"
    if plain == name:
        return plain
    return f"{plain}-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def prepare(name: str, root: Path | None = None) -> AccountPaths:
    """Create what is missing and make sure that it is ours alone. Raises UnsafeState with all problems at once."""
    top = root or state_root()
    paths = account_paths(name, top)
    for directory in (top, paths.root, paths.outbox, paths.commands):
        make_private(directory)
    problems = [p for file in sorted(paths.root.iterdir()) if not file.is_dir() and (p := _file_problem(file))]
    if problems:
        raise UnsafeState(*problems)
    return paths


def make_private(directory: Path) -> None:
    """Create ``directory`` as 0700 or check the one that stands there. Raises UnsafeState."""
    try:
        directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnsafeState(Problem(str(directory), f"cannot be made: {reason}", "check owner, mode and disk")) from None
    problems = [p for p in (_directory_problem(directory, found), _parent_problem(directory.parent)) if p]
    if problems:
        raise UnsafeState(*problems)
    if found.st_mode & OTHERS:
        directory.chmod(0o700)
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        raise UnsafeState(Problem(str(directory), "is not writable", "check mode and mount"))


def _directory_problem(directory: Path, found: os.stat_result) -> Problem | None:
    where = str(directory)
    if stat.S_ISLNK(found.st_mode):
        return Problem(where, "is a symbolic link", "state must lie in a directory of your own")
    if not stat.S_ISDIR(found.st_mode):
        return Problem(where, "is not a directory")
    if found.st_uid != os.geteuid():
        return Problem(where, f"belongs to somebody else (uid {found.st_uid})")
    if found.st_mode & OTHERS_WRITE:
        mode = stat.S_IMODE(found.st_mode)
        return Problem(where, f"can be written by others (mode {mode:04o})", f"chmod 700 {where}")
    return None


def _parent_problem(parent: Path) -> Problem | None:
    """Whoever may write the parent may exchange the directory, unless the sticky bit forbids it."""
    found = parent.stat()
    if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        return Problem(str(parent), "can be written by everybody", f"chmod o-w {parent}")
    return None


def _file_problem(file: Path) -> Problem | None:
    """A state file must be a regular file of ours; one that others may only read is closed to them at once."""
    found = file.lstat()
    if stat.S_ISLNK(found.st_mode):
        return Problem(str(file), "is a symbolic link", "remove it")
    if not stat.S_ISREG(found.st_mode):
        return Problem(str(file), "is not a regular file", "remove it")
    if found.st_uid != os.geteuid():
        return Problem(str(file), f"belongs to somebody else (uid {found.st_uid})", "remove it")
    if found.st_mode & OTHERS_WRITE:
        return Problem(str(file), "can be written by others", f"look into it, then chmod 600 {file}")
    if found.st_mode & OTHERS:
        file.chmod(0o600)
    return None
