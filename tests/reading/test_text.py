"""Never lose what the buyer wrote now; never judge what somebody wrote before."""

from __future__ import annotations

import pytest

from followupd.reading.subject import base_subject
from followupd.reading.text import split


@pytest.mark.parametrize(
    ("why", "text", "new"),
    [
        ("thanks at the top is no signature", "Thanks\n\nPlease quote 500 pcs.", "Thanks\n\nPlease quote 500 pcs."),
        ("thanks below a greeting neither", "Hi,\nThank you.\nWe need 50 lamps.", "Hi,\nThank you.\nWe need 50 lamps."),
        ("a postscript is kept", "We need 100.\n\nBest regards,\nAnna\n\nPS: and 20 pcs of X", "We need 100.\n\nPS: and 20 pcs of X"),
        ("a plain signature goes", "We need 100.\n\nBest regards,\nAnna Lee\nBuyer Ltd", "We need 100."),
        ("thanks and a name at the end go", "Can you do 5 USD?\n\nThanks\nAnna", "Can you do 5 USD?"),
        ("a question behind two dashes is kept", "Item A\n--\nWhat is the MOQ of B?", "Item A\n--\nWhat is the MOQ of B?"),
        ("dashes and a card go", "Item A\n-- \nAnna Lee\n+49 40 1234", "Item A"),
        ("answers between quotes are kept", "> price?\n5 USD\n> moq?\n100 pcs", "5 USD\n100 pcs"),
        ("one line below a quote is kept", "On 04/02/2012 06:26 PM, Ann wrote:\n> Hi\nHello", "Hello"),
        ("initials quote as well", "On 3 May 2026 ann@b.example wrote:\n\n LC> price?\n\n5 USD", "5 USD"),
        ("Gmail", "Yes\n\nOn Mon, 3 Mar 2025 at 10:00, Bob <b@x.example>\nwrote:\n> hi", "Yes"),
        ("Outlook de", "Ja\n\nVon: Bob\nGesendet: Montag\nAn: Anna\nBetreff: X\n\nalt", "Ja"),
        ("Foxmail", "好的\n\n发件人: Li\n发送时间: 2025-01-01\n收件人: Bob\n主题: Q\n\n旧", "好的"),
        ("Outlook", "Ok\n\n-----Original Message-----\nFrom: B\nold", "Ok"),
        ("wrote inside a sentence is no history", "On 3 Mar we wrote to you:\nsend 500 pcs", "On 3 Mar we wrote to you:\nsend 500 pcs"),
        ("small print goes", "Price?\n\nTo opt out click here", "Price?"),
        ("disclaimer as a word stays", "Your\ndisclaimer applies to 5 pcs", "Your\ndisclaimer applies to 5 pcs"),
    ],
)  # fmt: skip
def test_new_text(why: str, text: str, new: str) -> None:
    assert split(text).new_text == new, why


def test_a_forwarded_mail_keeps_its_body() -> None:
    text = "FYI\n\n---------- Forwarded message ---------\nFrom: Ann <a@b.example>\nDate: Mon\nSubject: X\n\nPlease quote 500 pcs."
    assert "Please quote 500 pcs." in split(text).new_text


@pytest.mark.parametrize(
    "subject", ["Lamps", "Re: Lamps", "RE[2]: AW: Lamps", "回复：Lamps", "转发: Re: LAMPS", "[list] Re: Lamps"]
)
def test_base_subject(subject: str) -> None:
    assert base_subject(subject) == "lamps"
