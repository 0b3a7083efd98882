"""Which of the learnt kinds does a text read like, and which of its words say so?

Learns from labelled examples (``rules/said``, ``rules/letters``): no network, no trained file, no random. A complement
naive Bayes over the presence of words, word pairs, word stems and, where words are not parted by spaces, of characters;
amounts, dates, addresses and links count as classes, so that one example with "500 pcs" speaks for all quantities.
Learning a few hundred lines takes some ten milliseconds, so it is done when a language is first met.

The weight of a word for a label is how much commoner it is among that label's examples than among all others; the words
with the greatest weights are the evidence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

import regex

CAP = 4_000
"""Characters of a text that are read at most."""
MAX_FEATURES = 1_200
SMOOTHING = 0.35
STEM = 5
"""A longer word counts by its first letters, too: "ordering", "ordered" > "order"."""
_TEMPERATURE = 0.55
"""Words of one text are not independent; sums are divided by (number of features) to this power."""

_CLASSES: tuple[tuple[str, str], ...] = (
    (r"https?://\S+|www\.\S+", "<link>"),
    (r"\S+@\S+", "<mail>"),
    (r"(?:usd|us\$|eur|rmb|cny|gbp|inr|aed|[$€£¥₹])\s*\d[\d.,'\s]*\d|\d[\d.,']*\s*(?:usd|us\$|eur|rmb|cny|euros?|dollars?|[$€£¥₹])", "<money>"),
    (r"\d[\d.,]*\s*%", "<percent>"),
    (r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}", "<date>"),
    (r"\d[\d.,]*\s*(?:pcs|pieces|sets|units|pairs|kgs?|tons?|mt|cartons|stück|piezas|unidades|pièces|pezzi|peças|шт|adet|قطعة|[件个台套吨])", "<qty>"),
    (r"\d[\d.,']*", "<n>"),
)  # fmt: skip
_CLASS = regex.compile("|".join(f"(?P<c{n}>{p})" for n, (p, _) in enumerate(_CLASSES)), regex.IGNORECASE)
_TOKEN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|\p{L}[\p{L}\p{M}'’]*|[?!؟？]")
_CHARACTERS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


class Likeness(NamedTuple):
    """``label`` is the nearest, ``share`` its part of all likelihood (0..1), ``second`` the runner-up.

    ``words`` are the words of the text that spoke most for the label, the strongest first. An empty label: nothing learnt, or
    nothing in the text that was ever seen.
    """

    label: str = ""
    share: float = 0.0
    second: str = ""
    second_share: float = 0.0
    words: tuple[str, ...] = ()
    known: float = 0.0
    """The part of the text's features that were ever seen."""


@dataclass(frozen=True)
class Learnt:
    """What was learnt: weights by feature and label, in the order of ``labels``."""

    labels: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]

    def read(self, text: str) -> Likeness:
        """The label whose examples the text is most like; never raises."""
        shown = features(text)
        found = [f for f in shown if f in self.weights]
        if not found or not self.labels:
            return Likeness()
        sums = [sum(column) for column in zip(*(self.weights[f] for f in found), strict=True)]
        shares = _shares([s / len(found) ** _TEMPERATURE for s in sums])
        order = sorted(range(len(shares)), key=lambda n: (-shares[n], n))
        best, second = order[0], order[1] if len(order) > 1 else order[0]
        words = self._words({f: shown[f] for f in found}, best)
        known = len(found) / len(shown)
        return Likeness(self.labels[best], shares[best], self.labels[second], shares[second], words, known)

    def _words(self, found: Mapping[str, str], label: int) -> tuple[str, ...]:
        """The words of the text that speak most for a label; a word once."""
        said: list[str] = []
        for feature in sorted(found, key=lambda f: (-self.weights[f][label], f)):
            shown = found[feature]
            if self.weights[feature][label] > 0 and not any(shown in s or s in shown for s in said):
                said.append(shown)
        return tuple(said[:5])


def learn(examples: Mapping[str, Iterable[str]]) -> Learnt:
    """Learn labels from example texts. Labels without examples are left out; order of examples does not matter."""
    counts = {label: Counter(f for text in texts for f in features(text)) for label, texts in sorted(examples.items())}
    counts = {label: counter for label, counter in counts.items() if counter}
    everything: Counter[str] = Counter()
    for counter in counts.values():
        everything.update(counter)
    total, size = sum(everything.values()), len(everything)
    inside = {label: sum(counter.values()) for label, counter in counts.items()}
    weights = {
        feature: tuple(
            _odds(counter[feature], inside[label], everything[feature] - counter[feature], total - inside[label], size)
            for label, counter in counts.items()
        )
        for feature in sorted(everything)
    }
    return Learnt(tuple(counts), weights)


def _odds(here: int, all_here: int, there: int, all_there: int, size: int) -> float:
    """How much commoner a feature is here than elsewhere, as a logarithm."""
    own = (here + SMOOTHING) / (all_here + SMOOTHING * size)
    other = (there + SMOOTHING) / (all_there + SMOOTHING * size)
    return math.log(own / other)


def _shares(scores: list[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(s - top) for s in scores]
    return [p / sum(powers) for p in powers]


def features(text: str) -> dict[str, str]:
    """The features of a text in order of appearance, each with the words that show it to a person."""
    tokens = _tokens(text[:CAP].casefold().replace("i\u0307", "i"))
    out: dict[str, str] = {}
    for token, shown in tokens:
        out.setdefault(token, shown)
        if len(token) > STEM and not token.startswith("<"):
            out.setdefault(f"{token[:STEM]}*", shown)
    for (left, left_shown), (right, right_shown) in pairwise(tokens):
        parted = "" if _CHARACTERS.match(left) and _CHARACTERS.match(right) else " "
        out.setdefault(f"{left}{parted}{right}", f"{left_shown}{parted}{right_shown}")
    return dict(islice(out.items(), MAX_FEATURES))


def _tokens(text: str) -> list[tuple[str, str]]:
    """The tokens of a text, a class such as ``<money>`` for an amount, each with what stands in the text."""
    out: list[tuple[str, str]] = []
    at = 0
    for match in _CLASS.finditer(text):
        out += [(t, t) for t in _TOKEN.findall(text[at : match.start()])]
        name = next(name for name, value in match.groupdict().items() if value is not None)
        out.append((_CLASSES[int(name[1:])][1], match.group(0).strip()))
        at = match.end()
    return out + [(t, t) for t in _TOKEN.findall(text[at:])]
