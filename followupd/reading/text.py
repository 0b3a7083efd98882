"""What did the writer write now, and what is history, signature or small print?

Only the new text counts for judging. History is told in reading/history.py, closings in reading/closing.py, by the words
of rules/quoting.yaml. When in doubt text is kept: losing a buyer's word is worse than judging a line of history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from followupd.reading.closing import is_sign_off, joined, split_closing
from followupd.reading.history import Cut, find_cut, without_quotes
from followupd.reading.marks import Marks, shipped_marks
from followupd.reading.subject import is_forward_subject, is_reply_subject

MAX_TEXT = 100_000
MAX_LINE = 20_000
MAX_LINES = 4_000
MAX_FORWARDS = 3
THIN = 200
"""Whoever forwards a mail with fewer words of his own wants it to be read."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a mail's text."""

    new_text: str
    signature: str
    quoted: str


class _SignOff:
    """Closing formulas, for whoever asks of a line whether it is one."""

    def match(self, line: str) -> bool:
        """Is the line nothing but a closing formula, by the words that come with followupd?"""
        return is_sign_off(line, shipped_marks())


SIGN_OFF = _SignOff()


def split(text: str, *, subject: str = "", sender: str = "", address: str = "", marks: Marks | None = None) -> Parts:
    """Split the text of a mail; the parts together hold all of it but blank lines and quote marks.

    ``subject`` tells an answer from a forwarded mail where the text does not; ``sender`` and ``address`` are
    the writer's name and mail address.
    """
    return _split(text, subject, (sender, address), marks or shipped_marks(), MAX_FORWARDS)


def _split(text: str, subject: str, writer: tuple[str, str], marks: Marks, forwards: int) -> Parts:
    """As ``split``; a forwarded mail inside a forwarded mail is opened ``forwards`` times."""
    lines = [line[:MAX_LINE] for line in _fold(text[:MAX_TEXT]).split("\n")[:MAX_LINES]]
    cut = find_cut(lines, marks)
    head, history = lines[: cut.start], lines[cut.start :]
    new, quoted = without_quotes(head, cut.attributions)
    new, signature = split_closing(new, marks, *writer)
    if forwards and history and _is_forwarded(cut, joined(new), subject):
        return _forwarded(joined(new), history, cut.header, subject, marks, forwards)
    return Parts(joined(new), joined(signature), joined([*quoted, *_unmarked(history)]))


def _fold(text: str) -> str:
    """At most two blank lines in a row: some splitters are quadratic in them, and nobody reads them."""
    return re.sub(r"\n[ \t]*(?:\n[ \t]*){2,}", "\n\n", text)


def _unmarked(lines: list[str]) -> list[str]:
    return [line.lstrip("> \t") if line.lstrip().startswith(">") else line for line in lines]


def _is_forwarded(cut: Cut, said: str, subject: str) -> bool:
    """By its own mark, or a header block under a subject of forwarding, or with nothing above it that answers."""
    if not (cut.forward or cut.block):
        return False
    if cut.forward or is_forward_subject(subject):
        return len(said) < THIN
    return not said and not is_reply_subject(subject)


def _forwarded(note: str, history: list[str], header: int, subject: str, marks: Marks, forwards: int) -> Parts:
    """The forwarded mail is what matters: its body counts as new text, its header block does not."""
    inner = _split("\n".join(_unmarked(history[header:])), subject, ("", ""), marks, forwards - 1)
    above = joined([*history[:header], inner.quoted])
    return Parts(f"{note}\n\n{inner.new_text}".strip(), inner.signature, above)
