"""Which of several amounts in an inquiry is the one to quote for?"""

from decimal import Decimal

import pytest

from followupd.judging.thread import _asked_for
from followupd.model import Quantity


def amounts(*texts: str) -> tuple[Quantity, ...]:
    return tuple(Quantity(Decimal(t.split()[0].replace(",", "")), t.split()[1], t) for t in texts)


@pytest.mark.parametrize(
    ("text", "named", "asked", "why"),
    [
        ("Please quote 500 pcs. We need about 2,000 pcs a year.", ("500 pcs", "2,000 pcs"), "500 pcs", "not the yearly demand"),
        ("spanner set, 12 pcs, roll bag. Quantity 800 sets.", ("12 pcs", "800 sets"), "800 sets", "the one called quantity"),
        ("drill bits, 19 pcs per set, 3,000 sets", ("19 pcs", "3,000 sets"), "3,000 sets", "not the content of a set"),
        ("socket set of 94 pcs, 600 sets", ("94 pcs", "600 sets"), "94 pcs", "no sign tells them apart: the first"),
        ("cups 6 pcs, 5,000 boxes", ("6 pcs", "5,000 boxes"), "5,000 boxes", "a set size is much smaller"),
        ("annual demand 9,000 pcs, trial order 300 pcs", ("9,000 pcs", "300 pcs"), "300 pcs", "the trial order"),
        ("1,000 pcs", ("1,000 pcs",), "1,000 pcs", "only one"),
    ],
)
def test_asked(text: str, named: tuple[str, ...], asked: str, why: str) -> None:
    assert _asked_for(text, amounts(*named)).evidence == asked, why
