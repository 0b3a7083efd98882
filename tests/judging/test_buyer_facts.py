"""Who the counterpart is, from signature, phone, domain (DOMAIN 2.6, 2.7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from judging_at_hand import MONDAY, mail, tables

from followupd.judging.buyer import buyer_of
from followupd.judging.places import Places
from followupd.model import Address, Buyer, Direction, Message, Own, Thread
from followupd.rulesource import Entry, RuleSource
from followupd.yamlfile import parse_yaml

OWN = Own(frozenset({"lily@brightlamps.cn"}), frozenset({"brightlamps.cn"}))


def word(signature: str, sender: Address, **more: object) -> Message:
    fields = {"direction": Direction.IN, "sender": sender, "signature": signature, **more}
    return mail("We need 500 lamps.", **fields)  # type: ignore[arg-type]


def buyer(signature: str, sender: Address | None = None, **more: object) -> Buyer:
    sender = sender or Address("anna.kern@example.com", "Anna Kern")
    message = word(signature, sender, **more)
    thread = Thread(id="0123456789", messages=(message,), buyer=sender)
    return buyer_of(thread, (message,), tables().phrases.places, OWN)


NAMES = [
    ("as signed", "Anna Kern\nPurchasing Manager\nNordlicht GmbH", "Anna Kern", ""),
    ("a title of their own", "Ms. Anna Kern\nNordlicht GmbH", "Anna Kern", "Ms."),
    ("a doctor", "Dr. Omar Haddad\nCedar Import LLC", "Omar Haddad", "Dr."),
    ("a title behind", "Kim Lee (Mr.)\nHanil Co., Ltd", "Kim Lee", "Mr."),
    ("a title in Spanish", "Sra. Anna Kern\nNordlicht GmbH", "Anna Kern", "Sra."),
    ("a title in French", "Mme Anna Kern\nNordlicht GmbH", "Anna Kern", "Mme"),
    ("a title in Italian", "Dott.ssa Anna Kern\nNordlicht GmbH", "Anna Kern", "Dott.ssa"),
    ("Senior is no title", "Anna Kern Sr\nNordlicht GmbH", "Anna Kern", ""),
    ("shouted", "ANNA KERN\nBUYER", "Anna Kern", ""),
    ("a first name only", "Anna", "Anna", ""),
    ("company first", "Nordlicht GmbH\nAnna Kern\nTel: +49 40 1234567", "Anna Kern", ""),
    ("a formula is no name", "Cordialement\nNordlicht GmbH", "Anna Kern", ""),
    ("nor is one in Turkish", "Saygılarımla\nNordlicht GmbH", "Anna Kern", ""),
    ("nothing signed: the display name", "", "Anna Kern", ""),
]


@pytest.mark.parametrize(("case", "signature", "name", "title"), NAMES, ids=[c[0] for c in NAMES])
def test_the_name_as_they_sign(case: str, signature: str, name: str, title: str) -> None:
    found = buyer(signature)
    assert (found.name, found.title) == (name, title)


DISPLAY = [
    ("Kern, Anna", "Anna Kern"),
    ("Anna Kern | Nordlicht GmbH", "Anna Kern"),
    ("Purchasing Department", ""),
    ("info", ""),
    ("anna@example.com", ""),
    ("", ""),
    ("{{ evil }}", ""),
]


@pytest.mark.parametrize(("display", "name"), DISPLAY, ids=[d or "empty" for d, _ in DISPLAY])
def test_a_display_name_counts_only_when_it_is_a_person(display: str, name: str) -> None:
    assert buyer("", Address("info@example.com", display)).name == name


COUNTRIES = [
    ("named", "Anna Kern\nNordlicht GmbH\n20457 Hamburg, Germany", "a@example.com", ("DE", "signature")),
    ("a town", "Anna Kern\nKaistr. 5, 20457 Hamburg", "a@example.com", ("DE", "signature")),
    ("a phone", "Anna Kern\nTel: +971 4 323 4567", "a@example.com", ("AE", "phone")),
    ("00 for +", "Anna Kern\nTel: 0049 40 36130", "a@example.com", ("DE", "phone")),
    ("Guernsey is Britain", "Anna Kern\nMob +44 7911 123456", "a@example.com", ("GB", "phone")),
    ("the domain", "Anna Kern", "a@firma.at", ("AT", "tld")),
    ("uk", "Anna Kern", "a@firm.co.uk", ("GB", "tld")),
    ("com tells nothing", "Anna Kern", "a@firm.com", ("", "")),
    ("io tells nothing", "Anna Kern", "a@firm.io", ("", "")),
    ("eu tells nothing", "Anna Kern", "a@firm.eu", ("", "")),
    ("the signature beats the domain", "Anna Kern\nVienna, Austria", "a@firma.de", ("AT", "signature")),
]


@pytest.mark.parametrize(("case", "signature", "address", "wanted"), COUNTRIES, ids=[c[0] for c in COUNTRIES])
def test_the_country_and_how_we_know(case: str, signature: str, address: str, wanted: tuple[str, str]) -> None:
    found = buyer(signature, Address(address, "Anna Kern"))
    assert (found.country, found.country_source) == wanted


def test_an_offset_that_one_country_alone_has() -> None:
    found = buyer("Anna", utc_offset=345)
    assert (found.country, found.country_source) == ("NP", "offset")
    assert buyer("Anna", utc_offset=60).country == ""


def test_phone_and_company() -> None:
    found = buyer("Anna Kern\nPurchasing Manager\nNordlicht Handels GmbH\nTel.: +49 40 3613 0\nwww.nordlicht.example")
    assert (found.company, found.phone) == ("Nordlicht Handels GmbH", "+494036130")


def test_a_post_before_the_firm_is_no_part_of_its_name() -> None:
    assert buyer("Michael Turner\nBuyer, Turner Hardware Inc.\nTel.: +1 312 555 0142").company == "Turner Hardware Inc."
    assert buyer("Anna Kern\nHead of Purchasing, Nordlicht GmbH, Hamburg").company == "Nordlicht GmbH, Hamburg"
    assert buyer("Anna Kern\nKern, Otto & Co. KG").company == "Kern, Otto & Co. KG"


def test_the_zone_of_a_country_comes_from_its_table() -> None:
    texts = {
        "country_names": "DE: {names: [germany], towns: [hamburg]}\n",
        "countries": "DE: {timezone: Europe/Berlin, weekend: [sat, sun]}\n",
    }
    files = {name: parse_yaml(text, f"rules/{name}.yaml") for name, text in texts.items()}
    source = RuleSource({n: {id: Entry(id, d, ((f, (id,)),)) for id, d in f.data.items()} for n, f in files.items()})
    places = Places.build(source)
    assert (places.country_in("20457 Hamburg"), places.timezone("DE"), places.timezone("FR")) == (
        "DE",
        "Europe/Berlin",
        "",
    )


ANNA = Address("anna@nordlicht.de", "Anna Kern")


def copied(*cc: Address, sender: Address = ANNA) -> list[str]:
    message = word("Anna", sender, cc=cc)
    thread = Thread(id="0123456789", messages=(message,), buyer=sender)
    return [a.email for a in buyer_of(thread, (message,), tables().phrases.places, OWN).cc]


def test_only_their_side_is_copied() -> None:
    boss, stranger, ours = Address("boss@nordlicht.de"), Address("spy@elsewhere.com"), Address("tom@brightlamps.cn")
    assert copied(boss, stranger, ours, ANNA, boss) == ["boss@nordlicht.de"]


def test_the_free_mail_of_a_small_buyer_may_copy_a_partner_but_never_us() -> None:
    sender = Address("anna.kern@gmail.com", "Anna")
    assert copied(Address("partner@yahoo.com"), Address("tom@brightlamps.cn"), sender=sender) == ["partner@yahoo.com"]


def test_an_earlier_copy_does_not_count() -> None:
    first = word("Anna", ANNA, cc=(Address("old@nordlicht.de"),))
    last = word("Anna", ANNA, id="m2@test", date=MONDAY + timedelta(days=1))
    thread = Thread(id="0123456789", messages=(first, last), buyer=ANNA)
    assert buyer_of(thread, (first, last), tables().phrases.places, OWN).cc == ()


def test_their_language_is_that_of_their_last_sure_mail() -> None:
    mails = tuple(
        word("Anna", ANNA, id=f"m{n}@test", date=MONDAY + timedelta(days=n), language=code)
        for n, code in enumerate(["en", "de", "und"])
    )
    thread = Thread(id="0123456789", messages=mails, buyer=ANNA)
    assert buyer_of(thread, mails, tables().phrases.places, OWN).language == "de"


@pytest.mark.timeout(15)
@pytest.mark.parametrize("signature", ["+1 " * 4000, "Co " * 5000, "Anna " * 9000, "00" * 9000, "\n" * 30000])
def test_hostile_signatures_cost_little(signature: str) -> None:
    buyer(signature)


HANDLES = [
    ("WhatsApp: +971 50 123 4567", {"whatsapp": "+971501234567"}),
    ("Mob/Whatsapp +49 (151) 1234-5678", {"whatsapp": "+4915112345678"}),
    ("WeChat ID: anna_kern88", {"wechat": "anna_kern88"}),
    ("微信：annakern", {"wechat": "annakern"}),
    ("Telegram: @annak_buy", {"telegram": "@annak_buy"}),
    ("www.nordlicht.example", {"website": "www.nordlicht.example"}),
    ("Web: https://nordlicht.example/shop", {"website": "nordlicht.example/shop"}),
    ("anna@nordlicht.example", {}),
    ("Find us on WhatsApp", {}),
]


@pytest.mark.parametrize(("line", "wanted"), HANDLES, ids=[line for line, _ in HANDLES])
def test_where_else_the_buyer_is_found(line: str, wanted: dict[str, str]) -> None:
    found = buyer(f"Anna Kern\nNordlicht GmbH\n{line}")
    said = {n: getattr(found, n) for n in ("whatsapp", "wechat", "telegram", "website") if getattr(found, n)}
    assert said == wanted
