"""Tokens are kept safely, renewed before they end, and a sign-in that was taken back is told with its remedy."""

from __future__ import annotations

import json
import threading
import time

import pytest

from followupd.errors import LinkLost, LoginRefused, StoreFull, UserError
from followupd.secrets import redact
from followupd.signin import grant as grants
from followupd.signin.grant import Grant
from followupd.signin.session import Session
from tests.signin.conftest import Scene


@pytest.fixture
def signed(alone: Scene) -> Scene:
    """A person has signed in."""
    alone.kept.parent.mkdir(parents=True, mode=0o700)
    grants.keep(alone.keys().session.terms.kept, Grant.of(alone.granter.books.grant(alone.granter.books.user), time.time()))
    return alone


def test_before_the_first_sign_in_the_command_is_named(alone: Scene) -> None:
    with pytest.raises(LoginRefused, match=r"nobody has signed in yet \(followupd login lily\)"):
        alone.keys().key(alone.account.imap)
    assert not alone.granter.books.asked


def test_a_token_that_holds_is_used_without_asking(signed: Scene) -> None:
    token = signed.keys().key(signed.account.imap)
    assert signed.granter.books.holder(token.reveal())
    assert not signed.granter.books.asked
    assert signed.kept.stat().st_mode & 0o777 == 0o600


def test_it_is_renewed_before_it_ends_and_the_new_refresh_token_kept(signed: Scene) -> None:
    session, before = signed.keys().session, json.loads(signed.kept.read_text())
    signed.kept.write_text(json.dumps({**before, "renew_at": time.time() - 1, "ends_at": time.time() + 299}))
    session.keep_fresh()
    after = json.loads(signed.kept.read_text())
    assert after["refresh"] == signed.granter.books.rights[0].refresh != before["refresh"]
    assert after["access"] != before["access"]
    session.keep_fresh()
    assert signed.granter.books.asked["refresh_token"] == 1
    assert signed.keys().session.access().reveal() == after["access"]


def test_a_provider_that_keeps_the_refresh_token_need_not_send_it(signed: Scene) -> None:
    session = signed.keys().session
    fresh = Grant.of({"access_token": "at-next"}, 0.0, session._kept())
    assert fresh.refresh == session._kept().refresh
    assert fresh.ends_at == grants.UNSAID


def test_while_the_provider_is_away_the_old_token_serves_until_its_end(signed: Scene) -> None:
    session, kept = signed.keys().session, json.loads(signed.kept.read_text())
    signed.granter.books.broken = 503
    signed.kept.write_text(json.dumps({**kept, "renew_at": 0}))
    assert session.access().reveal() == kept["access"]
    signed.kept.write_text(json.dumps({**kept, "renew_at": 0, "ends_at": time.time() - 1}))
    with pytest.raises(LinkLost, match="503"):
        session.access()
    session.keep_fresh()


def test_a_sign_in_taken_back_names_the_command_and_shows_no_token(signed: Scene) -> None:
    kept = json.loads(signed.kept.read_text())
    signed.granter.books.revoke()
    signed.kept.write_text(json.dumps({**kept, "renew_at": 0}))
    with pytest.raises(LoginRefused, match=r"revoked or has run out.*followupd login lily") as caught:
        signed.keys().session.keep_fresh()
    assert caught.value.exit_code == 77
    assert not any(token in str(caught.value) for token in signed.granter.books.issued)
    assert redact(kept["refresh"]) == "***"


def test_a_wrong_client_is_no_matter_of_signing_in_again(signed: Scene) -> None:
    signed.change(client_id="somebody-else")
    kept = json.loads(signed.kept.read_text())
    signed.kept.write_text(json.dumps({**kept, "renew_at": 0}))
    with pytest.raises(LoginRefused, match="client_id"):
        signed.keys().session.access()


def test_two_processes_that_renew_at_once_do_not_lock_each_other_out(signed: Scene) -> None:
    """The refresh token holds once: the slower one takes what the quicker one got."""
    kept = json.loads(signed.kept.read_text())
    signed.kept.write_text(json.dumps({**kept, "renew_at": 0}))
    slow, quick = signed.keys().session, signed.keys().session
    held = slow._kept()
    got = quick.access()
    assert slow._renewed(held).access == got
    sessions = [signed.keys().session for _ in range(4)]
    signed.kept.write_text(json.dumps({**json.loads(signed.kept.read_text()), "renew_at": 0}))
    faults: list[Exception] = []

    def ask(session: Session) -> None:
        try:
            session.access()
        except LoginRefused as error:
            faults.append(error)

    one = [threading.Thread(target=ask, args=(sessions[0],)) for _ in range(4)]
    for thread in one:
        thread.start()
    for thread in one:
        thread.join()
    assert not faults
    assert signed.granter.books.asked["refresh_token"] == 3


def test_a_full_disk_loses_no_refresh_token(signed: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    session, kept = signed.keys().session, json.loads(signed.kept.read_text())
    signed.kept.write_text(json.dumps({**kept, "renew_at": 0}))

    def full(*_: object) -> None:
        raise StoreFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(grants, "replace_file", full)
        token = session.access()
        assert signed.granter.books.holder(token.reveal())
    assert session.access() == token
    assert json.loads(signed.kept.read_text())["refresh"] == signed.granter.books.rights[0].refresh


def test_tokens_that_others_can_read_or_that_are_garbage_are_refused(signed: Scene) -> None:
    signed.kept.chmod(0o644)
    with pytest.raises(UserError, match="open to others"):
        signed.keys().session.access()
    signed.kept.chmod(0o600)
    for text in ("{", "[]", "{}", '{"access": 1}', ""):
        signed.kept.write_text(text)
        with pytest.raises(UserError, match=r"cannot be read|empty"):
            signed.keys().session.access()


def test_given_back_it_is_gone_here_and_there(signed: Scene) -> None:
    token = signed.keys().session.access()
    assert signed.keys().session.revoke()
    assert not signed.granter.books.holder(token.reveal())
    assert not signed.kept.exists()
    assert signed.keys().session.revoke()


def test_the_key_ring_keeps_tokens_too(signed: Scene, key_ring: object) -> None:
    grant = signed.keys().session._kept()
    signed.change(tokens={"keyring": "followupd-tokens/lily"})
    session = signed.keys().session
    with pytest.raises(LoginRefused, match="nobody has signed in"):
        session.access()
    grants.keep(session.terms.kept, grant)
    assert session.access() == grant.access
    assert signed.keys().session.access(grant.access) != grant.access
    session.revoke()
    with pytest.raises(LoginRefused, match="nobody has signed in"):
        session.access()
    assert [path.name for path in signed.kept.parent.iterdir()] == ["sign-in.json"]
