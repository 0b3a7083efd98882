"""Where does a mail end and its signature, or its small print, begin?

A signature is told by ``--``, by a closing formula, by the writer's own name, or by a card of telephone numbers and
addresses at the end. When in doubt text is kept: losing a buyer's word is worse than judging a telephone number.
"""

from __future__ import annotations

import re

from followupd.reading.marks import Marks

LOOKED_AT = 16
"""So many lines from the end a closing formula may stand."""
CARD = 14
LONGEST = 120
CARD_LINE = 70
"""No name of a firm is longer."""
_RULER = re.compile(r"^\s*(?:--|—|–|-{3,}|_{2,}|—{2,}|={4,}|\*{4,})\s*$")
_CARD = re.compile(
    r"[^\s<>@]{1,64}@[^\s<>@]{1,190}\.\w|https?://|\bwww\.|"
    r"\b(?:tel|phone|ph|mob(?:ile)?|cell|fax|telefon|tél|teléf?\w*|whats\s?app|wechat|skype|handy|тел|моб|m|t|f|p|e)\s?[.:/]+\s?[+(\d\w]|"
    r"\+\d[\d ().\-/]{6,}\d|\(\d{2,5}\)\s?\d[\d\- ]{4,}|(?:电话|手机|传真|邮箱|微信|地址|网址|هاتف|جوال)\s*[:：]?",
    re.IGNORECASE,
)
_GOODS = re.compile(
    r"\d[\d.,]*\s?(?:pcs?|pieces?|sets?|units?|kgs?|tons?|tonnes?|mt|rolls?|cartons?|ctns?|pairs?|dozens?|mm|cm|inch|watts?|"
    r"stück|stk|pz|pezzi|uds?|unidades|piezas|pièces|peças|шт|штук|adet|件|个|套|台|只|双|قطعة|حبة)\b|"
    r"(?:usd|eur|us\$|[$€£¥])\s?\d|\d\s?(?:usd|eur|[$€£])",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"\S+(?:\s+\S+){3,}(?<=\w\w[\w)\"'»])[.!…]\s*$|\S.*[?？؟]\s*$|\S{6,}[。！]\s*$")
_FIRM = re.compile(
    r"(?:\b(?:ltd|limited|inc|corp|co|llc|llp|plc|pvt|pte|pty|şti|sti|tic|san|ltda|cia|gmbh|kg|bv|nv|ab|as|oy|aps)|\b[as]\.?\s?ş|\bs\.?\s?(?:p\.?\s?)?[arl]\.?(?:\s?[lsu])?|\bs\.?\s?de\s?r\.?\s?l|"
    r"\b(?:de\s)?c\.?\s?v|\be\.?\s?k|\bd\.?\s?o\.?\s?o)\.\s*$",
    re.IGNORECASE,
)
"""A firm's name ends in a full stop and is no sentence."""
_FORM = re.compile(
    r"^\W*(?:(?:full|your|first|last|contact|buyer|customer)\s+)?(?:name|message|comments?|inquiry|enquiry|subject|products?|quantity|details?|"
    r"requirements?|remarks?|question|nom|nombre|nome|nachricht|menge|mensaje|cantidad|mensagem|quantidade|messaggio|quantità|имя|сообщение|"
    r"количество|ad|isim|mesaj|miktar|الاسم|الرسالة|الكمية|姓名|留言|内容|产品|数量|需求)\s*[:：]",
    re.IGNORECASE,
)
"""Labels of a form that somebody filled in; a card has no such lines."""
_ANNOUNCES = re.compile(r"[:：]\s*$")
_POSTSCRIPT = re.compile(r"^\s*p\.?\s?s\.?(?:\s*[:：,.-]|\s+\w)", re.IGNORECASE)


def split_closing(lines: list[str], marks: Marks, name: str = "", address: str = "") -> tuple[list[str], list[str]]:
    """What is said, and the signature with all small print. ``name`` and ``address`` are the writer's, where known."""
    lines = _without_banners(lines, marks)
    lines, tail = _small_print(lines, marks)
    lines, card = _ruled(lines, marks)
    lines, formula = _formula(lines, marks)
    lines, bare = _bare_card(lines, marks)
    lines, named = _named(lines, marks, name, address)
    return lines, [*named, *bare, *formula, *card, *tail]


def is_sign_off(line: str, marks: Marks) -> bool:
    """Is this line nothing but a closing formula?"""
    return len(line) <= LONGEST and marks.sign_off.search(line) is not None


def says_something(line: str, marks: Marks) -> bool:
    """Does the line read as if it were addressed to the reader, or name goods?"""
    text = line[:300]
    stated = _STATEMENT.match(text.strip()) and not (len(text) <= CARD_LINE and _FIRM.search(text))
    return bool(stated or _GOODS.search(text) or marks.sentence.search(text))


