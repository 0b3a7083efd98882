"""What a text reads like: learnt from examples, explained by words, the same every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from followupd.judging.examples import Taught
from followupd.judging.likeness import Likeness, features, learn
from followupd.rulesource import Entry, RuleSource
from followupd.yamlfile import parse_yaml

EXAMPLES = {
    "order": ["Please send the proforma for 500 pcs", "We place the order now", "Order confirmed, send the contract"],
    "stop": ["Remove me from your list", "Please stop writing to me", "No more mails please"],
    "orden": ["我们决定下单", "请发合同", "订单已确认"],
}


def test_unseen_words_of_a_known_kind_are_recognised_with_the_words_that_counted() -> None:
    found = learn(EXAMPLES).read("Kindly send a proforma for 1200 pieces")
    assert found.label == "order"
    assert found.share > 0.5
    assert "1200 pieces" in found.words
    assert learn(EXAMPLES).read("订单请确认").label == "orden"


def test_a_stem_is_shown_as_the_word_that_stands_in_the_mail() -> None:
    found = learn({"a": ["we ordered lamps"], "b": ["no thanks"]}).read("we are ordering today")
    assert found.label == "a"
    assert any("ordering" in words for words in found.words)


def test_nothing_known_says_nothing() -> None:
    assert learn(EXAMPLES).read("zzz qqq") == Likeness()
    assert learn({}).read("anything") == Likeness()


def test_order_of_examples_does_not_matter() -> None:
    backwards = {label: list(reversed(texts)) for label, texts in reversed(EXAMPLES.items())}
    for text in ("Kindly send a proforma", "stop", "订单请确认"):
        assert learn(backwards).read(text) == learn(EXAMPLES).read(text)


def test_amounts_dates_and_links_count_as_classes() -> None:
    assert {"<money>", "<qty>", "<link>", "<percent>"} <= features("USD 2.35 for 500 pcs, 30% now, see https://x.example/a?b").keys()


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    found = learn(EXAMPLES).read(text)
    assert 0 <= found.share <= 1
    assert not found.label or found.label in EXAMPLES


def test_the_users_examples_stand_beside_those_of_the_house() -> None:
    file = parse_yaml("order:\n  examples: |\n    Send the proforma\n  more: |\n    Mach den Sack zu\nack:\n  examples: |\n    Thanks\n", "said/en.yaml")
    source = RuleSource(tables={"said/en": {id: Entry(id, data, ((file, (id,)),)) for id, data in file.data.items()}})
    taught = Taught.build(source, "said")
    assert taught.of("en").read("den Sack zu").label == "order"
    assert taught.of("xx") is taught.of("en"), "a language without examples is read by the English ones"
