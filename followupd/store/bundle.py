"""What goes into a backup, and is what comes out of one fit to be put back?

A tar.gz of 0600 with a manifest: the ledgers (precious), and the user's own config, rules, catalogue and facts (for looking up).
Never the index, which the mailbox rebuilds, and never a secret. A ledger is replaced whole at each flush, so that a copy taken
while the daemon runs is one of its states. Nothing of the archive chooses a path on disk: members are looked up by name.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from followupd.errors import Problem, UserError
from followupd.files import replace_file

MANIFEST = "manifest.json"
FORMAT = 1
LARGEST = 200_000_000
"""Octets of one member; more is no ledger of ours."""


@dataclass(frozen=True)
class Bundle:
    """The content of a backup: when it was made and by which version, and its files by member name."""

    made: str
    version: str
    accounts: tuple[str, ...]
    files: dict[str, bytes]

    def ledger(self, account: str) -> bytes | None:
        """The ledger of an account; None when the backup has none of that name."""
        return self.files.get(member_of(account))


def member_of(account: str) -> str:
    """The member's name of an account's ledger."""
    return f"ledgers/{sha256(account.encode()).hexdigest()[:16]}.json"


def write_bundle(path: Path, ledgers: Mapping[str, bytes], own: Mapping[str, bytes], *, version: str, now: datetime) -> None:
    """Write a backup whole or not at all. ``ledgers`` by account, ``own`` the user's files by relative name."""
    files = {member_of(name): data for name, data in ledgers.items()} | {f"own/{name}": data for name, data in own.items()}
    manifest = {
        "format": FORMAT,
        "made": now.isoformat(),
        "version": version,
        "accounts": sorted(ledgers),
        "files": {name: sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, data in ((MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode()), *sorted(files.items())):
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(data), 0o600, int(now.timestamp())
            tar.addfile(member, io.BytesIO(data))
    replace_file(path, raw.getvalue())


def read_bundle(path: Path) -> Bundle:
    """Read a backup and compare every file with its manifest. Raises UserError for what is no backup or was changed."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            members = {m.name: m for m in tar.getmembers()}
            manifest = json.loads(_content(tar, members, MANIFEST))
            files = {name: _content(tar, members, name) for name in manifest["files"]}
            told = Bundle(str(manifest["made"]), str(manifest["version"]), tuple(map(str, manifest["accounts"])), files)
            form = int(manifest["format"])
    except (OSError, EOFError, tarfile.TarError, KeyError, TypeError, ValueError) as error:
        raise UserError(Problem(str(path), f"is no backup of followupd ({type(error).__name__})")) from None
    if form > FORMAT:
        raise UserError(Problem(str(path), f"was made by a newer followupd ({told.version})", "upgrade followupd"))
    changed = [name for name, data in files.items() if sha256(data).hexdigest() != manifest["files"][name]]
    if changed:
        raise UserError(Problem(str(path), f"was changed since it was made: {', '.join(sorted(changed))}"))
    return told


def _content(tar: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo], name: str) -> bytes:
    """A plain file of the archive; links, devices and giants are none."""
    member = members[name]
    file = tar.extractfile(member) if member.isreg() and member.size <= LARGEST else None
    if file is None:
        raise ValueError(name)
    return file.read()
