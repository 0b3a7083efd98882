"""Threads depend on pairs of mails, never on the order of arrival (law 1), and no stranger gets in (RELIABILITY 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.model import Address, Direction, Message, Own
from followupd.reading.parse import read
from followupd.reading.subject import base_subject
from followupd.reading.threads import thread_all

OWN = Own(frozenset({"me@us.example"}), frozenset({"us.example"}))
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def mail(id: str, peer: str, subject: str = "", refs: tuple[str, ...] = (), day: int = 0, out: bool = False) -> Message:
    me, you = Address("me@us.example"), Address(peer)
    return Message(
        id=id,
        direction=Direction.OUT if out else Direction.IN,
        date=START + timedelta(days=day),
        sender=me if out else you,
        to=(you,) if out else (me,),
        subject=subject,
        base_subject=base_subject(subject),
        references=refs,
    )


def groups(*mails: Message) -> set[frozenset[str]]:
    return {frozenset(m.id for m in t.messages) for t in thread_all(mails, OWN)}


def together(*mails: Message) -> bool:
    return len(groups(*mails)) == 1


def test_two_buyers_with_one_subject_never_merge() -> None:
    assert not together(mail("1", "a@x.example", "Inquiry"), mail("2", "b@y.example", "Re: Inquiry", day=1))
    assert not together(mail("1", "a@gmail.com", "Inquiry"), mail("2", "b@gmail.com", "Re: Inquiry", day=1))


def test_a_new_subject_of_the_same_buyer_is_another_thread() -> None:
    assert not together(mail("1", "a@x.example", "Lamps"), mail("2", "a@x.example", "Cables", day=1))


def test_forged_references_do_not_let_a_stranger_in() -> None:
    assert not together(mail("1", "a@x.example", "Lamps"), mail("2", "z@evil.example", "Re: Lamps", ("1",), 1))


def test_a_colleague_of_the_buyer_comes_in() -> None:
    assert together(mail("1", "a@x.example", "Lamps"), mail("2", "b@x.example", "Payment", ("1",), 1))


def test_two_mails_that_name_a_missing_one_belong_together() -> None:
    assert together(mail("1", "a@x.example", "Lamps", ("0",)), mail("2", "a@x.example", "Other", ("0",), 1))


def test_a_reply_without_references_is_found_by_subject_within_sixty_days() -> None:
    first = mail("1", "a@x.example", "Lamps", out=True)
    assert together(first, mail("2", "a@x.example", "Re: Lamps", day=59))
    assert not together(first, mail("2", "a@x.example", "Re: Lamps", day=61))


def test_a_bounce_joins_the_thread_of_the_mail_that_it_returns() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example\r\nTo: me@us.example\r\nMessage-ID: <d@mx>\r\nReturn-Path: <>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        b"Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@us>\r\nFrom: me@us.example\r\n\r\nprice\r\n--b--\r\n"
    )
    bounce = read(raw, own=OWN, internaldate=START + timedelta(hours=1))
    assert together(mail("1@us", "a@x.example", "Quote", out=True), bounce)
    assert not together(mail("1@us", "b@y.example", "Quote", out=True), bounce)


POOL = st.builds(
    mail,
    id=st.sampled_from("abcdefgh"),
    peer=st.sampled_from(["a@x.example", "b@x.example", "c@y.example", "d@gmail.com", "e@gmail.com"]),
    subject=st.sampled_from(["Lamps", "Re: Lamps", "Cables", ""]),
    refs=st.lists(st.sampled_from("abcdefghijk"), max_size=3).map(tuple),
    day=st.integers(0, 150),
    out=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(POOL, max_size=8, unique_by=lambda m: m.id), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(mails: list[Message], shuffle) -> None:
    other = list(mails)
    shuffle.shuffle(other)
    assert thread_all(mails, OWN) == thread_all(other, OWN)


def test_the_id_stays_when_a_later_mail_comes() -> None:
    first = mail("1", "a@x.example", "Lamps")
    later = replace(mail("2", "a@x.example", "Re: Lamps", ("1",), 2))
    assert thread_all([first], OWN)[0].id == thread_all([later, first], OWN)[0].id
