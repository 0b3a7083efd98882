"""Which words of the user have come in since the last turn?

The user's own word wins over everything that is derived (DESIGN 3), so it is taken in before anything else is looked at.
"""

from __future__ import annotations

from followupd.model import Word
from followupd.store.commands import Command, waiting
from followupd.work.desk import Desk


def take(desk: Desk) -> int:
    """Move waiting words into the ledger and mark what they speak of; returns how many there were."""
    if desk.dry_run or desk.commands is None:
        return 0
    found = waiting(desk.commands)
    for _, command in found:
        _obey(desk, command)
    if not found:
        return 0
    desk.ledger.flush()
    with desk.index.transaction():
        for _, command in found:
            desk.index.mark_dirty(_threads(desk, command.word))
    for path, _ in found:
        path.unlink(missing_ok=True)
    return len(found)


def _obey(desk: Desk, command: Command) -> None:
    """A new word of one kind replaces the older one on the same target."""
    word = command.word
    desk.ledger.drop_words([w for w in desk.ledger.words() if (w.kind, w.scope, w.target) == _key(word)])
    if not command.forget:
        desk.ledger.add_word(word)


def _key(word: Word) -> tuple[object, str, str]:
    return (word.kind, word.scope, word.target)


def _threads(desk: Desk, word: Word) -> set[str]:
    if word.scope == "buyer":
        return desk.index.threads_of_buyer(word.target)
    thread = desk.index.thread_of(word.target)
    return {thread} if thread else set()
