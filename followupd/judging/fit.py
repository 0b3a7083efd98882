"""Does this inquiry ask for what we make?

The user's catalogue (``catalogue.yaml``) names the goods: models, words for them in several languages, certificates per market
(DOMAIN 1.1, 1.2 no. 25). Ours, not ours, or unknown; not ours is shown and never hidden, because a catalogue is never complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import regex
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from followupd.errors import ConfigError, Problem
from followupd.judging.seen import Seen
from followupd.judging.signs_of_intent import model, product
from followupd.model import Fit, Hit
from followupd.rulesource import RuleSource, check_entries

TABLE = "catalogue"
CAP = 6_000
"""Characters of a mail that are searched for goods."""
EU = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())
_CERTIFICATE = regex.compile(
    r"\b(?:(?-i:CE|UL|ETL|GS|FDA|FCC|FSC|EAC|UKCA|CCC|KC|PSE|BIS|SABER|REACH|TÜV)|RoHS|LFGB|BSCI|GOTS|OEKO-TEX|SASO|INMETRO|halal|kosher|ISO\s?\d{4,5}|EN\s?\d{3,5})\b",
    regex.IGNORECASE,
)
_SCRIPTS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")


class CatalogueEntry(BaseModel):
    """One kind of goods. ``models``: item numbers, ``*`` for any letters and figures; ``words``: its names by language.

    ``certificates``: what we hold, by market: ISO 3166 alpha-2, ``EU``, or ``any``. ``ours: false`` names goods that are often
    asked for and that we do not sell.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    ours: bool = True
    models: list[str] = []
    words: dict[str, list[str]] = {}
    certificates: dict[str, list[str]] = {}

    @field_validator("models", "words")
    @classmethod
    def _nothing_empty(cls, value: Any) -> Any:
        held = value if isinstance(value, list) else [w for words in value.values() for w in words]
        if any(len(w.strip("* ")) < 2 for w in held):
            raise ValueError("each must have two characters at least: shorter ones stand in every mail")
        return value

    @field_validator("certificates")
    @classmethod
    def _markets(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        if bad := [m for m in value if not regex.fullmatch(r"[A-Z]{2}|any", m)]:
            raise ValueError(f"{', '.join(bad)}: a market is a country like US or SA, EU, or any")
        return value

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not self.models and not self.words:
            raise ValueError("needs models or words, else no mail can speak of it")
        return self


class Found(NamedTuple):
    """Goods of the catalogue that a mail names: the entry's id, the entry, the words."""

    id: str
    entry: CatalogueEntry
    words: str


@dataclass(frozen=True)
class Catalogue:
    """All goods with one pattern each; empty where the user has no catalogue."""

    entries: dict[str, tuple[CatalogueEntry, Any]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()

    @staticmethod
    def build(source: RuleSource) -> Catalogue:
        """Read the table. Raises ConfigError with ``file:line`` for all problems at once."""
        entries = check_entries(CatalogueEntry, source, TABLE)
        problems = [Problem(source.entries(TABLE)[id].origin, f"{id}: {twice}") for id, twice in _twice(entries)]
        if problems:
            raise ConfigError(*problems)
        languages = frozenset(lang for e in entries.values() for lang in e.words)
        return Catalogue({id: (e, _pattern(e)) for id, e in entries.items()}, languages)

    def find(self, text: str) -> Iterator[Found]:
        """The goods that a text names, in the order of the catalogue."""
        for id, (entry, pattern) in self.entries.items():
            if match := pattern.search(text[:CAP]):
                yield Found(id, entry, " ".join(match[0].split()))


def _twice(entries: dict[str, CatalogueEntry]) -> Iterator[tuple[str, str]]:
    """Models that stand in two entries."""
    seen: dict[str, str] = {}
    for id, entry in entries.items():
        for number in entry.models:
            if seen.setdefault(number.casefold(), id) != id:
                yield id, f"model {number} stands in {seen[number.casefold()]} already"


def _pattern(entry: CatalogueEntry) -> Any:
    words = [_word(w) for ws in entry.words.values() for w in ws]
    models = [
        rf"(?<![\w-]){regex.escape(m).replace(regex.escape('*'), '[A-Z0-9./-]{0,12}')}(?![A-Z0-9])"
        for m in entry.models
    ]
    return regex.compile("|".join([*models, *words]), regex.IGNORECASE)


def _word(word: str) -> str:
    """A name of goods with the endings of a plural; between its words any space or hyphen; no borders where none are written."""
    body = r"[\s-]+".join(regex.escape(part) for part in regex.split(r"[\s-]+", word.strip()))
    return body if _SCRIPTS.search(word) else rf"(?<!\w){body}(?:e?s|en|n|e)?(?!\w)"


def judge_fit(seen: Seen, catalogue: Catalogue) -> tuple[Fit, tuple[Hit, ...]]:
    """Whether the goods asked for are ours, with the words that told, and what certificate is missing; unknown without words."""
    if not catalogue.entries:
        return Fit.UNKNOWN, ()
    text = f"{seen.message.subject}\n{seen.words}"
    found = tuple(catalogue.find(text))
    ours = tuple(f for f in found if f.entry.ours)
    if ours:
        return Fit.OURS, (*(_told(f) for f in ours[:5]), *_missing(ours[0], text, _market(seen)))
    if found:
        return Fit.NOT_OURS, tuple(_told(f) for f in found[:5])
    return _unlisted(seen, catalogue)


def _told(found: Found) -> Hit:
    name = found.entry.name or found.id.replace("_", " ")
    if found.entry.ours:
        return Hit(f"fit:{found.id}", 0, found.words, f"asks for {name}, which we sell", f"询问本公司产品：{name}")
    return Hit(f"fit:{found.id}", 0, found.words, f"asks for {name}, which we do not sell", f"询问非本公司产品：{name}")


def _unlisted(seen: Seen, catalogue: Catalogue) -> tuple[Fit, tuple[Hit, ...]]:
    """Goods are named and the catalogue, which speaks that language, has none of them."""
    named = product(seen) or model(seen)
    if not named or (seen.message.language not in catalogue.languages and not model(seen)):
        return Fit.UNKNOWN, ()
    return Fit.NOT_OURS, (
        Hit("fit", 0, named[:160], "names goods that are not in the catalogue", "所询产品不在目录中"),
    )


def _market(seen: Seen) -> str:
    """The country that the text names, the last lines first; no phone code and no ending of an address is asked."""
    lines = f"{seen.words[:CAP]}\n{seen.message.signature[:1_000]}".splitlines()
    return next((c for line in lines if line.strip() and (c := seen.rules.places.country_in(line))), "")


def _missing(found: Found, text: str, market: str) -> Iterator[Hit]:
    """What the buyer or his market asks for and the catalogue does not list."""
    held = _held(found.entry, market)
    asked = list(dict.fromkeys(" ".join(m.upper().split()) for m in _CERTIFICATE.findall(text[:CAP])))
    lacking = [c for c in asked if c.replace(" ", "") not in {h.upper().replace(" ", "") for h in held}]
    if lacking and found.entry.certificates:
        what = ", ".join(lacking)
        yield Hit(
            "fit:certificate",
            0,
            what,
            f"asks for {what}, which the catalogue does not list",
            f"所需认证未列入目录：{what}",
        )
    elif market and found.entry.certificates and not held:
        yield Hit(
            "fit:certificate",
            0,
            market,
            f"the catalogue lists no certificate for {market}",
            f"目录中没有 {market} 市场的认证",
        )


def _held(entry: CatalogueEntry, market: str) -> list[str]:
    """Certificates that hold in a market; all of them where none is named."""
    if not market:
        return [c for held in entry.certificates.values() for c in held]
    keys = ["any", market, *(["EU"] if market in EU else [])]
    return [c for key in keys for c in entry.certificates.get(key, ())]
