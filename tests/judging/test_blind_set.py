"""Mails that nobody tuned to are read no worse than when they were scored; the floors stand below what was reached."""

from __future__ import annotations

import pytest
import term_score
from blind_set import KEPT, OPEN, answers, firsts, half, macro_f1, share, terms

from followupd.model import Verdict


def test_the_set_holds_what_it_promises() -> None:
    assert (len(firsts()), len(firsts("again")), len(answers())) == (60, 30, 60)
    kinds = {(r.language, r.truth) for r in firsts()}
    assert len(kinds) == 60, "six kinds in ten languages"
    assert {half(r.id) for r in firsts()} == {OPEN, KEPT}


@pytest.mark.parametrize(("of", "least"), [(OPEN, 0.90), (KEPT, 0.88)])
def test_first_mails(of: str, least: float) -> None:
    assert share(firsts(), of) >= least


def test_first_mails_about_things_no_example_speaks_of() -> None:
    assert share(firsts("again")) >= 0.80


def test_no_genuine_inquiry_is_lost() -> None:
    """Law 10: unsure is no loss, vague or another kind is."""
    said = {r.id: r.said for r in firsts() if r.truth == "genuine"}
    assert len(said) == 10
    assert [id for id, s in said.items() if s not in {"genuine", Verdict.UNSURE.value}] == []


def test_answers() -> None:
    assert macro_f1(answers()) >= 0.90
    assert share(answers(), KEPT) >= 0.85


@pytest.mark.parametrize(("of", "least"), [(OPEN, 0.90), (KEPT, 0.84)])
def test_terms(of: str, least: float) -> None:
    assert term_score.rates(terms(of)[1])[2] >= least


def test_terms_of_the_second_set() -> None:
    by_term, total = terms(name="terms_again")
    assert term_score.rates(total)[2] >= 0.95
    assert {n: f for n, c in by_term.items() if (f := term_score.rates(c)[2]) < 0.88 and n != "product"} == {}
    assert term_score.rates(by_term["product"])[2] >= 0.60


@pytest.mark.parametrize("name", ["price", "incoterm", "validity", "lead", "number", "hs", "sample"])
def test_each_of_these_terms(name: str) -> None:
    assert term_score.rates(terms()[0][name])[2] >= 0.85
