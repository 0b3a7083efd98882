"""However well a mail is written: what looks like fraud is not called a genuine inquiry."""

from __future__ import annotations

from functools import cache

from judging_at_hand import mail

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.model import Address, Attachment, Direction, Judgement, Own, Risk, Verdict
from followupd.rulesource import read_rules

GOOD = """Dear Ms. Chen,

we are a distributor of valves in Hamburg and need 2,000 pcs of your ball valve DN50, PN40, stainless steel 1.4408, with certificate 3.1.
Please quote CIF Hamburg and tell us the lead time; delivery is needed by the end of February. We usually pay 30% in advance and the balance
against copy of the bill of lading.

Best regards
Jens Hoffmann
Purchasing, Hoffmann Armaturen GmbH
Tel. +49 40 123456, www.hoffmann-armaturen.de
"""


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


def judged(*attachments: Attachment) -> Judgement:
    own = Own(frozenset({"lily@brightway.example"}), names=("Lily Chen",))
    sender = Address("j.hoffmann@hoffmann-armaturen.de", "Jens Hoffmann")
    message = mail(GOOD, subject="Inquiry ball valves DN50", direction=Direction.IN, sender=sender, attachments=attachments)
    return judge_message(message, rules(), JudgeContext(own))


def test_the_same_mail_without_the_bait_is_genuine() -> None:
    found = judged()
    assert found.verdict is Verdict.GENUINE
    assert found.risk is Risk.NONE


def test_with_a_program_attached_it_is_a_fraud_and_not_genuine() -> None:
    found = judged(Attachment("drawing.pdf.exe", "application/octet-stream", 90_000))
    assert found.risk is Risk.FRAUD
    assert found.verdict is Verdict.UNSURE
