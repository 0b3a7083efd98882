"""Do the days that buyers name become days, in ten languages? Written on Monday, 23 Nov 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.judging.dates import find_dates
from followupd.judging.replies import judge_reply
from followupd.model import Address, Direction, Message
from followupd.reading.language import detect
from tests.judging.judging_at_hand import tables
from tests.judging.test_invented_mails import rules

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAID = [
    ("I am out of office, back on 30 Nov", "2026-11-30"),
    ("We have no need now, contact us after Chinese New Year", "2027-02"),
    ("Postponed, we will need it in Q1", "2027-01"),
    ("Ich bin bis 5. Januar im Urlaub.", "2027-01-05"),
    ("Bitte melden Sie sich im März wieder, derzeit kein Bedarf.", "2027-03"),
    ("Ich bin in KW 3 wieder da, derzeit im Urlaub", "2027-01"),
    ("Je suis en congés jusqu'au 5 janvier.", "2027-01-05"),
    ("Pas de besoin, recontactez-nous en septembre.", "2027-09"),
    ("Je vous réponds la semaine prochaine.", "2026-11-30"),
    ("Estoy de vacaciones hasta el 7 de enero.", "2027-01-07"),
    ("Por ahora no necesitamos, contáctenos en enero.", "2027-01"),
    ("El mes que viene le confirmo, estamos evaluando", "2026-12"),
    ("Estou de férias até 10/01.", "2027-01-10"),
    ("Sono in ferie fino al 7 gennaio.", "2027-01-07"),
    ("Al momento non abbiamo bisogno, ricontattateci a settembre.", "2027-09"),
    ("Я в отпуске до 12 января.", "2027-01-12"),
    ("Сейчас не нужно, напишите через две недели.", "2026-12-07"),
    ("Пока не надо, вернёмся в марте.", "2027-03"),
    ("15 Ocak'a kadar izindeyim.", "2027-01-15"),
    ("Şu an ihtiyacımız yok, martta tekrar yazın.", "2027-03"),
    ("İki hafta sonra karar veririz, şimdi değerlendiriyoruz.", "2026-12-07"),
    ("أنا في إجازة حتى 5 يناير.", "2027-01-05"),
    ("لا حاجة الآن، راسلونا في مارس.", "2027-03"),
    ("لا نحتاج حالياً، بعد رمضان نتحدث.", "2027-03"),
    ("我休假到1月5日。", "2027-01-05"),
    ("目前没有需求，三月再联系。", "2027-03"),
    ("下周三答复你，还在评估", "2026-12-02"),
    ("暂时不需要，年后再联系", "2027-02"),
    ("We review it, I'll reply by Friday.", "2026-11-27"),
    ("Under evaluation, will revert next week", "2026-11-30"),
    ("will get back to you after the board meeting on 12 Dec", "2026-12-12"),
    ("I'm on leave until 03/04/2027", "2027-04-03"),
    ("No need this year, try again in H2 2027", "2027-07"),
    ("No need now. After Ramadan please.", "2027-03"),
    ("closed for Christmas from 23 Dec to 2 Jan", "2027-01-02"),
    ("Back tomorrow, out sick today", "2026-11-24"),
    ("No requirement until end of February", "2027-02-28"),
    ("Wir prüfen noch, Antwort Ende nächster Woche", "2026-12-04"),
    ("Décision fin janvier, nous étudions l'offre", "2027-01-31"),
]


@pytest.mark.parametrize(("text", "wanted"), SAID, ids=[text for text, _ in SAID])
def test_the_day_named_is_found(text: str, wanted: str) -> None:
    message = Message(
        id="m@x", direction=Direction.IN, date=NOW, sender=Address("a@buyer.example"), text=text, new_text=text, language=detect(text)
    )
    assert str(judge_reply(message, rules()).until).startswith(wanted)


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [("até 10/01", "pt", "2027-01-10"), ("until 10/01/2027", "en", "2027-10-01"), ("bis 25/12", "de", "2026-12-25")],
)
def test_figures_have_one_reading_where_the_language_writes_the_day_first(text: str, language: str, wanted: str) -> None:
    (found,) = find_dates(text, NOW.date(), tables().replies.calendar, language)
    assert str(found.day) == wanted
    assert found.ambiguous is (language == "en")


WORDS = sorted(
    {*tables().replies.calendar.months, *tables().replies.calendar.spans, *tables().replies.calendar.units, *tables().replies.calendar.parts,
     *tables().replies.calendar.before, *tables().replies.calendar.feasts, *tables().replies.calendar.weekdays}
)  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.integers(0, 9999).map(str), st.text(max_size=6)), max_size=8), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_no_text_breaks_it_and_no_day_is_absurdly_far(words: list[str], base: date) -> None:
    for found in find_dates(" ".join(words), base, tables().replies.calendar, "de"):
        assert 2000 <= found.day.year <= 2100
