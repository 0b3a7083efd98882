"""A dossier to try things on, with texts that would like to be more than text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from followupd.dossier.gather import Conversation, Dossier, Event, Namesake, Offer
from followupd.dossier.samples import Sample
from followupd.model import Address, Attachment, Buyer, Direction, Message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = "=cmd|'/c calc'!A0\r\nBEGIN:VCARD\x1b[2J, <script>; ../../etc | `x`\\"
BUYER = Buyer(
    address=Address("anna@armaturen.example", "Anna Schmidt"),
    name="Anna Schmidt; (GmbH), \\ 安娜",
    title="Ms.",
    company="Schmidt Armaturen GmbH, " + "Größe und Güte " * 8,
    country="DE",
    timezone="Europe/Berlin",
    phone="+4930123456",
    whatsapp="+4930123457",
    wechat="anna;s",
    website="www.armaturen.example/x?y",
    language="de",
)


def mail(n: int = 0, *, subject: str = "Ball valves", ours: bool = False, id: str = "", minutes: int = 0, **more: Any) -> Message:
    return Message(
        id=id or f"{n}@armaturen.example",
        direction=Direction.OUT if ours else Direction.IN,
        date=NOW + timedelta(days=n, minutes=minutes),
        sender=Address("lily@brightway.example") if ours else BUYER.address,
        subject=subject,
        attachments=(Attachment("drawing.pdf", "application/pdf", 7),),
        **more,
    )


def dossier(**changes: Any) -> Dossier:
    offer = Offer(
        number="Q-7", sent=NOW, item=HOSTILE, amount=Decimal("2.30"), currency="USD", unit="pc", incoterm="FOB Ningbo",
        until=date(2026, 12, 1), moq="500 pcs", lead_time="30 days", payment="@SUM(1+1)", missing=("moq",), source="报价单.xlsx", thread="a1",
    )  # fmt: skip
    event = Event(at=NOW, what="mail", side="buyer", who="anna@armaturen.example", subject=HOSTILE, detail="-2+3", thread="a1")
    made = Dossier(
        account="lily",
        buyer=BUYER,
        greeting="Sehr geehrte Frau Schmidt,",
        grade="C",
        grade_why="asked in earnest",
        role="importer",
        local_time=None,
        conversations=(Conversation(id="a1", subject=HOSTILE, stage="quoted", decision="silence", mails=2),),
        offers=(offer, replace(offer, number="Q-8", amount=Decimal(1250))),
        samples=(Sample(thread="a1", buyer=BUYER.address.email, stage="sample_sent", parcel="+DHL 1", arrives=date(2026, 12, 3), at=NOW),),
        words=(),
        drafts=(),
        perhaps_same=(Namesake(email="a.schmidt@other.example", thread="b2", by="phone +49"),),
        first_at=NOW,
        last_in=NOW,
        last_out=None,
        timeline=(event,),
        messages=(mail(), mail(1, ours=True)),
    )
    return replace(made, **changes)
