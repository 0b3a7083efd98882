"""Another account to pay to is an alarm, in any language and from anybody; what only sounds like it is none."""

from __future__ import annotations

import pytest

from followupd.judging.message import JudgeContext, judge_message
from followupd.judging.replies import judge_reply
from followupd.model import Address, Direction, Kind, Risk
from followupd.reading.language import detect
from tests.judging.account_words import CHANGED, INNOCENT
from tests.judging.judging_at_hand import mail
from tests.judging.test_invented_mails import OWN, rules


@pytest.mark.parametrize(
    "text",
    [
        "Our Sparkasse account is blocked by a tax audit. Please pay invoice 118 into the account of our sister company instead.",
        "Unser Konto ist wegen einer Prüfung gesperrt, bitte überweisen Sie auf die neue IBAN unten.",
        "Notre compte bancaire a changé, merci de payer désormais sur le nouveau compte.",
        "Наши банковские реквизиты изменились, платите на новый счёт.",
        "我司收款账户已变更，请付到新账户。",
    ],
)
def test_a_changed_account_is_an_alarm(text: str) -> None:
    message = mail(text, direction=Direction.IN, language=detect(text))
    assert judge_message(message, rules(), JudgeContext(OWN)).risk is not Risk.NONE


@pytest.mark.parametrize("text", ["Please send your bank details so that we can pay the deposit.", "Our bank will open the L/C next week."])
def test_speaking_of_a_bank_is_none(text: str) -> None:
    assert judge_message(mail(text, direction=Direction.IN), rules(), JudgeContext(OWN)).risk is Risk.NONE


@pytest.mark.parametrize(
    ("text", "stops"),
    [("Please stop sending me offers.", True), ("Stop sending.", True), ("Stop sending the black ones, we want 500 of the white.", False)],
)
def test_stop_is_about_mails(text: str, stops: bool) -> None:
    assert (judge_reply(mail(text, direction=Direction.IN), rules()).type == "stop") is stops


@pytest.mark.parametrize("mark", ["Re: Automatic reply: Our offer", "AW: Automatische Antwort: Angebot", "RE: RE: Automatic reply: x", "回复: 自动回复: 报价"])
def test_who_answers_an_automatic_note_is_a_person(mark: str) -> None:
    stop = mail("Please remove me from your list. No more mails.", subject=mark, direction=Direction.IN)
    judged = judge_message(stop, rules(), JudgeContext(OWN, (mail("USD 2.35/pc"),)))
    assert judged.kind is Kind.REPLY
    assert judged.reply_type == "stop"


def test_a_machine_that_answers_is_one() -> None:
    away = mail("I am out of the office until 30 November.", subject="Automatic reply: Re: Our offer", direction=Direction.IN)
    assert judge_message(away, rules(), JudgeContext(OWN)).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "text",
    [
        "Hola, al final elegimos otro proveedor. La tendremos en cuenta para próximas licitaciones.",
        "Tenga en cuenta que el lunes es festivo en Chile.",
        "Para las muestras os paso la cuenta de mensajería: DHL 961234567.",
    ],
)
def test_to_bear_in_mind_is_no_account(text: str) -> None:
    assert judge_message(mail(text, direction=Direction.IN, language="es"), rules(), JudgeContext(OWN)).risk is Risk.NONE


OFFER = mail("Our price is USD 2.35/pc FOB Ningbo, valid until 30 November.")


def _all(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), _all(INNOCENT))
def test_an_account_in_an_idiom_alarms_nobody(language: str, text: str) -> None:
    judged = judge_message(mail(text, direction=Direction.IN, language=language), rules(), JudgeContext(OWN, (OFFER,)))
    assert judged.reply_type != "bank_change"
    assert judged.risk is Risk.NONE


@pytest.mark.parametrize(("language", "text"), _all(CHANGED))
def test_another_account_alarms_in_ten_languages_also_beside_an_idiom(language: str, text: str) -> None:
    judged = judge_message(mail(text, direction=Direction.IN, language=language), rules(), JudgeContext(OWN, (OFFER,)))
    assert judged.risk is not Risk.NONE


def test_an_order_on_condition_is_about_the_price() -> None:
    text = "这个价格还是偏高，目标价 21.5 元/公斤。能做的话这周就可以签合同。"
    assert judge_reply(mail(text, direction=Direction.IN, language="zh"), rules()).type in {"target_price", "price_high"}


QUOTED = "On Thu, Our Sales <sales@ours.example> wrote:\n> Proforma 3301: 900 pcs, total USD 2,340.00, deposit 30%.\n"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "All agreed. Please find our PO 88 attached. Send the PI and we pay."),
        ("en", "Deposit is paid, the swift copy is attached."),
        ("zh", "定金已付款，水单见附件。"),
        ("ar", "تم تحويل العربون ومرفق صورة السويفت."),
    ],
)
def test_an_order_below_our_own_quote_is_no_bait(language: str, text: str) -> None:
    def risk(quoted: str, **more: object) -> Risk:
        to = (Address("sales@ours.example"),)
        answer = mail(text, direction=Direction.IN, language=language, subject="Re: PI 3301", quoted=quoted, to=to, **more)
        return judge_message(answer, rules(), JudgeContext(OWN)).risk

    asked = ("q1@ours.example",)
    assert risk(QUOTED, in_reply_to=asked) is Risk.NONE
    assert risk(QUOTED) is not Risk.NONE, "our words, but not in answer to a mail"
    assert risk("> Dear friend,\n> see the order.\n", in_reply_to=asked) is not Risk.NONE, "nobody of us wrote that"


@pytest.mark.parametrize(
    "text",
    [
        "我单位决定采购贵司产品，金额约两百万，请带公章和营业执照本周来我市签合同，来时给主管主任备些烟酒。",
        "合同一签当天付50%预付款，签约须经公证处公证，公证费用双方各付一半。",
        "价格没问题，直接按报价签。请派负责人来签约，按惯例晚上宴请几位领导，并准备见面礼。",
    ],
)
def test_a_contract_that_costs_presents_or_a_notary_is_a_lure(text: str) -> None:
    judged = judge_message(mail(text, direction=Direction.IN, language="zh", subject="采购合作"), rules(), JudgeContext(OWN))
    assert judged.risk is not Risk.NONE


@pytest.mark.parametrize("text", ["我司需要礼品盒5000个，请报价。", "领导已同意价格，合同盖章后扫描给您，定金下周付。", "我们下月来贵厂验货并当面签合同。"])
def test_presents_as_goods_and_a_signed_contract_are_none(text: str) -> None:
    judged = judge_message(mail(text, direction=Direction.IN, language="zh", subject="询价"), rules(), JudgeContext(OWN))
    assert judged.risk is Risk.NONE
