"""How is everything erased that is kept of a person who asks for it?

    tombstone > ledger > its rolling copies > mail to the owner and words that wait > index > its file written anew > the order itself

The ids of his mails come from the index, so the index goes last: killed at any step, the order still lies there and the next turn
does all of it again, which does no harm. The mailbox is not touched.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote

from followupd import crash
from followupd.errors import UserError
from followupd.files import sweep
from followupd.model import WordKind
from followupd.store.atomic import backups
from followupd.store.commands import Erasure, erasures, waiting
from followupd.store.erasing import Traces, erase, traces
from followupd.store.forgotten import Forgotten, Tombstone, speaks_of
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.paths import AccountPaths
from followupd.work.desk import Desk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """All that is kept of an account; whoever holds its lock has it."""

    ledger: Ledger
    index: Index
    paths: AccountPaths


def forget(desk: Desk) -> int:
    """Obey the orders that wait; returns how many are done. Not in a dry run."""
    if desk.dry_run or desk.commands is None:
        return 0
    return obey(Stores(desk.ledger, desk.index, AccountPaths(desk.commands.parent)), desk.name)


def obey(stores: Stores, name: str) -> int:
    """Forget whoever waits to be forgotten. Raises StoreFull, TryAgain; then it is done again later."""
    done = 0
    for order, erasure in erasures(stores.paths.commands):
        _erase(stores, erasure)
        if not stores.index.scrub():
            log.warning("%s: somebody reads the index; what was erased leaves its file at the next turn", name)
            continue
        crash.step("erased")
        order.unlink(missing_ok=True)
        log.info("%s: what was kept of a person is erased", name)
        done += 1
    return done


def _erase(stores: Stores, erasure: Erasure) -> None:
    email = erasure.email.strip().lower()
    stone = stores.ledger.tombstone(email, erasure.at, stop=wished_to_stop(stores.ledger, stores.index, email))
    found = traces(stores.index, email, Forgotten([stone]))
    stores.ledger.bury([stone])
    stores.ledger.erase(email, found.ids, found.counterpart)
    stores.ledger.flush()
    _copies(stores.paths, email, found, stone)
    for path in (*letters_naming(stores.paths.outbox, email, found.ids), *_words(stores.paths.commands, email, found.ids)):
        path.unlink(missing_ok=True)
    crash.step("erase index")
    erase(stores.index, email, stores.ledger.forgotten)


def wished_to_stop(ledger: Ledger, index: Index, email: str) -> bool:
    """Did this address ask not to be written to, here or in a mail?"""
    if any(w.kind is WordKind.STOP and w.target == email for w in ledger.words()):
        return True
    facts = (index.facts(id) for id in index.threads_of_buyer(email))
    return any(f is not None and f.stop_wish for f in facts)


def _copies(paths: AccountPaths, email: str, found: Traces, stone: Tombstone) -> None:
    """The rolling copies of the ledger hold him too; one that cannot be read cannot be cleaned, so it goes."""
    sweep(paths.root)
    (paths.root / "restored.json").unlink(missing_ok=True)
    for path in backups(paths.ledger):
        try:
            copy = Ledger(path)
            copy.bury([stone])
            copy.erase(email, found.ids, found.counterpart)
            copy.close()
        except UserError as error:
            log.warning("%s is damaged and removed, since it may hold what is to be erased: %s", path, error)
            path.unlink(missing_ok=True)


# ---- files ----------------------------------------------------------------------------------------


def letters_naming(directory: Path, email: str, ids: Collection[str]) -> list[Path]:
    """Mail to the owner, waiting or given up, that speaks of him."""
    found = []
    for path in sorted((*directory.glob("*.eml"), *directory.glob("*.failed"))):
        with suppress(OSError):
            said = _all_text(path.read_bytes())
            if speaks_of(said, email) or any(speaks_of(said, id.lower()) for id in ids):
                found.append(path)
    return found


def _all_text(raw: bytes) -> str:
    """Headers and texts of a letter as one reads them, links decoded."""
    letter = message_from_bytes(raw, policy=policy.default)
    texts = [f"{name}: {value}" for name, value in letter.items()]
    for part in letter.walk():
        if part.get_content_maintype() == "text":
            with suppress(LookupError, ValueError):
                texts.append(str(part.get_content()))
    return re.sub(r"\s+", " ", unquote("\n".join(texts)))


def _words(directory: Path, email: str, ids: Collection[str]) -> list[Path]:
    """Words that wait and speak of him, and what was set aside unread and names him."""
    said = [path for path, command in waiting(directory) if command.word.target in {email, *ids}]
    for path in directory.glob("*.bad"):
        with suppress(OSError):
            if email.encode() in path.read_bytes().lower():
                said.append(path)
    return said
