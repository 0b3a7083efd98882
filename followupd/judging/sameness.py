"""Are two counterparts perhaps one buyer?

By phone, by the domain of a company, by its website, by its name without legal form. What is found is shown to a person and
never acted upon: two buyers taken for one would read each other's prices.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from followupd.freemail import FREE_MAIL
from followupd.model import Buyer

ALIKE = 0.9
SHORTEST = 4
FIRST = 3
_FORMS = frozenset(
    "ltd limited llc inc corp corporation co company gmbh ag kg ug ohg sarl sas sa srl spa bv nv oy ab as aps plc pty pvt private sl "
    "slu lda ltda sdn bhd pte sti doo sro kft ooo ооо оао зао ип тоо fze fzco fzc est and the de cv &".split()
)


def perhaps_same(one: Buyer, other: Buyer) -> str:
    """What speaks for one buyer behind two addresses, ``""`` when nothing does or the address is the same."""
    if one.address.email == other.address.email:
        return ""
    if one.phone and one.phone == other.phone:
        return f"phone {one.phone}"
    mine, theirs = _places(one), _places(other)
    if shared := sorted(mine & theirs):
        return f"domain {shared[0]}"
    a, b = _bare(one.company), _bare(other.company)
    if min(len(a), len(b)) < SHORTEST:
        return ""
    if a == b or SequenceMatcher(None, a, b).ratio() >= ALIKE:
        return f"company {one.company} / {other.company}"
    return ""


def shared_keys(buyer: Buyer) -> frozenset[str]:
    """Of two who are perhaps one at least one of these is the same, so that nobody need be compared with everybody.

    A company misspelt within its first letters is missed by this; :func:`perhaps_same` itself would find it.
    """
    company = _bare(buyer.company)
    named = {f"company {company[:FIRST]}"} if len(company) >= SHORTEST else set()
    return frozenset(named | {f"domain {d}" for d in _places(buyer)} | ({f"phone {buyer.phone}"} if buyer.phone else set()))


def _places(buyer: Buyer) -> set[str]:
    """The domains that are a company's own."""
    website = buyer.website.lower().partition("/")[0].removeprefix("www.")
    domains = {buyer.address.domain, website}
    return {d for d in domains if d and d not in FREE_MAIL and not d.endswith(".invalid")}


def _bare(company: str) -> str:
    """A company's name without accents, marks and legal form."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", company.casefold()[:200]) if not unicodedata.combining(c))
    joined = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain)
    return " ".join(w for w in re.split(r"[^\w&]+", joined) if w and w not in _FORMS)
