"""Which counterparts are perhaps one buyer (shown, never merged)."""

from __future__ import annotations

import pytest

from followupd.judging.sameness import perhaps_same
from followupd.model import Address, Buyer


def who(email: str, **more: str) -> Buyer:
    return Buyer(address=Address(email), **more)  # type: ignore[arg-type]


PAIRS = [
    ("same address", who("a@kern.example", phone="+4940123"), who("a@kern.example", phone="+4940123"), ""),
    ("phone", who("a@gmail.com", phone="+4940123"), who("b@yahoo.com", phone="+4940123"), "phone +4940123"),
    ("domain", who("a@kern.example"), who("b@kern.example"), "domain kern.example"),
    ("free mail", who("a@gmail.com"), who("b@gmail.com"), ""),
    ("website", who("a@gmail.com", website="www.kern.example/de"), who("b@kern.example"), "domain kern.example"),
    (
        "legal form",
        who("a@x.example", company="Kern Tools GmbH"),
        who("b@y.example", company="KERN TOOLS"),
        "company Kern Tools GmbH / KERN TOOLS",
    ),
    (
        "a letter",
        who("a@x.example", company="Müller Werkzeuge AG"),
        who("b@y.example", company="Muller Werkzeug"),
        "company Müller Werkzeuge AG / Muller Werkzeug",
    ),
    ("others", who("a@x.example", company="Kern Tools GmbH"), who("b@y.example", company="Kern Foods GmbH"), ""),
    ("nothing known", who("a@x.example"), who("b@y.example"), ""),
    ("two of a platform", who("a@alibaba.invalid"), who("b@alibaba.invalid"), ""),
]


@pytest.mark.parametrize(("case", "one", "other", "why"), PAIRS, ids=[p[0] for p in PAIRS])
def test_what_speaks_for_one_buyer(case: str, one: Buyer, other: Buyer, why: str) -> None:
    assert perhaps_same(one, other) == why
    assert bool(perhaps_same(other, one)) == bool(why)
