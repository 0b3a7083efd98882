"""Small makers of threads, facts and decisions for the tests of drafting."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from followupd.drafting.templates import Templates
from followupd.model import (
    Action,
    Address,
    Buyer,
    Decision,
    Direction,
    Evidence,
    Facts,
    Identity,
    Message,
    Reason,
    Thread,
)
from followupd.rulesource import read_rules

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ME = Identity(
    address=Address("li.wei@brightlamp.example", "Li Wei"), company="Brightlamp Co., Ltd.", phone="+86 574 8765 4321"
)
ANNA = Address("a.schmidt@lichthaus.example", "Anna Schmidt")
FULL = {
    "product": "LED work lamps",
    "quantity": "5,000 pcs",
    "price": "USD 2.35 per pc",
    "incoterm": "FOB Ningbo",
    "quote_number": "Q-118",
    "quote_date": "12 Nov 2026",
    "valid_until": "30 Nov 2026",
    "missing": "moq, lead_time, payment",
    "month_later": "March 2027",
}


@lru_cache
def templates() -> Templates:
    return Templates.build(read_rules())


def mail(id: str = "q1@brightlamp.example", direction: Direction = Direction.OUT, **more: Any) -> Message:
    ours = direction is Direction.OUT
    base: dict[str, Any] = {
        "date": datetime(2026, 11, 12, 2, 12, tzinfo=UTC),
        "sender": ME.address if ours else ANNA,
        "to": (ANNA,) if ours else (ME.address,),
        "subject": "Re: LED work lamps" if ours else "LED work lamps",
        "text": "Dear Ms. Schmidt,\n\nour price is USD 2.35 per pc FOB Ningbo.\n\nBest regards\nLi Wei",
    }
    return Message(id=id, direction=direction, **{**base, **more})


def inquiry(**more: Any) -> Message:
    text = "Dear Mr. Li,\n\nplease quote 5,000 pcs of LED work lamps.\n\nAnna Schmidt\nLichthaus GmbH"
    base = {"date": datetime(2026, 11, 11, 8, 0, tzinfo=UTC), "text": text}
    return mail("i1@lichthaus.example", Direction.IN, **{**base, **more})


def thread(*messages: Message) -> Thread:
    own = messages or (inquiry(), mail(in_reply_to=("i1@lichthaus.example",), references=("i1@lichthaus.example",)))
    return Thread(id="0123456789", messages=own, buyer=ANNA, subject="LED work lamps")


def facts(**buyer: Any) -> Facts:
    base: dict[str, Any] = {"address": ANNA, "name": "Anna Schmidt", "title": "Ms.", "country": "DE"}
    return Facts(thread_id="0123456789", buyer=Buyer(**{**base, **buyer}), stage="quoted")


def decision(topic: str = "validity_ending", evidence: dict[str, str] | None = None, **more: Any) -> Decision:
    items = tuple(Evidence(k, v, "q1@brightlamp.example") for k, v in (FULL if evidence is None else evidence).items())
    base: dict[str, Any] = {
        "thread_id": "0123456789",
        "action": Action.DRAFT,
        "reason": Reason.SILENCE,
        "stage": "quoted",
        "at": NOW,
        "topic": topic,
        "turn_id": "q1@brightlamp.example",
        "evidence": items,
    }
    return Decision(**{**base, **more})


def only(*names: str, **more: str) -> dict[str, str]:
    """A part of the full evidence, with changes."""
    return {**{n: FULL[n] for n in names}, **more}


TOLD: dict[str, dict[str, str]] = {
    "lead_time_slot": {"slot_confirm": "2026-12-10", "slot_ready": "2027-01-15"},
    "requote": {"moved_down": "the price of copper", "moved_cost": "copper", "moved_by": "4%", "moved_since": "2026-11-20"},
    "event": {"event_en": "Since November our work lamps carry the ENEC mark, so no test of your own is needed"},
    "supplier_shutdown": {"closed_from": "2027-02-01", "closed_to": "2027-02-21", "order_by": "2026-12-18"},
    "sample_offer": {"sample_fee_refunded": "USD 40", "sample_terms": "paid back"},
    "sample_feedback": {"arrived_on": "2026-11-12"},
    "after_sales": {"arrived_on": "2026-11-12"},
    "peer_stimulus": {"region": "northern Germany"},
    "void_notice": {"pi_date": "2026-11-03", "month_later": "March 2027"},
    "reorder": {"ordered_on": "2026-09-14", "arrived_on": "2026-11-12"},
    "first_reply": {"wanted": "specification, quantity, destination"},
    "greeting": {"wish_en": "I wish you and your family a peaceful Christmas and a good start into the new year"},
}
"""What the user told of, by topic."""
OTHERWISE: dict[str, dict[str, str]] = {
    "rise": {"moved_up": "the freight to Hamburg", "moved_by": "12.5%", "moved_since": "2026-11-20"},
    "rise after the end": {"moved_up": "the freight to Hamburg", "moved_by": "12.5%", "moved_since": "2026-11-20", "valid_until": "2026-11-02"},
    "closing without a day": {"closed_from": "2027-02-01", "closed_to": "2027-02-21"},
    "sample at a fee": {"sample_fee": "USD 40", "sample_terms": "as agreed"},
    "sample for nothing": {"sample_free": "free of charge", "sample_terms": "as agreed"},
}
"""The same in other cases."""


WISHES = {
    "ar": "أتمنى لكم ولعائلتكم عيد فطر سعيداً، وكل عام وأنتم بخير",
    "de": "ich wünsche Ihnen und Ihrer Familie frohe Weihnachten und einen guten Start ins neue Jahr",
    "es": "le deseo a usted y a su familia una feliz Navidad y un buen comienzo de año",
    "fr": "je vous souhaite, ainsi qu'à vos proches, un joyeux Noël et une belle année",
    "it": "auguro a Lei e alla Sua famiglia un sereno Natale e un buon inizio d'anno",
    "pt": "desejo-lhe, e à sua família, um feliz Natal e um bom começo de ano",
    "ru": "поздравляю Вас и Ваших близких с Новым годом и Рождеством, желаю здоровья и спокойного отдыха",
    "tr": "size ve ekibinize sağlıklı ve başarılı bir yeni yıl dilerim",
    "zh": "祝您和家人新春快乐，万事如意",
}
"""Wishes of rules/festivals.yaml, one for each language."""
NEWS = {
    "ar": "حصل مصباح العمل على شهادة CE",
    "de": "die Arbeitsleuchte hat jetzt das CE-Zeichen",
    "es": "La lámpara de trabajo tiene ahora el marcado CE",
    "fr": "La lampe de travail porte maintenant le marquage CE",
    "it": "La lampada da lavoro ha ora il marchio CE",
    "pt": "A luminária de trabalho tem agora a marcação CE",
    "ru": "Рабочая лампа получила знак CE",
    "tr": "Çalışma lambası artık CE işareti taşıyor",
    "zh": "工作灯已取得CE认证",
}
"""News in the languages of buyers."""
