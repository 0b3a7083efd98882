"""What does only the user know, and is it still true today?

``facts.yaml`` beside the config: price changes, freight, exchange rates, production slots, own shutdowns, events, shipments, the
terms of samples (DOMAIN 2.3). Each counts from ``since`` to ``until`` only; a follow-up about it is written while it is true and
never after (law 6). Values go into drafts as they stand here, with ``facts.yaml:line`` as their source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from followupd.errors import ConfigError, Problem
from followupd.rulesource import RuleSource
from followupd.yamlfile import problems_of

TABLE = "facts"
MAX_SENTENCE = 240


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    since: date
    """The day from which it is true."""
    until: date | None = None
    """The last day on which it is true and worth a mail; empty: until it is removed."""
    goods: tuple[str, ...] = ()
    """Words of the goods that it concerns; empty: all."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes of the buyers that it concerns; empty: all."""
    source: str = ""
    """Where the user has it from; for himself only."""


Cost = Literal[
    "raw_material", "steel", "copper", "aluminium", "plastics", "cotton", "wood", "components", "energy", "labour", "packaging", "freight",
    "exchange_rate", "other",
]  # fmt: skip
"""What moved, as every language can name it (``costs`` in rules/languages)."""
COST_OF: dict[str, Cost] = {"freight": "freight", "fx": "exchange_rate"}
"""What moved where the kind of the fact says it already."""


class PriceChange(_Fact):
    """A price of ours, a freight rate or an exchange rate that moved. ``what`` is how an English draft calls it: "the price of copper"."""

    kind: Literal["price", "freight", "fx"]
    what: str = Field(min_length=3, max_length=60)
    cost: Cost | None = None
    """What drafts in other languages call it; empty: by the kind, for a price only "one of our costs"."""
    old: Decimal = Field(gt=0)
    new: Decimal = Field(gt=0)

    @property
    def named(self) -> Cost:
        """What moved, for a reader in any language."""
        return self.cost or COST_OF.get(self.kind, "other")

    @property
    def percent(self) -> Decimal:
        """How far it moved, in percent of the old value; negative where it fell."""
        return (self.new - self.old) / self.old * 100


class Slot(_Fact):
    """A place in production: orders confirmed by ``confirm_by`` are ready by ``ready_by``."""

    kind: Literal["slot"]
    confirm_by: date
    ready_by: date

    @model_validator(mode="after")
    def _in_order(self) -> Slot:
        if self.ready_by <= self.confirm_by:
            raise ValueError("ready_by must be after confirm_by")
        return self


class Shutdown(_Fact):
    """Our own closing, first and last day; ``order_by``: orders confirmed by then are finished before it."""

    kind: Literal["shutdown"]
    first: date
    last: date
    order_by: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Shutdown:
        if self.last < self.first or (self.order_by is not None and self.order_by >= self.first):
            raise ValueError("needs first <= last, and order_by before first")
        return self


class Event(_Fact):
    """News worth one sentence: a new product, a certificate, a fair, a plant, a regulation, raw material.

    ``says`` is that sentence by language, written by the user; a buyer whose language is missing is told in English.
    """

    kind: Literal["event"]
    says: dict[str, str] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_sentence(self) -> Event:
        if "en" not in self.says:
            raise ValueError("says needs an English sentence (en)")
        if any(not 10 <= len(text) <= MAX_SENTENCE or "\n" in text for text in self.says.values()):
            raise ValueError(f"each sentence must have 10 to {MAX_SENTENCE} characters on one line")
        return self


class Shipment(_Fact):
    """Goods of ours that went to a region lately; never a customer's name."""

    kind: Literal["shipment"]
    region: str = Field(min_length=2, max_length=40)


class Sample(_Fact):
    """The terms on which samples go out."""

    kind: Literal["sample"]
    fee: str = Field(default="", max_length=20)
    """As a draft prints it: "USD 40"; empty: free of charge."""
    refundable: bool = False
    """Is the fee paid back with the order?"""


FactEntry = PriceChange | Slot | Shutdown | Event | Shipment | Sample
MODELS: dict[str, type[FactEntry]] = {
    "price": PriceChange, "freight": PriceChange, "fx": PriceChange, "slot": Slot, "shutdown": Shutdown, "event": Event,
    "shipment": Shipment, "sample": Sample,
}  # fmt: skip
KINDS = tuple(MODELS)


@dataclass(frozen=True, slots=True)
class UserFact:
    """A fact by its id, with where it stands."""

    id: str
    entry: FactEntry
    origin: str

    def holds(self, day: date) -> bool:
        """Is it true on that day?"""
        return self.entry.since <= day and (self.entry.until is None or day <= self.entry.until)

    def concerns(self, country: str, goods: str) -> bool:
        """Does it concern a buyer of that country who asked for these goods? Goods that are not known fit no narrow fact."""
        if self.entry.countries and country not in self.entry.countries:
            return False
        said = goods.casefold()
        return not self.entry.goods or any(word.casefold() in said for word in self.entry.goods)


def build_facts(source: RuleSource) -> tuple[UserFact, ...]:
    """All facts in the order of the file. Raises ConfigError with ``file:line`` for every slip at once."""
    found: list[UserFact] = []
    problems: list[Problem] = []
    for id, entry in source.entries(TABLE).items():
        data = {k: v for k, v in entry.data.items() if k != "enabled"}
        if data.get("kind") not in KINDS:
            problems.append(Problem(entry.origin, f"{id}: kind must be one of {', '.join(KINDS)}"))
            continue
        try:
            found.append(UserFact(id, MODELS[data["kind"]].model_validate(data), entry.origin))
        except ValidationError as error:
            file, path = entry.files[-1]
            problems.extend(problems_of(error, file, path))
    if problems:
        raise ConfigError(*problems)
    return tuple(found)
