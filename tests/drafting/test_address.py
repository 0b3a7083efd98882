"""How we addressed a buyer before goes before every convention; what names somebody else does not."""

from datetime import UTC, datetime

import pytest
from drafting_makers import templates

from followupd.drafting.earlier import address_used_before
from followupd.model import Address, Buyer, Direction, Message, Thread

ANNA = Address("anna@schmidt.de", "Anna Schmidt")


def thread(*ours: str) -> Thread:
    mails = tuple(
        Message(
            id=f"{n}@us",
            direction=Direction.OUT,
            date=datetime(2026, 9, n + 1, tzinfo=UTC),
            sender=Address("l@us"),
            new_text=text,
        )
        for n, text in enumerate(ours)
    )
    return Thread(id="t", messages=mails, buyer=ANNA)


@pytest.mark.parametrize(
    ("mails", "address", "why"),
    [
        (["Dear Ms. Schmidt,\n\nthank you"], "Ms. Schmidt", "title and surname stay"),
        (["Dear Anna,\n\nthank you"], "Anna", "first names stay"),
        (["Hi Anna\n\nthank you"], "Anna", "a short greeting counts as well"),
        (["Dear Ms. Schmidt,\n\nx", "Dear Anna,\n\nx"], "Anna", "the latest form is the present one"),
        (["Dear Sirs,\n\nthank you"], "", "nobody we know"),
        (["Dear Mr. Braun,\n\nthank you"], "", "somebody else"),
        (["Dear Customer,\n\nthank you"], "", "no name"),
        (["thank you for your mail"], "", "no greeting"),
        (["Dear Anna {{ 7*7 }},\n\nx"], "", "nothing but letters"),
        ([], "", "we never wrote"),
    ],
)
def test_address(mails: list[str], address: str, why: str) -> None:
    said = address_used_before(
        thread(*mails), Buyer(address=ANNA, name="Anna Schmidt"), templates().rules.languages["en"]
    )
    assert said == (f"Dear {address}," if address else ""), why
