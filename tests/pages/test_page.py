"""The page: one file that loads nothing, says the truth in two languages, and is harmed by nothing that a mail holds."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from functools import cache
from hashlib import sha256
from string import Formatter

import pytest
import yaml
from lxml import html

from followupd.judging.lessons import Correction
from followupd.lab.report import Report
from followupd.model import Verdict
from followupd.pages.countries import country
from followupd.pages.findings import findings
from followupd.pages.page import page
from followupd.pages.svg import Picture, cut, width_of
from followupd.pages.words import EN, TABLES, ZH, Words
from followupd.rulesource import shipped_rules
from tests.lab.test_report import counted
from tests.pages.office import MONDAY, PLACES, Talk, year

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SECTIONS = ["funnel", "silences", "followups", "response", "countries", "verdicts", "source"]
HOSTILE = "<script>hacked=true</script>{{7*7}}\"'><img src=x onerror=hacked=true>\u202egnp.exe\u2066 </style></title>"


@cache
def whole() -> Report:
    """An invented year."""
    talks = year(buyers=45)
    said = tuple(Correction(t.mails[0].id, Verdict.VAGUE, Verdict.GENUINE, ()) for t in talks[:3])
    return counted(*talks, until=MONDAY + 262 * DAY, corrections=said)


def hostile() -> Report:
    """A buyer whose name and subject attack the page; the inquiry waits, and the user disagreed with the verdict."""
    talk = Talk(1, name=HOSTILE, subject=HOSTILE).say("ask")
    quoted = [Talk(n, name=HOSTILE, subject=HOSTILE).say("ask").say("quote", HOUR) for n in range(2, 24)]
    return counted(talk, *quoted, corrections=(Correction(talk.mails[0].id, Verdict.VAGUE, Verdict.GENUINE, ()),))


def tree(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


# ---- words ----------------------------------------------------------------------------------------


def places(sentence: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in Formatter().parse(sentence) if name}


def test_all_languages_say_the_same_things() -> None:
    assert set(TABLES) == {"en", "zh"}
    assert EN.keys() == ZH.keys()
    odd = {key for key in EN if places(EN[key]) != places(ZH[key])} - {"date"}
    assert odd == set()


def test_every_country_of_the_rules_has_a_name() -> None:
    codes = yaml.safe_load((shipped_rules() / "countries.yaml").read_text(encoding="utf-8"))
    assert [c for c in codes if country(c, "en") == c or country(c, "zh") == c] == []
    assert country("XX", "en") == "XX"


def test_a_language_that_is_not_there_is_english() -> None:
    assert Words("fr")("quote") == "Quote"


# ---- one file, nothing else -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_loaded_from_anywhere(language: str) -> None:
    text = page(whole(), language)
    found = tree(text)
    assert found.xpath("//script | //link | //img | //iframe | //object | //embed | //form | //base | //video | //audio | //use | //foreignObject") == []
    assert [a for a in found.xpath("//@*") if re.search(r"(?i)^\s*(https?:|//|data:|javascript:)", a)] == []
    assert found.xpath("//@src | //@href | //@style") == []
    assert not re.search(r"(?i)url\(|@import|https?:", text)


def test_the_policy_forbids_everything_but_this_very_style() -> None:
    text = page(whole())
    policy = tree(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == ["default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'"]
    assert text.index("Content-Security-Policy") < text.index("<style>")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_picture_has_a_title_a_description_and_its_figures_as_text(language: str) -> None:
    found = tree(page(whole(), language))
    assert [s.get("id") for s in found.xpath("//section")] == SECTIONS
    pictures = found.xpath("//svg")
    assert len(pictures) >= 9
    for picture in pictures:
        named = picture.get("aria-labelledby").split()
        assert [e.tag for id in named for e in found.xpath(f"//*[@id='{id}']")] == ["title", "desc"]
        assert all(len(e.text) > 1 for e in picture.xpath("./title | ./desc"))
    for section in found.xpath("//section[.//svg]"):
        assert section.xpath(".//details//table//td")
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))


def latin_of(element: html.HtmlElement) -> list[str]:
    return re.findall(r"[A-Za-z]{4,}", element.text_content())


def test_it_speaks_the_readers_language() -> None:
    english, chinese = page(whole(), "en"), page(whole(), "zh")
    assert tree(english).get("lang") == "en"
    assert tree(chinese).get("lang") == "zh-Hans"
    assert "从询盘到订单" in chinese
    latin = {word for text in tree(chinese).xpath("//h1 | //h2 | //h3 | //p | //figcaption | //summary | //th[@scope='col']") for word in latin_of(text)}
    assert latin <= {"Kaplan", "Meier", "Wilson", "followupd", "lily", "Followup", "Genuine", "verdict", "Asia", "Shanghai"}


def test_the_same_report_is_the_same_page() -> None:
    assert page(whole()) == page(whole())


# ---- what strangers wrote -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_and_subjects_are_inert(language: str) -> None:
    text = page(hostile(), language)
    found = tree(text)
    assert found.xpath("//script | //img") == []
    assert [n for n in found.xpath("//@*") if n.attrname.startswith("on")] == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", text)
    assert text.count("</style>") == 1
    assert text.count("</title>") == 1 + len(found.xpath("//svg"))
    cells = found.xpath("//table[@class='names']//bdi/text()")
    assert sum("<script>hacked=true</script>" in cell for cell in cells) >= 3
    assert any("{{7*7}}" in cell for cell in cells)


def test_a_picture_escapes_what_it_is_given() -> None:
    drawn = Picture("k", 10, 10, HOSTILE, HOSTILE)
    drawn.text("label", 0, 0, HOSTILE)
    assert "<script" not in str(drawn)
    assert "\u202e" not in str(drawn)
    assert len(html.fragment_fromstring(str(drawn)).xpath(".//*")) == 3


def test_a_text_is_cut_to_its_room() -> None:
    assert cut("short", 100) == "short"
    told = cut("a very long name of a buyer in a far country", 100)
    assert told.endswith("…")
    assert width_of(told) <= 100
    assert width_of(cut("一个很长的买家名字在很远的国家", 100)) <= 100


# ---- honest about small numbers -------------------------------------------------------------------


def said(report: Report, language: str = "en") -> dict[str, str]:
    return findings(report, Words(language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_mailbox_says_so(language: str) -> None:
    found = tree(page(counted(), language))
    assert [s.get("id") for s in found.xpath("//section")] == ["source"]
    assert "followupd once" in found.xpath("string(//main)")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_few_numbers_show_no_share(language: str) -> None:
    report = counted(*[Talk(n).say("ask").say("quote", HOUR).follow_up("ask_demand", 4 * DAY) for n in range(5)])
    found = tree(page(report, language))
    assert found.xpath("//section[@id='silences' or @id='followups']//svg") == []
    for part in ("funnel", "silences", "followups"):
        section = found.xpath(f"//section[@id='{part}']")[0]
        told = section.xpath("string(.//p[@class='finding'])") + " ".join(section.xpath(".//td//text()"))
        assert "%" not in told, part
    assert "too few" in said(report)["followups"]


def test_the_finding_names_what_is_compared_and_whether_it_may_be_chance() -> None:
    talks = [Talk(n).say("ask").say("quote", HOUR).follow_up("complete_quote", 4 * DAY) for n in range(24)]
    for talk in talks[:12]:
        talk.say("question", 3 * DAY)
    alone = counted(*talks)
    assert "too few silences without a follow-up" in said(alone)["followups"]
    left = [Talk(n).say("ask").say("quote", HOUR) for n in range(24, 54)]
    assert said(counted(*talks, *left))["followups"] == (
        "50% of follow-ups were answered within 10 working days; about 0% would have been answered anyway. The two ranges do not overlap."
    )
    for talk in left[:12]:
        talk.say("question", 9 * DAY)
    assert "may be chance" in said(counted(*talks, *left))["followups"]


def test_no_country_comes_first_where_two_send_as_many() -> None:
    report = counted(Talk(1, place=PLACES[0]).say("ask"), Talk(2, place=PLACES[1]).say("ask"))
    assert said(report)["countries"] == "Inquiries come from 2 countries; none sends more than 1 of the 2."


def test_findings_in_words() -> None:
    report = counted(*[Talk(n).say("ask").say("quote", 2 * HOUR) for n in range(3)], Talk(4).say("ask"))
    told = said(report)
    assert told["funnel"] == "3 of 4 inquiries were quoted. Of these 3 quotes 0 led to a sample, 0 to a proforma, 0 to an order."
    assert told["response"] == "Within 4 working hours 3 of 4 inquiries had our first answer."
    assert told["countries"] == "All 4 inquiries whose country is known come from one country: Germany."
    assert told["verdicts"].startswith("You have not said yet")
    assert said(counted())["funnel"] == "No inquiry has come in yet."
