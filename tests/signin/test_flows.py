"""A person signs in by browser or by code; nobody else gets in between, and every no is told (RFC 8252, 7636, 8628)."""

from __future__ import annotations

import threading
import time
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from followupd.errors import LinkLost, UserError
from followupd.signin import ask
from followupd.signin.ask import Client, Refused
from followupd.signin.endpoints import Endpoints
from followupd.signin.flows import by_browser, by_device
from tests.servers.authorisation import CLIENT, AuthorisationServer
from tests.servers.certificates import make


def ends(granter: AuthorisationServer, **more: object) -> Endpoints:
    return Endpoints.model_validate({**granter.provider()["oauth"], **more})  # type: ignore[dict-item]


def client(granter: AuthorisationServer) -> Client:
    return Client(id=CLIENT, ca_file=granter.certificate.cert)


def in_browser(granter: AuthorisationServer, seen: list[str] | None = None):
    """A person with a browser: opens the address in the background."""

    def tell(address: str, code: str) -> None:
        if seen is not None:
            seen.append(address)
        threading.Thread(target=granter.browse, args=(address,), daemon=True).start()

    return tell


def test_the_browser_brings_a_grant(granter):
    seen: list[str] = []
    grant = by_browser(ends(granter), client(granter), in_browser(granter, seen))
    assert granter.books.holder(grant.access.reveal()) == granter.books.user
    assert grant.refresh.reveal() == granter.books.rights[0].refresh
    assert grant.ends_at - grant.renew_at == 300
    query = parse_qs(urlsplit(seen[0]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert urlsplit(query["redirect_uri"][0]).hostname == "127.0.0.1"


def test_the_name_of_this_machine_is_the_one_the_provider_wants(granter):
    seen: list[str] = []
    by_browser(ends(granter, redirect_host="localhost", extra={"prompt": "consent"}), client(granter), in_browser(granter, seen))
    query = parse_qs(urlsplit(seen[0]).query)
    assert urlsplit(query["redirect_uri"][0]).hostname == "localhost"
    assert query["prompt"] == ["consent"]


def test_an_answer_with_a_foreign_state_is_turned_away_and_the_right_one_still_counts(granter):
    refused: list[int] = []

    def tell(address: str, code: str) -> None:
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]

        def both() -> None:
            for planted in ("?code=planted&state=guessed", "?code=planted", "favicon.ico"):
                try:
                    urlopen(back + planted, timeout=10)
                except HTTPError as error:
                    refused.append(error.code)
            granter.browse(address)

        threading.Thread(target=both, daemon=True).start()

    grant = by_browser(ends(granter), client(granter), tell)
    assert refused == [400, 400, 400]
    assert granter.books.holder(grant.access.reveal()) == granter.books.user


def test_a_stolen_code_is_worth_nothing_without_its_verifier(granter):
    """The check of the server itself: PKCE is asked for and held."""
    granter.books.codes["stolen"] = ("another-challenge", "http://127.0.0.1:1/", granter.books.user)
    form = f"grant_type=authorization_code&code=stolen&client_id={CLIENT}&redirect_uri=http://127.0.0.1:1/&code_verifier=guess"
    with pytest.raises(Refused, match="invalid_grant"):
        ask.granted(ask.post(ends(granter).token, form, client(granter)))


def test_a_no_in_the_browser_and_nobody_before_it(granter):
    granter.books.deny = True
    with pytest.raises(Refused, match="access_denied"):
        by_browser(ends(granter), client(granter), in_browser(granter))
    with pytest.raises(Refused, match="within the time"):
        by_browser(ends(granter), client(granter), lambda *_: None, patience=0.1)


def test_a_code_typed_elsewhere_brings_a_grant(granter, monkeypatch):
    monkeypatch.setattr("followupd.signin.flows.SLOW_DOWN", 0.1)
    granter.books.slow_down = 1
    told: list[tuple[str, str]] = []

    def approve(code: str) -> None:
        while granter.books.asked["urn:ietf:params:oauth:grant-type:device_code"] < 2:
            time.sleep(0.01)
        granter.approve(code)

    def tell(address: str, code: str) -> None:
        told.append((address, code))
        threading.Thread(target=approve, args=(code,), daemon=True).start()

    grant = by_device(ends(granter), client(granter), tell)
    assert told[0][0] == "https://login.test/device"
    assert granter.books.holder(grant.access.reveal()) == granter.books.user
    assert granter.books.asked["urn:ietf:params:oauth:grant-type:device_code"] >= 3


def test_a_code_that_is_refused_forgotten_or_not_offered(granter):
    with pytest.raises(UserError, match="browser"):
        by_device(ends(granter, device=None), client(granter), lambda *_: None)
    with pytest.raises(Refused, match="within the time"):
        by_device(ends(granter), client(granter), lambda *_: None, patience=0.3)
    granter.books.deny = True
    with pytest.raises(Refused, match="access_denied"):
        by_device(ends(granter), client(granter), lambda *_: None)


def test_a_certificate_that_nobody_vouches_for_gets_no_word(granter, tmp_path):
    for ca in (None, make(tmp_path, "other").cert):
        with pytest.raises(LinkLost, match="not trusted"):
            by_device(ends(granter), Client(id=CLIENT, ca_file=ca), lambda *_: None)
    assert not granter.books.asked
    plain = granter.introspection
    with pytest.raises(UserError, match="https only"):
        ask.post(plain, "token=x", client(granter))
    with pytest.raises(ValueError, match="pattern"):
        ends(granter, token=plain)
    assert not granter.books.asked


def test_a_redirect_is_not_followed_with_tokens(granter):
    with pytest.raises(LinkLost, match="307"):
        ask.post(f"{granter.url}/moved", f"grant_type=refresh_token&refresh_token=x&client_id={CLIENT}", client(granter))
    assert granter.books.asked.total() == 1


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "null", "7", "{}", '{"access_token": 7}', '{"access_token": ""}', '{"error": ["x"]}', '{"expires_in": "x"}']
)
def test_an_answer_that_is_none_is_a_fault_of_the_line(body):
    with pytest.raises((LinkLost, Refused)):
        ask.granted(body)
    with pytest.raises((LinkLost, Refused, KeyError)):
        ask.fields(body)["device_code"]
