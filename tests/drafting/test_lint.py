"""What the lint refuses, and what it lets pass."""

from __future__ import annotations

import pytest
from drafting_makers import templates

from followupd.drafting.lint import LintFailed, Sources, lint, sentences
from followupd.errors import Problem

GOOD = (
    "Our offer Q-118 for model X123 at USD 2.35 FOB Ningbo is valid until 30 Nov 2026. "
    "Orders confirmed by that day get this price, whatever happens to our costs. "
    "Which quantity would you like me to reserve?"
)
SOURCES = Sources(
    ("Q-118", "X123", "USD 2.35", "FOB Ningbo", "30 Nov 2026"), identity=("Li Wei", "Brightlamp Co., Ltd.")
)


def rules_broken(text: str, salutation: str = "Dear Ms. Schmidt,", topic: str = "validity_ending") -> set[str]:
    body = f"Dear Ms. Schmidt,\n\n{text}"
    return {p.where for p in lint(body, SOURCES, templates().rules, topic=topic, salutation=salutation)}


def test_a_good_text_passes() -> None:
    assert rules_broken(GOOD) == set()


REFUSED = [
    ("a figure from nowhere", GOOD.replace("2.35", "2.25"), "untraced"),
    ("a figure hidden in words", GOOD.replace("our costs", "five percent costs"), "untraced"),
    ("another date", GOOD.replace("30 Nov 2026", "29 Nov 2026"), "untraced"),
    ("a date stitched from known parts", GOOD.replace("30 Nov 2026", "30 Nov"), None),
    ("another month", GOOD.replace("30 Nov 2026", "30 Dec 2026"), "untraced"),
    ("a month alone", GOOD.replace("whatever happens to our costs", "even in March"), "untraced"),
    ("another currency", GOOD.replace("USD", "EUR"), "untraced"),
    ("a currency sign", GOOD.replace("USD 2.35", "$2.35"), "untraced"),
    ("another model", GOOD.replace("X123", "X124"), "untraced"),
    ("another port", GOOD.replace("Ningbo", "Shanghai"), "untraced"),
    ("a name", GOOD.replace("our costs", "the costs of Walmart"), "untraced"),
    ("a certificate", GOOD.replace("our costs", "the CE report"), "untraced"),
    ("a percentage", GOOD.replace("our costs", "5% costs"), "untraced"),
    ("an exclamation mark", GOOD.replace("costs.", "costs!"), "exclamation"),
    ("two questions", GOOD + " Do you agree?", "questions"),
    ("no question", GOOD.replace("?", "."), "questions"),
    ("too short", "Our offer is valid until 30 Nov 2026. Shall I reserve it?", "length"),
    ("too long", GOOD + " We think of you and of all that you need." * 14, "length"),
    ("too many sentences", GOOD + " It is so." * 8, "sentences"),
    (
        "a sentence without end",
        "Our offer Q-118 for model X123 at USD 2.35 FOB Ningbo is valid until 30 Nov 2026 and orders confirmed by then "
        "get this price whatever happens to our costs and to the costs of all those who work for us, so which is it?",
        "long_sentences",
    ),
    ("a push", GOOD.replace("Orders confirmed", "Did you get our offer, orders confirmed"), "push.did_you_get"),
    ("a reminder", "This is a friendly reminder. " + GOOD, "push.reminder"),
    ("silence held against the buyer", "We have not received your reply. " + GOOD, "push.not_heard"),
    ("invented urgency", "Hurry, please. " + GOOD, "push.last_chance"),
    ("waiting for an answer", GOOD + " Looking forward to your reply.", "push.looking_forward"),
    ("a second topic", GOOD.replace("Orders", "We can send free samples and orders"), "two_topics.sample"),
    ("closing in another topic", "I will close this offer for now. " + GOOD, "two_topics.closing"),
    ("a leftover", GOOD.replace("our costs", "TODO"), "leftovers"),
    ("a None", GOOD.replace("our costs", "None"), "leftovers"),
    ("undefined", GOOD.replace("our costs", "undefined"), "leftovers"),
    ("a template", GOOD.replace("our costs", "{{ costs }}"), "leftovers"),
    ("a gap to fill", GOOD.replace("our costs", "[insert name]"), "leftovers"),
    ("a moving day", GOOD.replace("by that day", "by tomorrow"), "relative_days"),
    ("a link", GOOD.replace("our costs", "https://shop.example/x"), "link"),
    ("nobody addressed", GOOD.replace("Orders", "Dear Sir/Madam, orders"), "greeting"),
]


@pytest.mark.parametrize(("sentence", "text", "rule"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_is_refused_names_its_rule(sentence: str, text: str, rule: str | None) -> None:
    found = rules_broken(text)
    assert (rule in found) if rule else not found


def test_each_problem_names_the_offending_words() -> None:
    body = f"Dear Ms. Schmidt,\n\n{GOOD.replace('2.35', '1.99')}"
    problems = lint(body, SOURCES, templates().rules, topic="validity_ending", salutation="Dear Ms. Schmidt,")
    assert problems == (Problem("untraced", "'1.99' stands in no mail and no fact"),)


def test_the_known_name_must_be_greeted() -> None:
    assert rules_broken(GOOD, salutation="Dear Anna,") == {"greeting"}


def test_no_fact_is_told_from_a_failed_lint() -> None:
    assert LintFailed(Problem("no_fact", "x")).no_fact
    assert not LintFailed(Problem("no_fact", "x"), Problem("length", "y")).no_fact


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two? Three.", 3),
        ("Ask Mr. Li about No. 7 today.", 1),
        ("USD 2.35 per pc. FOB Ningbo.", 1),
        ("It costs 2.35. That is all.", 2),
        ("First paragraph without an end\n\nSecond one", 2),
        ('We say: "Yes." Then we go.', 2),
        ("", 0),
    ],
)
def test_sentences_are_counted_as_people_do(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_a_date_stitched_from_parts_of_two_known_dates_is_untraced() -> None:
    known = Sources(("Q-118", "30 Nov 2026", "12 Dec 2026"))
    text = (
        "Our offer Q-118 is valid until 12 Nov 2026, and orders confirmed by then get its price. Is that fine with you?"
    )
    problems = lint(f"Dear Anna,\n\n{text}", known, templates().rules, topic="validity_ending", salutation="Dear Anna,")
    assert [p.what for p in problems if p.where == "untraced"] == ["'12 Nov 2026' stands in no mail and no fact"]
