"""Which part does each folder play?

The user's own word first, then what the server says (SPECIAL-USE, XLIST), then the names that clients and providers give
in many languages (rules/folders.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from pydantic import BaseModel, ConfigDict

from followupd.mailbox.base import Box, Folder
from followupd.rulesource import RuleSource, check_entries

_USE = {
    "\\sent": Box.SENT,
    "\\drafts": Box.DRAFTS,
    "\\trash": Box.TRASH,
    "\\junk": Box.JUNK,
    "\\spam": Box.JUNK,
    "\\archive": Box.ARCHIVE,
    "\\inbox": Box.INBOX,
}
_SKIP = {"\\noselect", "\\nonexistent"}
_VIRTUAL = {"\\all", "\\allmail", "\\flagged", "\\starred", "\\important"}
_ID = re.compile(rb"(?im)^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?[^\r\n<]{0,20}<\s*([^<>\s\x00-\x20\x7f]{1,250})\s*>")


class FolderNames(BaseModel):
    """Names that a part is known by; compared without case, the last element of the path counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]


def known_names(source: RuleSource) -> dict[str, Box]:
    """Folder names by part. Raises ConfigError."""
    tables = check_entries(FolderNames, source, "folders")
    return {name.casefold(): Box(part) for part, entry in tables.items() for name in entry.names}


def assign(
    listed: Iterable[tuple[frozenset[str], str, str]],
    given: dict[Box, str],
    names: dict[str, Box],
    watch: tuple[str, ...],
) -> tuple[Folder, ...]:
    """Folders from LIST lines (flags, delimiter, name). Each part is played once; the rest that is watched is OTHER."""
    usable = [(f, d, n) for f, d, n in listed if not {x.lower() for x in f} & _SKIP]
    taken: dict[Box, str] = {box: name for box, name in given.items() if name}
    for flags, _, name in usable:
        for flag in flags:
            box = _USE.get(flag.lower())
            if box and box not in taken and name not in taken.values():
                taken[box] = name
    views = {name for flags, _, name in usable if {x.lower() for x in flags} & _VIRTUAL}
    for _, delimiter, name in usable:
        last = name.rpartition(delimiter)[2] if delimiter else name
        box = Box.INBOX if name.upper() == "INBOX" else names.get(last.casefold())
        if box is Box.ALL:
            views.add(name)
        elif box and box not in taken and name not in taken.values():
            taken[box] = name
    existing = {name for _, _, name in usable}
    parts = {name: box for box, name in taken.items() if name in existing or name.upper() == "INBOX"}
    found = []
    for _, _, name in usable:
        if name in views and name not in parts:
            continue
        box = parts.get(name, Box.OTHER)
        if box is not Box.OTHER or any(fnmatchcase(name, pattern) for pattern in watch):
            found.append(Folder(name, box))
    return tuple(dict.fromkeys(found))


def message_id_of(raw: bytes) -> str:
    """The Message-ID in a header block, without brackets; empty when there is none that is usable."""
    head = re.split(rb"\r?\n\r?\n", raw[:200_000], maxsplit=1)[0]
    match = _ID.search(head)
    try:
        return match[1].decode("ascii") if match else ""
    except UnicodeDecodeError:
        return ""
