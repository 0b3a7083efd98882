"""How well are the mails of tests/data/classes_*.yaml read, which were written class by class and round by round?

``python tests/judging/classes_set.py [--wrong]`` prints how many are right by round and class. The last round taught nothing; what the
first run of each said is told in docs/judgement.md.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.replies import judge_reply
from followupd.lab.inputs import message_of
from followupd.model import Judgement, Kind, Own, Risk
from followupd.yamlfile import read_yaml

try:
    from blind_set import rules
except ImportError:  # started as a script from the root
    sys.path.insert(0, str(Path(__file__).parent))
    from blind_set import rules

DATA = Path(__file__).parent.parent / "data"
OWN = Own(frozenset({"sales@ours.example"}))
DATE = "Tue, 24 Nov 2026 07:00:00 +0000"


class Read(NamedTuple):
    """One mail: its round, its class, what is true, what was said."""

    id: str
    round: str
    group: str
    truth: str
    said: str

    @property
    def right(self) -> bool:
        return self.said in self.truth.split("/")


@cache
def firsts() -> tuple[Read, ...]:
    """First mails: danger before the verdict of an inquiry before the kind. Likely is as good as genuine, not the other way round."""
    out = []
    for id, entry in dict(read_yaml(DATA / "classes_firsts.yaml").data).items():
        judged = judge_message(message_of({"date": DATE, "to": "sales@ours.example", **entry}, id, OWN), rules(), JudgeContext(OWN))
        round, _, name = id.split("-")
        out.append(Read(id, round, name[0], entry["is"], _said(judged, entry["is"])))
    return tuple(out)


def _said(judged: Judgement, truth: str) -> str:
    if judged.risk is not Risk.NONE:
        return "scam"
    if judged.kind is not Kind.INQUIRY or judged.verdict is None:
        return judged.kind.value
    return "genuine" if truth == "genuine" and judged.verdict.value == "likely" else judged.verdict.value


@cache
def answers() -> tuple[Read, ...]:
    """Answers to a quote."""
    out = []
    for round, languages in dict(read_yaml(DATA / "classes_answers.yaml").data).items():
        for language, rows in languages.items():
            for number, (truth, text) in enumerate(rows, 1):
                record = {"date": DATE, "from": "Jo <jo@buyer.example>", "subject": "Re: Quotation", "text": text}
                found = judge_reply(message_of(record, "x", OWN), rules(), kind=Kind.REPLY)
                out.append(Read(f"{round}-{language}-{number}", round.replace("round_", "r"), truth, truth, str(found.type)))
    return tuple(out)


def share(read: tuple[Read, ...], round: str = "") -> float:
    """The part that is right, of one round or of all."""
    held = [r for r in read if round in ("", r.round)]
    return sum(r.right for r in held) / len(held)


def _lines() -> Iterator[str]:
    for name, read in (("first mails", firsts()), ("answers", answers())):
        for round in sorted({r.round for r in read}):
            held = [r for r in read if r.round == round]
            groups = Counter(r.group for r in held)
            right = Counter(r.group for r in held if r.right)
            yield f"{name} {round}: {sum(right.values())} of {len(held)}: " + ", ".join(f"{g} {right[g]}/{n}" for g, n in sorted(groups.items()))


if __name__ == "__main__":
    print("\n".join(_lines()))
    if "--wrong" in sys.argv:
        print("\n".join(f"{r.id}: {r.truth}, said {r.said}" for r in (*firsts(), *answers()) if not r.right))
