"""Which lines of a mail did somebody else write?

Marks of quoting are told by their shape first: an address and a date on a line that ends with a colon, a block of header
lines, words between dashes, ``>`` in front. The words themselves are those of rules/quoting.yaml (reading/marks.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from followupd.reading.marks import Marks

MAX_LINES = 3
"""An attribution is broken over no more lines than this."""
MAX_ATTRIBUTION = 400
LONGEST_START = 200
WRAPPED = 55
"""A quoted line of so many characters may have been broken by the sender's program."""
_EMAIL = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,190}")
_TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d\d(?!\d)|\b\d{1,2}\s?[ap]\.?m\b|[上下]午|\d{1,2}[点時时]", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}年|\b\d{1,2}\.?\s+\w{3,12}\.?,?|\b\w{3,9}\.?\s+\d{1,2}\b|\d{1,2}月"
)
_CLOCK = re.compile(
    r"(?:\b(?:19|20)\d\d(?!\d)|\b\d{1,2}[./-]\d{1,2}[./-]\d\d\b).{0,60}?\d{1,2}[:.]\d\d|\d{1,2}[:.]\d\d.{0,60}?\b(?:19|20)\d\d\b"
)
_ENDS = re.compile(r"[:：]\s*[-_*]*\s*$")
_RULER = re.compile(r"^[\s>]*[-_=*—–─]{4,}(?:[^-_=*—–─\n]{1,40}[-_=*—–─]{4,})?[\s\]]*$")
_LEFTOVER = re.compile(r"^>\s?[:：]\s*$")
"""The end of an attribution that was broken inside an address."""
_INITIALS = re.compile(r"[A-Z]{2,3}> ")
"""``LC> ``, as some programs quote: the initials of the writer."""
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"[.!?。！？]$")


@dataclass(frozen=True, slots=True)
class Cut:
    """Where unmarked history begins, and how many lines at its top are its header; ``forward``: a forwarded mail."""

    start: int
    header: int = 0
    forward: bool = False
    block: bool = False
    """A header block of which nothing says whether it is answered or forwarded."""
    attributions: dict[int, int] = field(default_factory=dict, compare=False)
    """Where attributions begin above the cut, and of how many lines they are."""


def is_quoted(lines: list[str], i: int) -> bool:
    """Does ``>`` stand in front, perhaps behind initials? Not for ``>From``, which is how mailboxes are kept from breaking."""
    line = lines[i].lstrip()
    if not line.startswith(">") or _LEFTOVER.match(line):
        return bool(_INITIALS.match(line))
    alone = not any(0 <= k < len(lines) and lines[k].lstrip().startswith(">") for k in (i - 1, i + 1))
    return not (alone and line.startswith(">From "))


# ---- attributions ---------------------------------------------------------------------------------


def attribution(lines: list[str], i: int, marks: Marks) -> int:
    """Of how many lines the attribution is that begins at ``i``: 0 for none."""
    first = lines[i].strip()
    near = lines[i : i + MAX_LINES]
    if (
        not first
        or len(first) > MAX_ATTRIBUTION
        or not any("@" in x or _ENDS.search(x) for x in near)
        or is_quoted(lines, i)
    ):
        return 0
    joined = ""
    for count, line in enumerate(near, start=1):
        if not line.strip() or (count > 1 and is_quoted(lines, i + count - 1)):
            break
        joined = f"{joined} {line.strip()}".strip()
        if count > 1 and not _begins(first, marks):
            break
        if _tells(joined, lines, i + count, marks):
            return 0 if count > 1 and _later(lines, i, count, marks) else count
    return 0


def _begins(line: str, marks: Marks) -> bool:
    """May an attribution over several lines begin with this one?"""
    if len(line) > LONGEST_START or _RUN.search(line):
        return False
    return bool(marks.opens.search(line) or (_DATE.search(line) and (_TIME.search(line) or line[:1].isdigit())))


def _tells(line: str, lines: list[str], after: int, marks: Marks) -> bool:
    """Who wrote when: an address, a date and a colon; or the verb in place of one of them."""
    if len(line) > MAX_ATTRIBUTION:
        return False
    colon, email = bool(_ENDS.search(line)), "@" in line and bool(_EMAIL.search(line))
    if not (colon or email):
        return False
    dated = _dated(line)
    if colon and email and dated:
        return bool(marks.opens.search(line) or _TIME.search(line) or marks.wrote.search(line))
    last = bool(marks.wrote_last.search(line))
    if last and (colon or (email and dated)) and (dated or email):
        return not _speaks(line, marks) or _quote_follows(lines, after)
    if colon and dated and marks.opens.search(line) and marks.wrote.search(line):
        return bool(_CLOCK.search(line)) or _quote_follows(lines, after)
    return colon and _quote_follows(lines, after) and (last or bool(_CLOCK.search(line)))


def _speaks(line: str, marks: Marks) -> bool:
    """``On Monday we wrote:`` is a sentence; nobody's name is in it."""
    return (
        bool(re.search(r"(?i)\b(?:we|i)\s+wrote\b", line))
        and not _EMAIL.search(line)
        and bool(marks.wrote.search(line))
    )


def _quote_follows(lines: list[str], at: int) -> bool:
    """Is the next line that is not blank a quoted one?"""
    following = next((k for k in range(at, min(at + 4, len(lines))) if lines[k].strip()), None)
    return following is not None and is_quoted(lines, following)


