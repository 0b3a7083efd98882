"""Which words name this buyer?

Copy how the buyer signs; shape it by the custom of the country (DOMAIN 2.7); never guess a gender; an unusable name
is no name. Whatever cannot be settled (which of two words is the surname) is written out in full.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from followupd.drafting.clean import has_link, one_line
from followupd.drafting.tables import ConventionEntry, DraftingRules, TitleEntry

BEY = {"m": "Bey", "f": "Hanım"}
MAX_WORDS = 5
MAX_CHARS = 48
_PATRONYMIC = re.compile(r".*(?:vich|vna|ovna|evna|ich)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name taken apart; ``surname`` is empty where it cannot be told from the given name."""

    full: str
    given: str = ""
    surname: str = ""
    titles: tuple[TitleEntry, ...] = ()

    @property
    def gender(self) -> str:
        """``m`` or ``f`` as a title says, else empty."""
        return next((t.gender for t in self.titles if t.gender), "")

    @property
    def academic(self) -> TitleEntry | None:
        """Dr., Prof., Eng. ..., the first that counts."""
        return next((t for t in self.titles if t.academic), None)

    @property
    def shown_title(self) -> str:
        """The title to print: the academic one before Mr. and Ms.; empty when none is known."""
        return self.academic.shown if self.academic else next((t.shown for t in self.titles), "")


def parse_name(name: str, title: str, convention: ConventionEntry, rules: DraftingRules) -> Name:
    """Take a signed name apart; ``Name("")`` when it is none."""
    words = _words(name, rules)
    titles, words = _titles(title, words, rules)
    if not _is_person(words, rules):
        return Name("")
    if len(words) == 1:
        return Name(_cased(words[0]), titles=titles)
    given, surname = _split(words, convention, rules)
    shown = [_cased(w) if not rules.holds("particles", w) else w for w in words]
    return Name(" ".join(shown), given, surname, titles)


def _words(name: str, rules: DraftingRules) -> list[str]:
    """The words of a name; ``Kim, Alex`` turned round; company and department after a comma or bracket cut off."""
    name = re.sub(r"\(.*?\)|[\"“”]", " ", one_line(name, 200))
    head, comma, tail = (part.strip() for part in name.partition(","))
    if comma and len(head.split()) == 1 and len(tail.split()) == 1 and not rules.holds("not_a_name", tail):
        head = f"{tail} {head}"
    return head.replace(",", " ").split()


def _titles(title: str, words: list[str], rules: DraftingRules) -> tuple[tuple[TitleEntry, ...], list[str]]:
    """Titles from the field and from the front of the name, and the name without them."""
    in_name = {w.casefold(): entry for entry in rules.titles.values() for w in entry.words}
    in_name.update({f"{w}.": entry for w, entry in in_name.items() if not w.endswith(".")})
    in_field = in_name | {w.strip("."): entry for w, entry in in_name.items()}
    found = [in_field[w] for w in one_line(title, 60).casefold().split() if w in in_field]
    while len(words) > 1 and words[0].casefold() in in_name:
        found.append(in_name[words[0].casefold()])
        words = words[1:]
    return tuple({entry.shown: entry for entry in found}.values()), words


def _is_person(words: list[str], rules: DraftingRules) -> bool:
    if not 1 <= len(words) <= MAX_WORDS or len(" ".join(words)) > MAX_CHARS:
        return False
    return (
        all(_like_name(w) and not rules.holds("not_a_name", w.strip(".")) for w in words)
        and len(max(words, key=len).strip(".")) > 1
    )


def _like_name(word: str) -> bool:
    letters = sum(unicodedata.category(c)[0] in "LM" for c in word)
    others = {c for c in word if unicodedata.category(c)[0] not in "LM"}
    return letters > 0 and others <= set("'’.-") and not has_link(word)


def _cased(word: str) -> str:
    """ANNA and anna as Anna; McKay and O'Neil as they stand."""
    if not (word.isupper() or word.islower()) or len(word.strip(".")) == 1:
        return word
    return re.sub(r"[^\W\d_]+", lambda m: m[0][:1].upper() + m[0][1:].lower(), word)


def _split(words: list[str], convention: ConventionEntry, rules: DraftingRules) -> tuple[str, str]:
    """Given name and surname of at least two words; the surname is empty where the order is unsure."""
    given = _given(words, rules)
    shouted = [w for w in words if len(w) > 2 and w.isupper()]
    if shouted and len(shouted) < len(words):
        return _cased(next(w for w in words if w not in shouted)), _cased(shouted[0])
    if len(words) > 2 and _PATRONYMIC.match(words[-1]) and not _PATRONYMIC.match(words[0]):
        return _cased(words[1]), _cased(words[0])
    if convention.order == "unsure":
        return _by_list(words, convention)
    return given, _surname(words, convention, rules)


def _given(words: list[str], rules: DraftingRules) -> str:
    """The first name; Abdul Rahman and the like keep both halves."""
    if rules.holds("given_halves", words[0]) and len(words) > 1:
        return f"{_cased(words[0])} {_cased(words[1])}"
    return _cased(words[0])


def _by_list(words: list[str], convention: ConventionEntry) -> tuple[str, str]:
    """Order by the table of common surnames: exactly one end of the name must be one."""
    known = {s.casefold() for s in convention.surnames}
    first, last = words[0].casefold() in known, words[-1].casefold() in known
    if first == last:
        return "", ""
    return (" ".join(words[1:]), _cased(words[0])) if first else (_cased(words[0]), _cased(words[-1]))


def _surname(words: list[str], convention: ConventionEntry, rules: DraftingRules) -> str:
    start = next((i for i, w in enumerate(words[1:], 1) if rules.holds("particles", w)), None)
    if start is not None:
        return " ".join(w if rules.holds("particles", w) else _cased(w) for w in words[start:])
    if convention.two_surnames and len(words) > 2:
        return _cased(words[2]) if len(words) == 4 else ""
    return _cased(words[-1])


def country_form(person: Name, convention: ConventionEntry) -> str:
    """The words between ``Dear`` and the comma, by the custom of the buyer's country."""
    title, form = person.shown_title, convention.form
    if not person.surname and not person.given:
        return _single(person, title, convention)
    if form == "first":
        return f"{title} {person.surname}" if person.academic and person.surname else _first(person)
    if form == "san":
        return f"{person.surname or person.full}-san"
    if form == "bey":
        return f"{person.given} {BEY[person.gender]}" if person.gender else person.full
    return f"{title} {_after_title(person, form)}" if title else person.full


def _first(person: Name) -> str:
    """The given name; all of the name where only its initial is known."""
    return person.given if len(person.given.strip(".")) > 1 else person.full


def _after_title(person: Name, form: str) -> str:
    """What follows Mr. or Ms.: the given name in the Gulf, else the surname, else all of it."""
    if form == "title_first":
        return _first(person)
    return (person.surname if form == "title_surname" else "") or person.full


def _single(person: Name, title: str, convention: ConventionEntry) -> str:
    """A name of one word, or one whose order is unsure."""
    if convention.form == "san":
        return f"{person.full}-san"
    if convention.form == "bey" and person.gender and " " not in person.full:
        return f"{person.full} {BEY[person.gender]}"
    return f"{title} {person.full}" if title and convention.form not in {"first", "bey"} else person.full
