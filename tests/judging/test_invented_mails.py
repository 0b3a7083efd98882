"""What is said of invented mails of many trades, and of all of them together?"""

from __future__ import annotations

from functools import cache

import pytest
from invented_mail import OWN, Invented, mails

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.model import Judgement, Kind, Risk, Verdict
from followupd.rulesource import read_rules


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


@cache
def judged(id: str) -> Judgement:
    return judge_message(next(m.message for m in mails() if m.id == id), rules(), JudgeContext(OWN))


@pytest.mark.parametrize("mail", mails(), ids=[f"{m.file}:{m.id}" for m in mails()])
def test_a_mail_is_judged_as_a_person_would(mail: Invented) -> None:
    said = judged(mail.id)
    assert mail.wrong(said) == {}, "; ".join(f"{h.signal} {h.points:+g}: {h.evidence}" for h in said.hits)


def test_there_are_enough_of_them_and_no_id_stands_twice() -> None:
    ids = [m.id for m in mails()]
    assert len(ids) == len(set(ids)) >= 130


def test_no_genuine_inquiry_is_called_vague_or_taken_for_something_else() -> None:
    """Law 10: the worst mistake, so none is allowed here."""
    genuine = [m for m in mails() if m.file == "genuine"]
    assert [m.id for m in genuine if judged(m.id).verdict in (None, Verdict.VAGUE)] == []


def test_no_false_alarm_over_trade() -> None:
    quiet = [m for m in mails() if m.expect.get("risk") == ["none"]]
    assert len(quiet) > 80
    assert [m.id for m in quiet if judged(m.id).risk is not Risk.NONE] == []


def test_whatever_counted_can_be_shown() -> None:
    for mail in mails():
        said = judged(mail.id)
        assert all(h.evidence for h in said.hits), mail.id
        if said.kind in {Kind.INQUIRY, Kind.PITCH}:
            assert said.hits
        if said.verdict:
            counted = [h.points for h in said.hits if h.signal in rules().signals]
            assert said.score == pytest.approx(sum(counted))


def test_pattern_evidence_is_in_the_mail() -> None:
    """What a pattern found stands in the mail, word for word (white space aside)."""
    for mail in mails():
        text = " ".join(f"{mail.message.subject} {mail.message.text}".split())
        for hit in judged(mail.id).hits:
            rule = rules().signals.get(hit.signal) or rules().kinds.get(hit.signal)
            if rule and not rule.entry.detector:
                assert hit.evidence in text, (mail.id, hit.signal)
