"""Is a mail in traditional characters read by rules that are written in simplified ones?"""

import pytest

from followupd.judging.likeness import learn
from followupd.reading.han import SIMPLIFIED, WRITTEN, in_both_scripts
from followupd.reading.patterns import Group, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("报价", "請給我報價，謝謝您的幫忙", "報價"),
        ("報價", "请给我报价，谢谢您的帮忙", "报价"),
        ("(?P<what>[价期]格?)", "請問價格如何？期待您的回覆", "價格"),
        (r"[^]价]格", "价格规格合格吗请告知谢谢", "规格"),
        (r"\[价\]", "標題[價]在這裡，請您看一看", "[價]"),
        ("[一-龥]价", "什麼時候報價給我們看看呢", "報價"),
    ],
)
def test_either_script_is_found_and_shown_as_it_stands(pattern: str, text: str, found: str) -> None:
    compiled = compile_pattern(pattern, "test")
    for match in (compiled.search(text), Group.of([compiled]).search(text), next(compiled.finditer(text), None)):
        assert match is not None
        assert match[0] == found


def test_what_holds_no_such_character_stays_what_it_is() -> None:
    for pattern in (r"\bprice\b", r"[^]a-z]\[", "прайс", r"\p{Han}{2}"):
        assert in_both_scripts(pattern) == pattern


def test_a_character_becomes_one_character() -> None:
    assert all(len(chr(plain)) == 1 and chr(plain) in WRITTEN[chr(old)] for old, plain in SIMPLIFIED.items())
    assert not set(SIMPLIFIED) & set(SIMPLIFIED.values()) - {ord(c) for c in "乾"}, "none is simplified twice"


def test_examples_in_one_script_are_known_in_the_other() -> None:
    learnt = learn({"price": ["你们的价格太贵了", "价格能不能再便宜一点"], "sample": ["请寄样品给我们", "样品什么时候寄出"]})
    assert learnt.read("你們的價格太貴了，能便宜嗎").label == "price"
