"""Is this domain made to be taken for another?

Letters that look alike are folded (l/1/I, o/0, rn/m, vv/w, Cyrillic and Greek twins, accents, punycode); beyond that one letter
added, lost, changed or swapped in a name that is long enough, and the same name under another ending (DOMAIN 1.3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from followupd.freemail import FREE_MAIL

LONG_ENOUGH = 6
"""In shorter names one letter is all that tells honest firms apart (abc-co.example, abd-co.example)."""
_TWINS = str.maketrans("аеорсухіјѕԁԛԝοαενρτυκικнвмт01|", "aeopcyxijsdqwoaevptukikhbmtoll")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("-", ""))


def company_of(domain: str) -> str:
    """The name that was registered: ``firm`` of mail.firm.co.uk."""
    parts = domain.split(".")
    if len(parts) > 2 and len(parts[-2]) <= 3:
        return parts[-3]
    return parts[-2] if len(parts) > 1 else domain


def lookalike_of(domain: str, known: Iterable[str]) -> tuple[str, str]:
    """The known domain that this one imitates, and how: ``letters`` or ``ending``; two empty strings if none."""
    name = company_of(domain)
    shape = _shape(name)
    ending = ""
    for other in sorted(known):
        theirs = company_of(other)
        if other == domain or domain.endswith(f".{other}") or other in FREE_MAIL:
            continue
        if name == theirs:
            ending = ending or other
        elif _shape(theirs) == shape or (min(len(name), len(theirs)) >= LONG_ENOUGH and _one_apart(name, theirs)):
            return other, "letters"
    return (ending, "ending") if ending else ("", "")


def _shape(name: str) -> str:
    """What the eye takes a name for."""
    if name.startswith("xn--"):
        name = _unpunycode(name)
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    plain = plain.translate(_TWINS)
    for pair, one in _PAIRS:
        plain = plain.replace(pair, one)
    return plain


def _unpunycode(name: str) -> str:
    try:
        return name[4:].encode("ascii", "ignore").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return name


def _one_apart(a: str, b: str) -> bool:
    """One letter added, lost or changed, or two neighbours swapped."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])
