"""How buyers are greeted in their own language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from drafting_makers import templates
from hypothesis import given
from hypothesis import strategies as st

from followupd.drafting.earlier import address_used_before, title_used_before
from followupd.drafting.greetings import salutation
from followupd.model import Address, Buyer, Direction, Message, Thread

LANGUAGES = sorted(templates().rules.languages)

TABLE = [
    # language, signed, title, country, first line
    ("de", "Anna Nowak", "Ms.", "DE", "Sehr geehrte Frau Nowak,"),
    ("de", "Anna Nowak", "", "DE", "Guten Tag Anna Nowak,"),
    ("de", "Petra Vogel", "Dr.", "AT", "Guten Tag Dr. Vogel,"),
    ("de", "Herr Dr. Jens Vogel", "", "CH", "Sehr geehrter Herr Dr. Vogel,"),
    ("de", "Karl von Bülow", "Mr.", "", "Sehr geehrter Herr von Bülow,"),
    ("de", "Einkauf", "", "DE", "Sehr geehrte Damen und Herren,"),
    ("de", "Anna", "", "DE", "Guten Tag Anna,"),
    ("fr", "Claire Dupont", "Mme", "FR", "Bonjour Madame Dupont,"),
    ("fr", "Claude Dupont", "", "BE", "Bonjour Claude Dupont,"),
    ("fr", "", "", "FR", "Madame, Monsieur,"),
    ("es", "Carlos García", "Sr.", "ES", "Estimado Sr. García:"),
    ("es", "Carlos Andrés García López", "Mr.", "MX", "Estimado Sr. García:"),
    ("es", "María Ruiz", "Dra.", "CO", "Estimada Dra. Ruiz:"),
    ("es", "Guadalupe Ruiz", "", "MX", "Buenos días, Guadalupe Ruiz:"),
    ("es", "Pablo Ruiz", "Ing.", "MX", "Buenos días, Ing. Ruiz:"),
    ("es", "Compras", "", "ES", "Estimado equipo de Compras:"),
    ("pt", "João Silva", "Sr.", "BR", "Prezado Sr. Silva,"),
    ("pt", "Juliana Costa", "", "BR", "Bom dia, Juliana Costa,"),
    ("it", "Marco Rossi", "Dott.", "IT", "Gentile Dott. Rossi,"),
    ("it", "Laura Rossi", "Dott.ssa", "IT", "Gentile Dott.ssa Rossi,"),
    ("it", "Andrea Rossi", "", "IT", "Gentile Andrea Rossi,"),
    ("it", "Marco Rossi", "Mr.", "IT", "Gentile Sig. Rossi,"),
    ("ru", "Анна Петровна", "", "RU", "Уважаемая Анна Петровна!"),
    ("ru", "Сидоров Иван Петрович", "", "RU", "Уважаемый Иван Петрович!"),
    ("ru", "Иван Петрович Сидоров", "", "KZ", "Уважаемый Иван Петрович!"),
    ("ru", "Анна Сергеевна Богданович", "", "BY", "Уважаемая Анна Сергеевна!"),
    ("ru", "Саша Богданович", "", "BY", "Здравствуйте, Саша Богданович!"),
    ("ru", "Анна Петрова", "", "RU", "Здравствуйте, Анна Петрова!"),
    ("ru", "Отдел закупок", "", "RU", "Уважаемые коллеги!"),
    ("tr", "Mehmet Kaya", "Mr.", "TR", "Sayın Mehmet Bey,"),
    ("tr", "Ayşe Yılmaz", "Ms.", "TR", "Sayın Ayşe Hanım,"),
    ("tr", "Deniz Yılmaz", "", "TR", "Sayın Deniz Yılmaz,"),
    ("ar", "أحمد الراشد", "Mr.", "AE", "السيد أحمد المحترم، تحية طيبة وبعد،"),
    ("ar", "فاطمة حسن", "Ms.", "KW", "السيدة فاطمة المحترمة، تحية طيبة وبعد،"),
    ("ar", "نور حسن", "", "SA", "تحية طيبة نور حسن،"),
    ("ar", "المشتريات", "", "SA", "السادة في قسم المشتريات المحترمين، تحية طيبة وبعد،"),
    ("zh", "王芳", "Ms.", "CN", "王女士，您好："),
    ("zh", "王芳", "", "CN", "王芳，您好："),
    ("zh", "欧阳明", "Mr.", "CN", "欧阳先生，您好："),
    ("zh", "王经理", "", "CN", "王经理，您好："),
    ("zh", "Anna Nowak", "", "PL", "Anna Nowak，您好："),
    ("zh", "采购部", "", "CN", "采购部的同事，您好："),
]


@pytest.mark.parametrize(("language", "name", "title", "country", "line"), TABLE)
def test_the_greeting_follows_the_language(language: str, name: str, title: str, country: str, line: str) -> None:
    assert salutation(name, title, country, templates().rules, language) == line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_greets_with_and_without_a_name(language: str) -> None:
    rules = templates().rules
    team = rules.languages[language].greeting.team
    assert salutation("", "", "", rules, language) == team
    for title in ("Mr.", "Ms.", ""):
        line = salutation("Robin Weber", title, "", rules, language)
        assert "Weber" in line or "Robin" in line
        assert line != team
    assert len({salutation("Robin Weber", t, "", rules, language) for t in ("Mr.", "Ms.", "")}) >= 2


@given(st.text(max_size=80), st.text(max_size=12), st.sampled_from(LANGUAGES))
def test_whatever_the_name_the_greeting_is_one_harmless_line(name: str, title: str, language: str) -> None:
    line = salutation(name, title, "", templates().rules, language)
    assert 0 < len(line) < 110
    assert "\n" not in line
    assert line.isprintable()
    assert not set(line) & set("{}<>@\r\n0123456789")


EARLIER = [
    ("de", "Anna Nowak", "Hallo Anna,\n\nvielen Dank", "Hallo Anna,"),
    ("de", "Anna Nowak", "Sehr geehrte Frau Nowak,\n\nvielen Dank", "Sehr geehrte Frau Nowak,"),
    ("de", "Anna Nowak", "Sehr geehrte Damen und Herren,\n\nvielen Dank", ""),
    ("de", "Anna Nowak", "Dear Ms. Nowak,\n\nthank you", ""),
    ("ru", "Анна Петрова", "Анна, добрый день!\n\nСпасибо", "Анна, добрый день!"),
    ("es", "Carlos García", "Hola Carlos,\n\ngracias", "Hola Carlos:"),
    ("zh", "王芳", "王经理，您好！\n\n感谢", "王经理，您好："),
    ("zh", "王芳", "李经理，您好！\n\n感谢", ""),
    ("tr", "Mehmet Kaya", "Mehmet Bey merhaba,\n\nteşekkürler", "Mehmet Bey merhaba,"),
    ("ar", "أحمد الراشد", "الأخ أحمد المحترم\n\nشكراً", "الأخ أحمد المحترم،"),
]


@pytest.mark.parametrize(("language", "name", "text", "line"), EARLIER)
def test_the_way_a_person_of_ours_greeted_before_stays(language: str, name: str, text: str, line: str) -> None:
    ours = Message(
        id="1@us", direction=Direction.OUT, date=datetime(2026, 9, 1, tzinfo=UTC), sender=Address("l@us"), new_text=text
    )
    buyer = Address("b@buyer.example", name)
    talk = Thread(id="t", messages=(ours,), buyer=buyer)
    spoken = templates().rules.languages[language]
    assert address_used_before(talk, Buyer(address=buyer, name=name), spoken) == line


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Dear Ms. Nowak,\n\nthank you", "Ms."),
        ("Sehr geehrte Frau Dr. Nowak,\n\ndanke", "Frau Dr."),
        ("Dear Anna,\n\nthank you", ""),
        ("Dear Mr. Braun,\n\nthank you", ""),
        ("thank you, Mr. Braun is here", ""),
    ],
)
def test_a_title_that_we_used_before_tells_the_gender_in_every_language(text: str, title: str) -> None:
    ours = Message(
        id="1@us", direction=Direction.OUT, date=datetime(2026, 9, 1, tzinfo=UTC), sender=Address("l@us"), new_text=text
    )
    buyer = Buyer(address=Address("b@buyer.example", "Anna Nowak"), name="Anna Nowak")
    rules = templates().rules
    found = title_used_before(Thread(id="t", messages=(ours,), buyer=buyer.address), buyer, rules)
    assert found == title
    greeting = salutation(buyer.name, found, "PL", rules, "de")
    assert greeting.startswith("Sehr geehrte Frau" if title else "Guten Tag")
