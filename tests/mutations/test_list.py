"""The list of mutations stays true: each applies, each names tests that are there, every law is broken more than once."""

import pytest
from mutate import Mutation, mutations, stale

ALL = mutations()


@pytest.mark.parametrize("mutation", ALL, ids=lambda m: f"{m.law}-{m.file}")
def test_each_applies(mutation: Mutation) -> None:
    assert stale(mutation) == ""


def test_every_law_is_tried() -> None:
    assert len(ALL) >= 30
    assert {m.law for m in ALL} >= set(range(1, 11))
