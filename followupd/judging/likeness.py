"""Which of the learnt kinds does a text read like, and which of its words say so?

Learns from labelled examples (``rules/said``, ``rules/letters``): no network, no trained file, no random. A ridge regression
over words, word pairs and runs of two to five letters inside words (so that endings and compounds count), each weighted by
how rare it is; amounts, dates, addresses and links count as classes, so that one example with "500 pcs" speaks for all
quantities. Features are hashed into a fixed number of places, so a language costs two megabytes however many examples it has.
Two thousand lines are learnt in a second, when the language is first met.

The weight of a text for a label is the sum of its words' weights; the words with the greatest are the evidence.
"""

from __future__ import annotations

import math
import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import regex

from followupd.reading.han import SIMPLIFIED

if TYPE_CHECKING:
    import numpy

CAP = 2_500
"""Characters of a text that are read at most."""
MAX_TOKENS = 600
PLACES = 1 << 15
"""Places that features are hashed into."""
RUNS = range(2, 6)
RIDGE = 0.5
SHARPNESS = 10.0
"""How sharply a difference of scores is told as a difference of likelihood; measured on lines left out."""
HEAVY = 24
"""Features of more lines than this are multiplied as a matrix, the others line by line."""
AT_ONCE = 1_024
"""So many of these at a time: all of them would be a matrix of a hundred megabytes."""
NEAR, MAX_STEPS, TINY = 1e-4, 300, 1e-20
"""How near the weights come to those of an exact solution, and in how many steps at most; what stands below a fraction where all is solved."""
MAX_WORD = 40

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
_TOKEN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]+|\p{L}[\p{L}\p{M}'’]*|[?!؟？]")
_CHARACTERS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


@dataclass(frozen=True)
class Likeness:
    """``label`` is the nearest, ``share`` its part of all likelihood (0..1), ``second`` the runner-up.

    An empty label: nothing learnt, or nothing in the text that was ever seen.
    """

    label: str = ""
    share: float = 0.0
    second: str = ""
    second_share: float = 0.0
    known: float = 0.0
    """The part of the text's words that were ever seen."""
    _why: Callable[[], tuple[str, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the text that spoke most for the label, the strongest first."""
        return self._why()


class _Token(NamedTuple):
    """A word as it counts and as it stands in the text."""

    said: str
    shown: str


@dataclass(frozen=True, eq=False, repr=False)
class Learnt:
    """What was learnt: a weight for every place and label."""

    labels: tuple[str, ...] = ()
    weights: numpy.ndarray[Any, Any] | None = None
    """``(PLACES, labels)``, rarity included."""
    rarity: numpy.ndarray[Any, Any] | None = None
    bias: tuple[float, ...] = ()
    words: numpy.ndarray[Any, Any] | None = None
    """The hashes of all words that were seen, in order."""

    def kept(self) -> dict[str, Any]:
        """All of it as arrays, for :meth:`of_kept`."""
        import numpy as np

        return {
            "labels": np.array(self.labels), "weights": self.weights, "rarity": self.rarity, "bias": np.array(self.bias),
            "words": self.words,
        }  # fmt: skip

    @staticmethod
    def of_kept(kept: Mapping[str, Any]) -> Learnt:
        """What :meth:`kept` told. Raises KeyError where a part is missing, ValueError where one has another shape."""
        labels = tuple(map(str, kept["labels"].tolist()))
        shapes = [kept[part].shape for part in ("weights", "rarity", "bias")]
        if shapes != [(PLACES, len(labels)), (PLACES,), (len(labels),)] or kept["words"].ndim != 1 or not len(kept["words"]):
            raise ValueError("not what was kept")
        return Learnt(labels, kept["weights"], kept["rarity"], tuple(kept["bias"].tolist()), kept["words"])

    def read(self, text: str) -> Likeness:
        """The label whose examples the text is most like; never raises."""
        tokens = _tokens(text)
        words = [_word(t.said) for t in tokens]
        said = [f for w in words for f in w.known]
        known = self._known(said)
        if not known or self.weights is None:
            return Likeness()
        pairs = [crc32(pair.encode()) % PLACES for pair in _pairs(t.said for t in tokens)]
        whole = self._scores([*chain.from_iterable(w.places for w in words), *pairs])
        runs = self._scores(_joined([w.runs for w in words]))
        sums = [b + w + r for b, w, r in zip(self.bias, whole, runs, strict=True)]
        shares = _shares(sums)
        order = sorted(range(len(shares)), key=lambda n: (-shares[n], n))
        best, second = order[0], order[1] if len(order) > 1 else order[0]
        return Likeness(
            self.labels[best], shares[best], self.labels[second], shares[second], known / len(said), partial(self._words, tokens, best)
        )

    def _known(self, hashes: list[int]) -> int:
        """How many of these were ever seen."""
        import numpy as np

        if self.words is None or not hashes:
            return 0
        asked = np.array(hashes, dtype=np.uint32)
        return int((self.words[np.minimum(np.searchsorted(self.words, asked), len(self.words) - 1)] == asked).sum())

    def _scores(self, places: Any) -> list[float]:
        """What half of the features say of each label; each half has the same say, whatever its length."""
        import numpy as np

        assert self.weights is not None
        assert self.rarity is not None
        if not len(places):
            return [0.0] * len(self.labels)
        at, often = np.unique(np.asarray(places), return_counts=True)
        value = (1.0 + np.log(often)) * self.rarity[at]
        length = float(np.sqrt(np.dot(value, value))) or 1.0
        scores: list[float] = ((value / length) @ self.weights[at]).tolist()
        return scores

    def _words(self, tokens: list[_Token], label: int) -> tuple[str, ...]:
        """The words of the text that speak most for a label; a word once."""
        tokens = [t for t in tokens if t.said != "<n>"]
        weight = dict(zip((t.shown for t in tokens), self._weights([_places_of(t.said) for t in tokens], label), strict=True))
        places = [(_hash(pair) % PLACES,) for pair in _pairs(t.said for t in tokens)]
        weight.update(zip(_pairs(t.shown for t in tokens), self._weights(places, label), strict=True))
        said: list[str] = []
        for shown in sorted(weight, key=lambda w: (-weight[w], w)):
            if weight[shown] > 0 and not any(shown in s or s in shown for s in said):
                said.append(shown)
            if len(said) == 5:
                break
        return tuple(said)

    def _weights(self, places: Sequence[Sequence[int]], label: int) -> list[float]:
        """How much words speak for a label, each told by the places of its features: itself, its letters."""
        import numpy as np

        assert self.weights is not None
        assert self.rarity is not None
        if not places:
            return []
        at = np.fromiter(chain.from_iterable(places), dtype=np.int64)
        lengths = np.array([len(p) for p in places])
        sums = np.add.reduceat(self.weights[at, label] * self.rarity[at], np.concatenate(([0], np.cumsum(lengths)[:-1])))
        found: list[float] = (sums / np.sqrt(lengths)).tolist()
        return found


def learn(examples: Mapping[str, Iterable[str]]) -> Learnt:
    """Learn labels from example texts. Labels without examples are left out; order of examples does not matter."""
    lines = sorted((label, text) for label, texts in examples.items() for text in texts)
    labels = tuple(sorted({label for label, _ in lines}))
    if not lines:
        return Learnt()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy as np

    read = [_tokens(text) for _, text in lines]
    halves = [_entries(_whole(tokens) for tokens in read), _entries((run for t in tokens for run in _runs(t.said)) for tokens in read)]
    seen = np.zeros(PLACES)
    for _, place, _ in halves:
        np.add.at(seen, place, 1.0)
    rarity = np.where(seen > 0, np.log((1.0 + len(lines)) / (1.0 + np.minimum(seen, len(lines)))) + 1.0, 0.0).astype(np.float32)
    line = np.concatenate([half[0] for half in halves])
    place = np.concatenate([half[1] for half in halves])
    value = np.concatenate([_unit(half[0], half[2] * rarity[half[1]], len(lines)) for half in halves])
    wanted = np.zeros((len(lines), len(labels)))
    wanted[np.arange(len(lines)), [labels.index(label) for label, _ in lines]] = 1.0
    bias = wanted.mean(axis=0)
    words = np.array(sorted({_hash(f) for tokens in read for t in tokens for f in _known(t)}), dtype=np.uint32)
    del read, halves
    kernel = _products(line, place, value, len(lines))
    kernel[np.diag_indices(len(lines))] += 2 * RIDGE
    shares = _solved(kernel, (wanted - bias).astype(np.float32))
    del kernel
    weights = np.zeros((PLACES, len(labels)), dtype=np.float16)
    for label in range(len(labels)):
        weights[:, label] = np.bincount(place, weights=value * shares[line, label], minlength=PLACES)
    return Learnt(labels, weights, rarity, tuple(bias.tolist()), words)


def _entries(texts: Iterable[Iterable[str]]) -> tuple[Any, Any, Any]:
    """The features of each line, counted, as three arrays: line, place, value (one and the logarithm of how often).

    One line at a time: all of them counted at once would be tens of megabytes of short life.
    """
    import numpy as np

    line, place, often = array("i"), array("i"), array("i")
    for number, said in enumerate(texts):
        counted = Counter(said)
        line.extend([number] * len(counted))
        place.extend(_hash(f) % PLACES for f in counted)
        often.extend(counted.values())
    return np.array(line, dtype=np.int32), np.array(place, dtype=np.int32), (1.0 + np.log(np.array(often))).astype(np.float32)


def _unit(line: Any, value: Any, lines: int) -> Any:
    """Values of each line scaled to length one."""
    import numpy as np

    length = np.sqrt(np.bincount(line, weights=value * value, minlength=lines)).astype(np.float32)
    return value / np.where(length > 0, length, np.float32(1.0))[line]


def _products(line: Any, place: Any, value: Any, lines: int) -> Any:
    """How alike every two lines are: the products of common features as a matrix, of rare ones pair by pair."""
    import numpy as np

    often = np.bincount(place, minlength=PLACES)
    heavy = np.flatnonzero(often > HEAVY)
    column = np.full(PLACES, -1)
    column[heavy] = np.arange(len(heavy))
    common = column[place] >= 0
    found = np.zeros((lines, lines), dtype=np.float32)
    for start in range(0, len(heavy), AT_ONCE):
        here = (column[place] >= start) & (column[place] < start + AT_ONCE)
        dense = np.zeros((lines, AT_ONCE), dtype=np.float32)
        np.add.at(dense, (line[here], column[place[here]] - start), value[here])
        for row in range(0, lines, AT_ONCE):
            found[row : row + AT_ONCE] += dense[row : row + AT_ONCE] @ dense.T
    flat = found.reshape(-1)
    order = np.argsort(place[~common], kind="stable")
    rest_line, rest_place, rest_value = line[~common][order], place[~common][order], value[~common][order]
    for step in range(HEAVY):
        here = np.arange(len(rest_place) - step)
        same = here[rest_place[here] == rest_place[here + step]]
        a, b = rest_line[same], rest_line[same + step]
        product = (rest_value[same] * rest_value[same + step]).astype(np.float32)
        np.add.at(flat, a * lines + b, product)
        if step:
            np.add.at(flat, b * lines + a, product)
    return found


def _solved(kernel: Any, wanted: Any) -> Any:
    """Solves ``kernel @ x = wanted`` by conjugate gradients; the kernel is symmetric and positive.

    numpy's own solver takes a copy and more: 140 MB for three thousand lines.
    """
    found, left = wanted * 0, wanted.copy()
    way, rest = left.copy(), (left * left).sum(axis=0)
    enough = NEAR**2 * rest.max()
    for _ in range(MAX_STEPS):
        if rest.max() <= enough:
            break
        step = kernel @ way
        far = rest / ((way * step).sum(axis=0) + TINY)
        found += far * way
        left -= far * step
        before, rest = rest, (left * left).sum(axis=0)
        way = left + (rest / (before + TINY)) * way
    return found


def _shares(scores: list[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(SHARPNESS * (s - top)) for s in scores]
    return [p / sum(powers) for p in powers]


@lru_cache(maxsize=8_192)
def _hash(feature: str) -> int:
    return crc32(feature.encode())


def _whole(tokens: list[_Token]) -> Iterator[str]:
    """Words and pairs of neighbours; where words are not parted, characters and pairs of them."""
    for token in tokens:
        if _CHARACTERS.match(token.said):
            yield from token.said
            yield from (a + b for a, b in pairwise(token.said))
        else:
            yield token.said
    yield from _pairs(t.said for t in tokens)


def _pairs(words: Iterable[str]) -> Iterator[str]:
    """Neighbours, as one feature."""
    return (f"{a} {b}" for a, b in pairwise(words))


def _known(token: _Token) -> tuple[str, ...]:
    """What must have been seen for a word to be known: itself, or its pairs of characters."""
    return tuple(a + b for a, b in pairwise(token.said)) if _CHARACTERS.match(token.said) else (token.said,)


def _runs(word: str) -> tuple[str, ...]:
    """Runs of letters inside a word, its ends marked; none of a class."""
    if word.startswith("<"):
        return ()
    if _CHARACTERS.match(word):
        return tuple(f"#{word[at : at + size]}" for size in range(1, 5) for at in range(len(word) - size + 1))
    word = f"^{word[:MAX_WORD]}$"
    return tuple(f"#{word[at : at + size]}" for size in RUNS for at in range(len(word) - size + 1))


@lru_cache(maxsize=4_096)
def _run_places(word: str) -> tuple[int, ...]:
    """Where the runs of a word are kept."""
    return tuple(crc32(run.encode()) % PLACES for run in _runs(word))


def _places_of(word: str) -> tuple[int, ...]:
    """Where a word and the runs of its letters are kept."""
    return (_hash(word) % PLACES, *_run_places(word))


class _Word(NamedTuple):
    """What is asked of a word in every text it stands in."""

    known: tuple[int, ...]
    """The hashes of what must have been seen for it to be known."""
    places: tuple[int, ...]
    """Where it is kept; where words are not parted, its characters and pairs of them."""
    runs: Any
    """Where the runs of its letters are kept, as an array: many of them are joined faster."""


@lru_cache(maxsize=4_096)
def _word(said: str) -> _Word:
    import numpy as np

    token = _Token(said, said)
    places = tuple(_hash(f) % PLACES for f in _whole([token]))
    return _Word(tuple(map(_hash, _known(token))), places, np.array(_run_places(said), dtype=np.int64))


def _joined(runs: list[Any]) -> Any:
    import numpy as np

    return np.concatenate(runs)


def features(text: str) -> dict[str, str]:
    """The words and pairs of a text in order of appearance, each with what stands in the text."""
    tokens = _tokens(text)
    out = {t.said: t.shown for t in tokens}
    return out | dict(zip(_pairs(t.said for t in tokens), _pairs(t.shown for t in tokens), strict=True))


def _tokens(text: str) -> list[_Token]:
    """The words of a text, a class such as ``<money>`` for an amount."""
    text = text[:CAP].translate(SIMPLIFIED).casefold().replace("i\u0307", "i")
    out: list[_Token] = []
    at = 0
    for match in _CLASS.finditer(text):
        out += [_Token(t, t) for t in _TOKEN.findall(text[at : match.start()])]
        out.append(_Token(_CLASSES[int(match.lastgroup[1:])][1], match.group(0).strip()))
        at = match.end()
    return (out + [_Token(t, t) for t in _TOKEN.findall(text[at:])])[:MAX_TOKENS]
