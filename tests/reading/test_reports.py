"""A delivery report tells whose address failed and whether for good, whatever server wrote it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from followupd.model import Message, Own
from followupd.reading.parse import read
from followupd.reading.reports import Returned, returned

OWN = Own(frozenset({"lily@us.example"}), frozenset({"us.example"}))


def mail(raw: str) -> Message:
    return read(raw.replace("\n", "\r\n").encode(), own=OWN, internaldate=datetime(2026, 3, 2, tzinfo=UTC))


def report(action: str, status: str, said: str = "") -> Message:
    return mail(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: lily@us.example\nMessage-ID: <r@mx.example>\nSubject: Report\n"
        "Content-Type: multipart/report; boundary=b\n\n--b\n\nSee below.\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; Ann@Buyer.example\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n\n--b--\n"
    )


@pytest.mark.parametrize(
    ("action", "status", "said", "hard"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", True),
        ("failed", "5.0.0", "550 user unknown", True),
        ("failed", "5.2.2", "552 mailbox full", False),
        ("failed", "5.0.0", "552 your quota exceeded", False),
        ("failed", "4.4.7", "delivery time expired", False),
        ("failed", "5.7.1", "554 message refused", False),
        ("delayed", "4.4.1", "connection timed out", False),
    ],
)
def test_a_full_mailbox_is_not_a_wrong_address(action: str, status: str, said: str, hard: bool) -> None:
    message = report(action, status, said)
    assert returned(message) == (Returned("ann@buyer.example", action, hard, status),)
    assert message.header("x-failed-recipients") == ("ann@buyer.example" if action == "failed" else "")


def test_a_report_in_plain_words_names_the_address_and_the_mail() -> None:
    message = mail(
        "From: Mail Delivery Subsystem <postmaster@mx.example>\nTo: lily@us.example\nSubject: failure notice\n"
        "Message-ID: <r@mx.example>\n\nHi, I could not deliver your message.\n\n<ann@buyer.example>:\n"
        "550 5.1.1 no mailbox of that name\n\n--- Below this line is a copy of the message.\n\n"
        "Return-Path: <lily@us.example>\nMessage-ID: <q7@us.example>\nTo: Ann <ann@buyer.example>\nCc: bob@third.example\n"
    )
    assert returned(message) == (Returned("ann@buyer.example", "failed", True, "5.1.1"),)
    assert message.references == ("q7@us.example",)


def test_a_report_full_of_labels_is_nobodys_form() -> None:
    labels = "Name: Ann\nCompany: Buyer Ltd\nEmail: ann@buyer.example\nSubject: Offer\nMessage: mailbox not found\n"
    head = "To: lily@us.example\nSubject: Undeliverable: Offer\nMessage-ID: <r@mx.example>\n\n"
    report = mail(f"From: postmaster@mx.example\n{head}{labels}")
    assert (report.sender.email, report.via) == ("postmaster@mx.example", None)
    assert mail(f"From: noreply@mx.example\n{head}{labels}").via is not None


def test_nobody_forges_a_report_into_a_letter() -> None:
    message = mail(
        "From: ann@buyer.example\nReturned: failed hard 5.1.1 bob@other.example\nMessage-ID: <1@buyer.example>\n"
        "Subject: hi\n\nWe could not deliver it to bob@other.example\nMessage-ID: <q7@us.example>\n"
    )
    assert returned(message) == ()
    assert message.references == ()
