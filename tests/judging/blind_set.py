"""How well are the mails of tests/data/blind_*.yaml read, which were written before anybody looked at the rules?

``python tests/judging/blind_set.py [--wrong]`` prints the figures of both halves, and what was read wrongly in the open half only:
nobody learns from the mistakes of the kept half, it is there to be counted. tests/judging/test_blind_set.py holds the floors.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.replies import judge_reply
from followupd.judging.tables import JudgingRules
from followupd.lab.inputs import message_of
from followupd.model import Judgement, Kind, Own, Risk, Verdict
from followupd.rulesource import read_rules
from followupd.yamlfile import read_yaml

try:
    import term_score
except ImportError:  # started as a script from the root
    sys.path.insert(0, str(Path(__file__).parent))
    import term_score

DATA = Path(__file__).parent.parent / "data"
OWN = Own(frozenset({"sales@ours.example"}))
OPEN, KEPT = "open", "kept"


class Read(NamedTuple):
    """One mail of the set: what is true, what was said."""

    id: str
    half: str
    truth: str
    said: str
    why: str = ""

    @property
    def right(self) -> bool:
        return self.said == self.truth

    @property
    def language(self) -> str:
        return self.id[:2]


def half(id: str) -> str:
    """Every second mail, whatever its kind and language: by a digest of its name."""
    return KEPT if sha256(id.encode()).digest()[0] % 2 else OPEN


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


def _entries(name: str) -> dict[str, Any]:
    data = read_yaml(DATA / f"blind_{name}.yaml").data
    assert isinstance(data, dict)
    return data


@cache
def firsts(name: str = "firsts") -> tuple[Read, ...]:
    """First mails: danger before the verdict of an inquiry before the kind. Unsure is as good as vague where nothing is asked."""
    out = []
    for id, entry in _entries(name).items():
        record = {"date": "Mon, 23 Nov 2026 10:00:00 +0000", "to": "sales@ours.example", **entry}
        judged = judge_message(message_of(record, id, OWN), rules(), JudgeContext(OWN))
        out.append(Read(id, half(id), entry["is"], _said(judged, entry["is"]), "; ".join(f"{h.signal} {h.points:+g}: {h.evidence[:40]}" for h in judged.hits)))
    return tuple(out)


def _said(judged: Judgement, truth: str) -> str:
    if judged.risk is not Risk.NONE:
        return "scam"
    if judged.kind is not Kind.INQUIRY or judged.verdict is None:
        return judged.kind.value
    if judged.verdict in {Verdict.GENUINE, Verdict.LIKELY}:
        return "genuine"
    return "vague" if truth == "vague" else judged.verdict.value


@cache
def answers() -> tuple[Read, ...]:
    """Answers to a quote."""
    out = []
    for id, entry in _entries("answers").items():
        subject = entry.get("subject", "Re: Quotation")
        record = {"date": "Mon, 23 Nov 2026 10:00:00 +0000", "from": "Jo <jo@buyer.example>", "subject": subject, "text": entry["text"]}
        kind = Kind.AUTO_REPLY if "subject" in entry else Kind.REPLY
        found = judge_reply(message_of(record, id, OWN), rules(), kind=kind)
        out.append(Read(id, half(id), entry["is"], str(found.type), found.evidence[:80]))
    return tuple(out)


def share(read: tuple[Read, ...], of: str = "") -> float:
    """The part that is right, of one half or of both."""
    held = [r for r in read if of in ("", r.half)]
    return sum(r.right for r in held) / len(held)


def macro_f1(read: tuple[Read, ...], of: str = "") -> float:
    """The plain mean of F1 over what is true somewhere."""
    held = [r for r in read if of in ("", r.half)]
    found = []
    for label in {r.truth for r in held}:
        right = sum(r.right for r in held if r.truth == label)
        found.append(2 * right / (sum(r.truth == label for r in held) + sum(r.said == label for r in held)))
    return sum(found) / len(found)


@cache
def terms(of: str = "", name: str = "terms") -> tuple[dict[str, Counter[str]], Counter[str]]:
    """Right, wrong and missed by term, and of all terms together."""
    by_term: dict[str, Counter[str]] = {name: Counter() for name in term_score.TERMS}
    total: Counter[str] = Counter()
    for id, entry in _entries(name).items():
        if of in ("", half(id)):
            for name, right, wrong, missed in term_score.compare(entry):
                by_term[name].update(right=right, wrong=wrong, missed=missed)
                total.update(right=right, wrong=wrong, missed=missed)
    return by_term, total


def _tables() -> Iterator[str]:
    for name, read in (("first mails", firsts()), ("first mails, second set", firsts("again")), ("answers", answers())):
        for part in (OPEN, KEPT, ""):
            held = [r for r in read if part in ("", r.half)]
            yield f"{name} {part or 'both'}: {sum(r.right for r in held)} of {len(held)}, macro-F1 {macro_f1(read, part):.2f}"
        for by in ("truth", "language"):
            groups = sorted({getattr(r, by) for r in read})
            yield "  " + ", ".join(f"{g} {sum(r.right for r in read if getattr(r, by) == g)}/{sum(getattr(r, by) == g for r in read)}" for g in groups)
    for part in (OPEN, KEPT, ""):
        by_term, total = terms(part)
        yield f"terms {part or 'both'}: F1 {term_score.rates(total)[2]:.2f} of {total['right'] + total['missed']}"
        yield "  " + ", ".join(f"{n} {term_score.rates(c)[2]:.2f}" for n, c in by_term.items())
    by_term, total = terms(name="terms_again")
    yield f"terms, second set: F1 {term_score.rates(total)[2]:.2f} of {total['right'] + total['missed']}"
    yield "  " + ", ".join(f"{n} {term_score.rates(c)[2]:.2f}" for n, c in by_term.items())


def _wrongs() -> Iterator[str]:
    for read in (*firsts(), *answers()):
        if read.half == OPEN and not read.right:
            yield f"{read.id}: {read.truth}, said {read.said} ({read.why})"
    for id, entry in _entries("terms").items():
        if half(id) == OPEN:
            said = term_score.found(entry)
            should = term_score.wanted(entry, said)
            for name, _, wrong, missed in term_score.compare(entry):
                if wrong or missed:
                    yield f"{id} {name}: wanted {sorted(should[name])}, found {sorted(said[name])}"


if __name__ == "__main__":
    print("\n".join(_tables()))
    if "--wrong" in sys.argv:
        print("\n".join(_wrongs()))
