"""Is this domain made to be taken for another?

Letters that look alike are folded (l/1/I, o/0, rn/m, vv/w, Cyrillic and Greek twins, accents, punycode); beyond that one letter
added, lost, changed or swapped in a name that is long enough, and the same name under another ending (DOMAIN 1.3).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from followupd.freemail import FREE_MAIL

LONG_ENOUGH = 6
"""In shorter names one letter is all that tells honest firms apart (abc-co.example, abd-co.example)."""
LONGEST = 40
_FIGURES = re.compile(r"\d+")
_TWINS = str.maketrans("аеорсухіјѕԁԛԝοαενρτυκικнвмт01|", "aeopcyxijsdqwoaevptukikhbmtoll")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"), ("-", ""))


def company_of(domain: str) -> str:
    """The name that was registered: ``firm`` of mail.firm.co.uk."""
    parts = domain.split(".")
    if len(parts) > 2 and len(parts[-2]) <= 3:
        return parts[-3]
    return parts[-2] if len(parts) > 1 else domain


@dataclass(frozen=True)
class _Names:
    """Known domains, found by what imitates them: by shape, by what is left of a name without one letter, by name."""

    shapes: dict[str, list[str]]
    cuts: dict[str, list[str]]
    names: dict[str, list[str]]


@lru_cache(maxsize=4)
def _names_of(known: frozenset[str]) -> _Names:
    """Made once for all mails: thousands of contacts must not make each mail cost thousands of comparisons."""
    found = _Names(defaultdict(list), defaultdict(list), defaultdict(list))
    for domain in sorted(known - FREE_MAIL):
        name = company_of(domain)
        found.shapes[_shape(name)].append(domain)
        found.names[name].append(domain)
        for cut in _cuts(name):
            found.cuts[cut].append(domain)
    return found


def _cuts(name: str) -> set[str]:
    """The name, and the name without any one of its letters."""
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))} if len(name) <= LONGEST else {name}


def traces(domain: str) -> frozenset[str]:
    """Two domains of which one may imitate the other have one of these in common."""
    name = company_of(domain)
    return frozenset({f"={_shape(name)}", *_cuts(name)})


def lookalike_of(domain: str, known: Iterable[str]) -> tuple[str, str]:
    """The known domain that this one imitates, and how: ``letters`` or ``ending``; two empty strings if none."""
    name = company_of(domain)
    names = _names_of(known if isinstance(known, frozenset) else frozenset(known))
    near = {*names.shapes.get(_shape(name), ()), *(d for cut in _cuts(name) for d in names.cuts.get(cut, ()))}
    for other in sorted(near):
        if company_of(other) != name and not _same_house(domain, other) and _imitates(name, company_of(other)):
            return other, "letters"
    ending = next((d for d in names.names.get(name, ()) if not _same_house(domain, d)), "")
    return (ending, "ending") if ending else ("", "")


def _same_house(domain: str, other: str) -> bool:
    return other == domain or domain.endswith(f".{other}")


def _imitates(name: str, theirs: str) -> bool:
    """Alike to the eye, or one letter apart; names that differ in their figures only are two (branch12, branch13)."""
    if _FIGURES.sub("", name) == _FIGURES.sub("", theirs) and _FIGURES.search(name) and _FIGURES.search(theirs):
        return False
    return _shape(theirs) == _shape(name) or (min(len(name), len(theirs)) >= LONG_ENOUGH and _one_apart(name, theirs))


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
