"""Under which name does something from a mail go to disk, and never outside its directory?

Letters, figures and a few marks of any script; no separators, no leading dots, no hidden characters, short enough for every file
system. A directory that somebody else may write, or a symbolic link in our way, is refused.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from followupd.errors import Problem, UnsafeState
from followupd.model import Message
from followupd.store.paths import OTHERS_WRITE, make_private, safe_name

LONGEST = 120
"""Octets of a subject in a file's name: with date and ending well below the 255 of most file systems."""
_KEPT = frozenset("-_.,()+'")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def file_part(text: str) -> str:
    """``Re: 报价 / quote?`` as ``Re-报价-quote``; never empty, a path or hidden."""
    plain = unicodedata.normalize("NFC", text[:400].encode("utf-8", "replace").decode())
    shown = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" or c in _KEPT else " " for c in plain)
    joined = "-".join(" ".join(shown.split()).split(" "))
    cut = joined.encode()[:LONGEST].decode("utf-8", "ignore").strip("-. ")
    return "no-subject" if not cut or cut.lower() in _RESERVED else cut


def mail_name(message: Message, zone: str) -> str:
    """``2026-11-03_1412_subject``: sortable, by the user's own clock; without the ending."""
    return f"{message.date.astimezone(ZoneInfo(zone)):%Y-%m-%d_%H%M}_{file_part(message.subject)}"


def twin_name(name: str, message: Message) -> str:
    """Another name for a mail whose own is taken by another one of the same minute and subject."""
    return f"{name}_{sha256(message.id.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def buyer_name(email: str) -> str:
    """The folder of a buyer."""
    return safe_name(email)


def open_root(directory: Path) -> Path:
    """The directory for dossiers, made 0700 if it is not there. Raises UnsafeState where others may write.

    One that stands there keeps its mode: it may be the user's own place for such things.
    """
    if not directory.exists() and not directory.is_symlink():
        make_private(directory)
        return directory.resolve()
    home = directory.resolve()
    found = home.stat()
    problem = ""
    if not stat.S_ISDIR(found.st_mode):
        problem = "is not a directory"
    elif found.st_uid != os.geteuid():
        problem = f"belongs to somebody else (uid {found.st_uid})"
    elif found.st_mode & OTHERS_WRITE:
        problem = f"can be written by others (mode {stat.S_IMODE(found.st_mode):04o})"
    elif not os.access(home, os.W_OK | os.X_OK):
        problem = "is not writable"
    if problem:
        raise UnsafeState(Problem(str(directory), problem, "name a directory of your own: -o DIR"))
    return home


def open_below(root: Path, parts: Iterable[str]) -> Path:
    """Directories below ``root``, each 0700 and ours. Raises UnsafeState for a link, or a name that leads elsewhere."""
    here = root
    for part in parts:
        if part in {"", ".", ".."} or "/" in part or "\0" in part:
            raise UnsafeState(Problem(str(root), "a name that leads out of the directory was refused"))
        here = here / part
        make_private(here)
    return here
