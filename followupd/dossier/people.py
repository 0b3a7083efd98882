"""Which buyer does the user mean, by an address, a company's domain or a name?"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from followupd.judging.sameness import perhaps_same, shared_keys
from followupd.model import Buyer, Facts
from followupd.store.index import Index

_DOMAIN = re.compile(r"@?(?:[\w-]{1,63}\.)+[\w-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A buyer as lists show him. ``last_at``: when anything moved in one of his threads, UTC."""

    email: str
    name: str = ""
    company: str = ""
    last_at: datetime | None = None


class Others:
    """All buyers of an account, so kept that the few who are perhaps the same as one are found at once."""

    def __init__(self, index: Index) -> None:
        self._by_key: dict[str, dict[str, tuple[str, Buyer]]] = defaultdict(dict)
        for row in index.rows():
            if row.facts is not None:
                for key in shared_keys(row.facts.buyer):
                    self._by_key[key].setdefault(row.facts.buyer.address.email, (row.id, row.facts.buyer))

    def like(self, buyer: Buyer) -> Iterator[tuple[str, Buyer, str]]:
        """Thread, buyer and what speaks for it, once for each address; shown to a person and never acted upon."""
        near = {email: found for key in sorted(shared_keys(buyer)) for email, found in self._by_key.get(key, {}).items()}
        for _, (thread, other) in sorted(near.items()):
            if by := perhaps_same(buyer, other):
                yield thread, other, by


def people_of(index: Index) -> tuple[Person, ...]:
    """All buyers of an account, the last moved first; of several threads the newest that knows tells name and company."""
    found: dict[str, Person] = {}
    for row in index.rows():
        facts = row.facts
        thread = index.thread(row.id) if facts is None else None
        address = facts.buyer.address if facts else (thread.buyer if thread else None)
        if address is None or not address.email:
            continue
        old = found.get(address.email) or Person(email=address.email, last_at=row.last_at)
        found[address.email] = Person(
            email=old.email,
            name=old.name or (facts.buyer.name if facts else "") or address.name,
            company=old.company or (facts.buyer.company if facts else ""),
            last_at=old.last_at,
        )
    return tuple(found.values())


def matching(people: Iterable[Person], said: str) -> tuple[Person, ...]:
    """The buyers whom ``said`` fits: an address wholly, a domain with those below it, else every word of a name.

    A whole name (or company) goes before one of which only the beginnings of its words fit.
    """
    wanted, everybody = _plain(said), tuple(people)
    if not wanted:
        return ()
    if "@" in wanted and not wanted.startswith("@"):
        return tuple(p for p in everybody if p.email == wanted)
    if _DOMAIN.fullmatch(wanted):
        domain = wanted.removeprefix("@")
        found = tuple(p for p in everybody if _under(p.email.rpartition("@")[2], domain))
        if found:
            return found
    whole = tuple(p for p in everybody if wanted in {_plain(p.name), _plain(p.company)})
    return whole or tuple(p for p in everybody if _named(p, wanted.split()))


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _named(person: Person, wanted: list[str]) -> bool:
    words = set(_words(person))
    return all(any(word.startswith(w) for word in words) for w in wanted)


def _words(person: Person) -> Iterator[str]:
    """The words of name, company and address; names without blanks between (Han) fit from any character on."""
    for text in (_plain(person.name), _plain(person.company), person.email.partition("@")[0]):
        words = re.findall(r"[^\W_]+", text)
        yield from words
        yield from (w[i:] for w in words for i in range(1, len(w)) if not w.isascii() and w == w.upper())


def _plain(text: str) -> str:
    """Casefolded, without accents, blanks as one; for comparing only."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()[:300]) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", bare).split())


def goods_of(facts: Facts) -> str:
    """What a thread is about, in the buyer's own words."""
    return " ".join(filter(None, (facts.quantity, facts.product)))
