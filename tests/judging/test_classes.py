"""What followupd once mixed up it tells apart: sellers' circulars, receipts that promise to read, tried samples, buyers nobody knows."""

from __future__ import annotations

import pytest
from classes_set import OWN, answers, firsts, rules, share
from judging_at_hand import mail, source, tables

from followupd.errors import ConfigError
from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.replies import judge_reply
from followupd.judging.reply_tables import ReplyRules
from followupd.judging.tables import JudgingRules
from followupd.lab.inputs import message_of
from followupd.model import Direction, Judgement, Kind, Risk, Verdict
from followupd.rulesource import read_rules


@pytest.mark.timeout(400)
def test_answers_of_every_class_are_told() -> None:
    """Ten languages are learnt and all their patterns compiled, which a busy machine takes its time for."""
    assert share(answers()) >= 0.93


@pytest.mark.timeout(400)
def test_first_mails_of_every_class_are_told() -> None:
    assert share(firsts()) >= 0.93
    lost = [r.id for r in firsts() if r.truth == "genuine" and r.said not in {"genuine", "unsure"}]
    assert lost == []


def _judged(text: str, **more: object) -> Judgement:
    record = {"date": "Tue, 24 Nov 2026 07:00:00 +0000", "to": "sales@ours.example", "text": text, **more}
    return judge_message(message_of(record, "m1", OWN), rules(), JudgeContext(OWN))


OFFER = "Hi, our consol leaves Ningbo every Thursday for Gdansk, 40HQ USD 2,390 all in. Any cargo ready? I quote within the hour. Tom, Sealine Forwarding"
NEWS = "In this issue: zinc slides for the third week, a new show diary, what the results of the chains tell suppliers. Read more on our site."
ORDER = "Dear sirs, we are a garden wholesaler in Kent. Please quote 1,200 hose reels with 20 m hose, FOB Ningbo, with carton size and lead time."


@pytest.mark.parametrize(
    ("text", "headers", "kind", "why"),
    [
        (OFFER, {"Precedence": "bulk"}, Kind.PITCH, "who offers to many still sells"),
        (OFFER, {"List-Unsubscribe": "<mailto:u@x.example>"}, Kind.PITCH, "who offers to many still sells"),
        (NEWS, {"List-Unsubscribe": "<mailto:u@x.example>"}, Kind.NEWSLETTER, "an issue of news informs"),
        (NEWS, {"List-Id": "<w.x.example>", "Precedence": "bulk"}, Kind.NEWSLETTER, "an issue of news informs"),
        (ORDER, {"List-Unsubscribe": "<mailto:u@x.example>"}, Kind.INQUIRY, "a buyer's program set the header (law 10)"),
        (ORDER, {"List-Id": "<traders.x.example>"}, Kind.NEWSLETTER, "what a list carries is addressed to the list"),
        (ORDER, {"Precedence": "bulk"}, Kind.NEWSLETTER, "what goes out in bulk asks nobody in particular"),
    ],
)
def test_a_header_of_circulars_does_not_say_what_a_mail_is(text: str, headers: dict[str, str], kind: Kind, why: str) -> None:
    judged = _judged(text, subject="week 41", headers=headers, **{"from": "Jo <jo@x.example>"})
    assert judged.kind is kind, why
    assert next(iter(headers)).lower() in judged.hits[0].evidence.lower(), "the header is told, whatever it says"


def test_who_sells_accounts_speaks_of_accounts_and_alarms_nobody() -> None:
    text = "Hi, with a collection account at our bank you receive dollars locally and settle to RMB at 0.3 percent, same day. When may I call you for ten minutes?"
    assert _judged(text, subject="USD receipts", **{"from": "N <n@fx.example>"}).risk is Risk.NONE
    changed = text + " Our bank details have been changed, please pay to the new account."
    assert _judged(changed, subject="USD receipts", **{"from": "N <n@fx.example>"}).risk is Risk.FRAUD


LINE = "hello, price of claw hammer 16oz 3000 pcs and tape 5m 2000 pcs cif mombasa, how many in one carton?"


