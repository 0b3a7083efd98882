"""What is said of mail that a platform, a form or a colleague passed on?"""

from __future__ import annotations

from functools import cache

from invented_mail import OWN

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.tables import JudgingRules
from followupd.judging.thread import judge_thread
from followupd.lab.inputs import message_of
from followupd.model import Judgement, Kind, Reach, Risk
from followupd.reading.threads import thread_all
from followupd.rulesource import read_rules


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


def judged(**fields: str) -> Judgement:
    return judge_message(
        message_of({"to": "sales@factory.example", **fields}, "one@test", OWN), rules(), JudgeContext(OWN)
    )


def test_a_notice_is_an_inquiry_and_its_words_are_judged() -> None:
    said = judged(
        **{"from": "Alibaba.com <feedback@service.alibaba.com>"},
        subject="You have a new inquiry: Tomas Ruzicka has sent you an inquiry",
        text="Message:\nPlease quote 400 pcs of hose reel HR-20, FOB Ningbo, with lead time.\n\nReply now",
    )
    assert said.kind is Kind.INQUIRY
    assert said.verdict is not None
    assert said.terms.incoterm is not None
    assert said.risk is Risk.NONE


def test_news_of_a_platform_is_no_inquiry() -> None:
    said = judged(**{"from": "Alibaba.com <news@notice.alibaba.com>"}, subject="Deals", text="Join our webinar")
    assert (said.kind, said.verdict) == (Kind.PLATFORM_NOTICE, None)


def test_a_look_alike_is_a_risk() -> None:
    said = judged(
        **{"from": "HKTDC Trade Desk <desk@trade-alerts.example>"},
        subject="New inquiry",
        text="Log in to read your inquiry for 500 pcs.",
    )
    assert said.risk is not Risk.NONE
    assert any(h.signal == "platform_imitated" for h in said.hits)


def test_a_pitch_through_the_form_is_a_pitch() -> None:
    text = (
        "Name: Max\nEmail: max@growth.example\nMessage: We are an SEO agency and can put your website on the first page of Google. "
        "We offer link building and web design packages. Shall I send a free audit?"
    )
    assert judged(**{"from": "noreply@hosting.example"}, text=text).kind is Kind.PITCH


def test_the_dossier_is_the_buyers() -> None:
    text = "Name: Rosa Lind\nCompany: Lind Textil AB\nCountry: Sweden\nEmail: rosa@lind.example\nPhone: +46 8 123 456 00\nMessage: Price for 900 m of canvas?"
    message = message_of(
        {"from": "wordpress@factory.example", "to": "sales@factory.example", "text": text}, "one@test", OWN
    )
    buyer = judge_thread(thread_all([message], OWN)[0], rules(), OWN).buyer
    assert (buyer.address.email, buyer.name, buyer.company, buyer.country) == (
        "rosa@lind.example", "Rosa Lind", "Lind Textil AB", "SE",
    )  # fmt: skip
    assert (buyer.reach, buyer.phone, buyer.country_source) == (Reach.DIRECT, "+46812345600", "form")
