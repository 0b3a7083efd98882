"""How does a mail client quote the mail that is being answered?

``On 30 Nov 2026 at 10:12 +0800, Anna Schmidt wrote:`` and the text behind ``> ``. Text only: of an HTML mail its text,
no image, no style; so nothing is fetched when the draft is opened.
"""

from __future__ import annotations

from followupd.drafting.clean import lines, one_line
from followupd.drafting.flow import Line
from followupd.drafting.languages import Language, filled
from followupd.drafting.values import in_zone
from followupd.model import Message

MAX_CHARS = 20_000
CUT = "[...]"


def attribution(message: Message, zone: str, language: Language) -> str:
    """The line above the quote; date and time in our own zone, as a client shows it."""
    moment = in_zone(message.date, zone)
    who = one_line(message.sender.name, 80) or one_line(message.sender.email, 120) or language.close.someone
    return filled(language.close.wrote, day=language.day(moment.date()), time=f"{moment:%H:%M %z}", who=who)


def quoted(message: Message, zone: str, max_lines: int, language: Language) -> list[Line]:
    """Attribution and quoted lines; at most ``max_lines``, a cut is shown. Empty for a mail without text."""
    text = _folded(lines(message.text[:MAX_CHARS]))
    if not text or not max_lines:
        return []
    cut = len(text) > max_lines or len(message.text) > MAX_CHARS
    out = [Line(attribution(message, zone, language))]
    for line in [*text[:max_lines], *([CUT] if cut else [])]:
        depth, rest = _depth(line)
        out.append(Line(rest, depth + 1))
    return out


def _depth(line: str) -> tuple[int, str]:
    """How deep a line is quoted already, and its text: ``> > hello`` is (2, "hello")."""
    depth, rest = 0, line
    while rest.startswith(">") and depth < 20:
        depth, rest = depth + 1, rest[1:].removeprefix(" ")
    return depth, rest


def _folded(text: list[str]) -> list[str]:
    """Without blank lines at both ends, and with at most one in a row."""
    out: list[str] = []
    for line in text:
        if line.strip() or (out and out[-1].strip()):
            out.append(line)
    while out and not out[-1].strip():
        out.pop()
    return out