@pytest.mark.parametrize(
    ("sender", "text", "verdict"),
    [
        ("juma@gmail.com", LINE, Verdict.LIKELY),
        ("juma@gmail.com", f"{LINE}\n\nNoor Hardware, Biashara Street, Mombasa\n+254 722 555 019", Verdict.GENUINE),
        ("juma@noorhardware.example", f"{LINE}\n\nJuma, purchasing, noorhardware.example\n+254 722 555 019", Verdict.GENUINE),
    ],
)
def test_a_buyer_from_free_mail_who_names_no_firm_is_likely_at_most(sender: str, text: str, verdict: Verdict) -> None:
    assert _judged(text, subject="hammer", **{"from": f"Juma <{sender}>"}).verdict is verdict


def _type(text: str, language: str = "en") -> str | None:
    return judge_reply(mail(text, language=language, direction=Direction.IN), rules(), kind=Kind.REPLY).type


@pytest.mark.parametrize(
    ("language", "text", "type"),
    [
        ("en", "Thanks, got it. I will look at it tonight.\nTom", "ack"),
        ("en", "Thanks, got it. I will discuss it with my boss tonight.", "waiting_client"),
        ("en", "I have not got round to it, will look at it tonight and give you an answer on Friday.", "holding"),
        ("de", "Danke, ist angekommen. Schaue es mir morgen an und melde mich.", "ack"),
        ("de", "Wir vergleichen noch mit zwei anderen. Ich schaue es mir morgen an.", "holding"),
        ("es", "Recibido, gracias. Lo miro mañana.", "ack"),
        ("zh", "收到，谢谢。我晚上看一下。", "ack"),
        ("ar", "وصل العرض شكرا، بطلع عليه الليلة.\nمحمد", "ack"),
        ("en", "Your price is too high. I will look at it again.", "price_high"),
    ],
)
def test_a_receipt_with_a_promise_to_read_is_a_receipt(language: str, text: str, type: str) -> None:
    assert _type(text, language) == type


@pytest.mark.parametrize(
    ("language", "text", "type", "why"),
    [
        ("en", "Before I show it to the boss:\n- which steel is it?\n- can sizes be mixed?", "question", "a heading says nothing"),
        ("de", "Bitte zwei Stück zum Testen schicken.\nHafenstr. 88, 68159 Mannheim", "sample_req", "an address orders nothing"),
        ("tr", "Numuneleri denedik, sap kayıyor. Düzeltirseniz alırız.", "sample_feedback", "a condition orders nothing beside a tried sample"),
        ("tr", "Numuneleri denedik, sap kayıyor. 2,10 USD yaparsanız alırız.", "target_price", "a figure makes it a price"),
        ("fr", "Votre offre nous convient, mais les achats sont gelés jusqu'au vote du budget 2027.", "no_need_now", "a year is no price"),
        ("fr", "Il me faudrait deux exemplaires pour essai. Voici mon numéro de compte UPS.", "sample_req", "a courier's account is no bank's"),
        ("en", "We tested both samples: one is approved, the other needs a longer cable. Please send the PI for the first one.", "send_pi", "an order is one"),
    ],
)
def test_one_sentence_does_not_outweigh_the_rest(language: str, text: str, type: str, why: str) -> None:
    assert _type(text, language) == type, why


def test_a_pattern_beside_a_type_is_refused_where_it_does_not_compile() -> None:
    broken = "ack:\n  precedence: 170\n  zh: 收到\n  en: receipt\n  beside:\n    en: ['(look']\n"
    with pytest.raises(ConfigError) as caught:
        ReplyRules.build(source("replies", broken))
    assert "rules/replies.yaml:1" in str(caught.value)


def test_a_signal_may_set_a_limit_and_name_what_lifts_it() -> None:
    found = {id: rule.entry for id, rule in JudgingRules.build(read_rules()).signals.items()}
    assert [id for id, e in found.items() if getattr(e, "at_most", "")] == ["nobody_known"]
    assert tables().replies.get("ack") is not None