def _later(lines: list[str], i: int, count: int, marks: Marks) -> bool:
    """Does the attribution rather begin at a later one of these lines?"""
    first = lines[i].strip()
    opened = bool(marks.opens.search(first))
    whole = opened and bool(_DATE.search(first)) and first.endswith(",")
    for k in range(i + 1, i + count):
        rest = " ".join(line.strip() for line in lines[k : i + count])
        opens = bool(marks.opens.search(lines[k]))
        alone = k == i + count - 1 and not opened
        if (opens or alone) and not whole and _dated(rest) and _tells(rest, lines, i + count, marks):
            return opens or bool(_EMAIL.search(rest))
    return False


def _dated(line: str) -> bool:
    return bool(_DIGIT.search(line)) and bool(_DATE.search(line) or _TIME.search(line))


# ---- header blocks and dividers -------------------------------------------------------------------


def header_block(lines: list[str], i: int, marks: Marks) -> int:
    """Of how many lines the pasted header is that begins at ``i``; 0 when it is none.

    Three fields with From among them, or From and one more below a ruler; a subject, an address or a time of day tells it
    from a route ("From: Ningbo, To: Hamburg, Date: May"). Blank and folded lines may stand between.
    """
    if field_of(lines[i], marks) in ("", "cc"):
        return 0
    fields, end, gap = set(), i, 0
    for k in range(i, min(i + 16, len(lines))):
        field = field_of(lines[k], marks)
        if field:
            if field in fields and field != "cc":
                break
            fields.add(field)
            end, gap = k, 0
        elif lines[k].strip() or gap:
            gap += 1
            if gap > 1:
                break
        else:
            gap = 0 if k == end + 1 and k + 1 < len(lines) and field_of(lines[k + 1], marks) else 2
            if gap:
                break
    ruled, many = _ruler_above(lines, i) < i, len(fields - {"cc"})
    mail = "subject" in fields or any("@" in x or _TIME.search(x) for x in lines[i : end + 1])
    told = (many >= 3 and (mail or ruled)) or (many == 2 and mail and ruled)
    return end - i + 1 if "from" in fields and told else 0


def field_of(line: str, marks: Marks) -> str:
    """Which header field this line holds, by its label; ``""`` for none."""
    if ":" not in line[:60] and "：" not in line[:60] and "|" not in line[:60]:
        return ""
    found = marks.label.search(line[:200])
    return next((name for name, value in found.groupdict().items() if value), "") if found else ""


def _ruler_above(lines: list[str], i: int) -> int:
    """The line of dashes right above ``i``, or ``i``."""
    above = i - 1
    while above >= 0 and above >= i - 2 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULER.match(lines[above]) else i


def find_cut(lines: list[str], marks: Marks) -> Cut:
    """The first line of history that is not marked by ``>``; its start is the number of lines when there is none."""
    above: dict[int, int] = {}
    for i, line in enumerate(lines):
        if not line.strip() or is_quoted(lines, i):
            continue
        if (cut := _divided(lines, i, marks)) is not None:
            return replace(cut, attributions=above)
        if count := attribution(lines, i, marks):
            if not _quote_follows(lines, i + count):
                return Cut(i, count, attributions=above)
            above[i] = count
    return Cut(len(lines), attributions=above)


def _divided(lines: list[str], i: int, marks: Marks) -> Cut | None:
    """Does history begin here with a dividing line or a header block?"""
    text = lines[i][:MAX_ATTRIBUTION]
    if _dashed(text):
        if marks.forwarded.search(text):
            return Cut(i, 1 + _block_below(lines, i + 1, marks), forward=True)
        if marks.original.search(text):
            return Cut(i, 1 + _block_below(lines, i + 1, marks), block=True)
    if block := header_block(lines, i, marks):
        start = _ruler_above(lines, i)
        return Cut(start, i - start + block, block=True)
    return None


def _dashed(line: str) -> bool:
    return line.lstrip(" \t>")[:2] in _DASHES or line.rstrip().endswith((":", "："))


_DASHES = frozenset(a + b for a in "-_=*—–─" for b in "-_=*—–─")


def _block_below(lines: list[str], i: int, marks: Marks) -> int:
    """How many lines of header, blank lines included, stand from ``i`` on."""
    k = i
    while k < min(i + 16, len(lines)) and (not lines[k].strip() or field_of(lines[k], marks)):
        k += 1
    return k - i


# ---- lines marked by > ----------------------------------------------------------------------------


def without_quotes(lines: list[str], attributions: dict[int, int]) -> tuple[list[str], list[str]]:
    """New lines and quoted ones; attributions, and what a mail program broke off a quoted line, go with the quotes."""
    new: list[str] = []
    quoted: list[str] = []
    skip = 0
    for i, line in enumerate(lines):
        if skip:
            skip -= 1
            quoted.append(line)
        elif is_quoted(lines, i):
            quoted.append(_INITIALS.sub("", line.lstrip("> \t")))
        elif _broken_off(lines, i):
            quoted.append(line)
        elif i in attributions:
            skip = attributions[i] - 1
            quoted.append(line)
        else:
            new.append(line.replace(">From ", "From ", 1) if line.startswith(">From ") else line)
    return new, quoted


def _broken_off(lines: list[str], i: int) -> bool:
    """The end of a long quoted line, without its ``>``: it goes on in small letters, and the quote goes on below."""
    if not 0 < i < len(lines) - 1 or not lines[i].strip():
        return False
    above, below, line = lines[i - 1], lines[i + 1], lines[i].strip()
    between = above.lstrip().startswith(">") and below.lstrip().startswith(">")
    return between and len(above.strip()) >= WRAPPED and len(line) < len(above) and line[:1].islower()