def joined(lines: list[str]) -> str:
    """The lines as one text, without blank ends."""
    return "\n".join(line.rstrip() for line in lines).strip()


# ---- the five ways to end -------------------------------------------------------------------------


def _without_banners(lines: list[str], marks: Marks) -> list[str]:
    """Take out what the receiving server wrote above the mail."""
    filled = [i for i, line in enumerate(lines) if line.strip()][:4]
    gone = {i for i in filled if len(lines[i]) > 3 and marks.banner.search(lines[i][:600])}
    return [line for i, line in enumerate(lines) if i not in gone] if gone else lines


def _small_print(lines: list[str], marks: Marks) -> tuple[list[str], list[str]]:
    """Cut at the first line that a mail program, a telephone or a lawyer added."""
    begun = False
    for i, line in enumerate(lines):
        if begun and line.strip() and _is_small_print(lines, i, marks):
            return lines[:i], lines[i:]
        begun = begun or bool(line.strip())
    return lines, []


def _is_small_print(lines: list[str], i: int, marks: Marks) -> bool:
    """By a line and the one into which it may be broken."""
    line = lines[i]
    if marks.small_print.search(" ".join(lines[i : i + 2])[:300]):
        return True
    return len(line) <= LONGEST * 3 and marks.device.search(line) is not None


def _ruled(lines: list[str], marks: Marks) -> tuple[list[str], list[str]]:
    """Cut at ``--``, unless what follows speaks; at another ruler only when a card follows."""
    for i, line in enumerate(lines):
        if not _RULER.match(line) or not joined(lines[:i]):
            continue
        rest = [x for x in lines[i + 1 :] if x.strip()]
        if any(says_something(x, marks) for x in rest):
            continue
        if line.strip() == "--" or (0 < len(rest) <= CARD and any(_CARD.search(x) for x in rest)):
            return lines[:i], lines[i + 1 :] if line.strip() == "--" else lines[i:]
    return lines, []


def _formula(lines: list[str], marks: Marks) -> tuple[list[str], list[str]]:
    """Cut at a closing formula near the end; what speaks again below it (a postscript) stays."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    first: tuple[list[str], list[str]] = (lines, [])
    for i in reversed(filled[-LOOKED_AT:]):
        if not is_sign_off(lines[i], marks) or not joined(lines[:i]):
            continue
        on = next((k for k in range(i + 1, len(lines)) if says_something(lines[k], marks)), len(lines))
        if on < len(lines) and marks.weak.search(lines[i]) and not _POSTSCRIPT.match(lines[on]):
            continue
        if all(len(line) < LONGEST for line in lines[i + 1 : on]):
            top = _topmost(lines, i, marks)
            first = ([*lines[:top], *lines[on:]], lines[top:on])
            if not marks.weak.search(lines[i]):
                break
    return first


def _topmost(lines: list[str], i: int, marks: Marks) -> int:
    """The first of the closing formulas that stand one below the other."""
    above = i - 1
    while above > 0 and (not lines[above].strip() or is_sign_off(lines[above], marks)) and joined(lines[:above]):
        if lines[above].strip():
            i = above
        above -= 1
    return i


def _named(lines: list[str], marks: Marks, name: str, address: str) -> tuple[list[str], list[str]]:
    """Cut at the writer's own name or address on a line of its own, when nothing below it speaks."""
    wanted = {w for w in (_bare(name), *_bare(name).split()[:1], _bare(address)) if len(w) > 2}
    if not wanted:
        return lines, []
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for i in filled[-CARD:]:
        own = _bare(lines[i])
        if own in wanted and joined(lines[:i]):
            rest = [x for x in lines[i + 1 :] if x.strip()]
            if not any(says_something(x, marks) or len(x) > LONGEST for x in rest):
                return lines[:i], lines[i:]
    return lines, []


def _bare_card(lines: list[str], marks: Marks) -> tuple[list[str], list[str]]:
    """Cut the last paragraph when it is a card: short lines, two of them with a number or an address to reach.

    What a colon announces ("ship to:", "in my absence contact:") is no signature.
    """
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip():
        start -= 1
    card = lines[start:end]
    if not 2 < len(card) <= CARD or not joined(lines[:start]):
        return lines, []
    above = next((x for x in reversed(lines[:start]) if x.strip()), "")
    if any(len(x) > LONGEST or says_something(x, marks) or _FORM.match(x) for x in card):
        return lines, []
    if any(_ANNOUNCES.search(x) for x in [above, *card]):
        return lines, []
    return (lines[:start], lines[start:]) if sum(1 for x in card if _CARD.search(x)) >= 2 else (lines, [])


def _bare(name: str) -> str:
    """A name without marks and signs, for comparing."""
    return " ".join(re.findall(r"\w+", name.casefold()))
