"""`judge` and `lab evaluate` on recorded mail: every item has its answer, none stops the rest."""

import json
from pathlib import Path

import pytest

from followupd.cli.judging import judge_items
from followupd.lab.inputs import read_inputs
from followupd.model import Own
from tests.cli.conftest import outcome

MAIL = b"""From: Ana Lopez <ana@ferreteria.example>
To: lily@brightway.example
Subject: Inquiry for ball valves
Date: Mon, 16 Nov 2026 10:00:00 +0100
Message-ID: <one@ferreteria.example>

Dear Lily,

please quote 2000 pcs ball valve DN50, CIF Valencia, with lead time and MOQ.

Best regards
Ana Lopez
Ferreteria SL, Calle Mayor 5, 46001 Valencia, Spain
"""
KEYS = {"id", "kind", "verdict", "risk", "reply_type", "role", "language", "terms", "reasons"}


@pytest.fixture(autouse=True)
def _no_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_mail_is_judged_without_an_account(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    assert outcome("judge", tmp_path / "a.eml") == 0
    (told,) = lines(capsys)
    assert set(told) >= KEYS
    assert (told["id"], told["kind"], told["risk"]) == ("one@ferreteria.example", "inquiry", "none")
    assert told["verdict"] in {"genuine", "likely"}
    assert told["terms"]["incoterm"]["term"] == "CIF"
    assert all(set(reason) >= {"signal", "points", "evidence"} for reason in told["reasons"])
    assert any("2000" in reason["evidence"] for reason in told["reasons"])


def test_every_form_and_every_broken_item_has_its_line_in_order(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    box = tmp_path / "maildir"
    (box / "cur").mkdir(parents=True)
    (box / "cur" / "1.host:2,S").write_bytes(MAIL.replace(b"one@", b"two@"))
    (tmp_path / "b.mbox").write_bytes(b"From x Mon Nov 16 10:00:00 2026\n" + MAIL.replace(b"one@", b"three@"))
    record = {"id": "four", "subject": "Inquiry", "text": "Pls quote 500 pcs\x1b[2J \u202e", "from_domain": "x.example"}
    (tmp_path / "c.jsonl").write_text(f"{json.dumps(record)}\n{{broken\n[]\n{json.dumps({**record, 'id': 'five'})}\n")
    given = ("a.eml", "maildir", "b.mbox", "not-there.eml", "c.jsonl")
    assert outcome("judge", *(tmp_path / name for name in given)) == 0
    shown = capsys.readouterr()
    assert not set(shown.out + shown.err) & {"\x1b", "\u202e"}
    told = [json.loads(line) for line in shown.out.splitlines()]
    bad = [t for t in told if "error" in t]
    assert [t["id"].partition("@")[0] for t in told if "error" not in t] == ["one", "two", "three", "four", "five"]
    assert [t["where"].removeprefix(f"{tmp_path}/") for t in bad] == ["not-there.eml", "c.jsonl:2", "c.jsonl:3"]
    assert len(shown.err.splitlines()) == 3


def test_nothing_that_could_be_judged_is_a_data_error(tmp_path: Path, capsys) -> None:
    assert outcome("judge", tmp_path / "nothing.eml") == 65
    assert "error" in lines(capsys)[0]


def test_text_for_people_names_verdict_and_words(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL.replace(b"Dear Lily", b"Dear \x1b[2J"))
    assert outcome("judge", "--text", tmp_path / "a.eml") == 0
    shown = capsys.readouterr().out
    assert "inquiry, " in shown
    assert "incoterm: CIF Valencia" in shown
    assert "\x1b" not in shown


def test_a_fault_while_judging_one_mail_leaves_the_others(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.eml").write_bytes(MAIL)

    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("rules are gone")

    told = list(judge_items(read_inputs([tmp_path]), Broken(), Own(frozenset())))
    assert [t["error"] for t in told] == ["cannot be judged: RuntimeError: rules are gone"] * 2


def test_mail_of_our_own_account_is_ours(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    config = tmp_path / "config.yaml"
    config.write_text(
        "accounts:\n  - {name: ana, address: ana@ferreteria.example, display_name: Ana,\n"
        "     imap: {host: imap.x.example, password: {env: S}}}\n"
    )
    assert outcome("-c", config, "judge", "--account", "ana", tmp_path / "a.eml") == 0
    assert lines(capsys)[0]["kind"] == "ours"


def test_evaluate_counts_right_and_wrong(tmp_path: Path, capsys) -> None:
    text = MAIL.decode().partition("\n\n")[2]
    good = {"id": "g", "subject": "Inquiry for ball valves", "text": text, "from_domain": "ferreteria.example"}
    rows = [{**good, "label": "genuine"}, {**good, "id": "w", "label": "vague"}, {**good, "id": "unlabelled"}]
    path = tmp_path / "truth.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert outcome("lab", "evaluate", path, "--json") == 0
    (told,) = lines(capsys)
    assert told["accuracy"] == 0.5
    assert [(m["id"], m["truth"], m["said"]) for m in told["mistakes"]] == [("w", "vague", "genuine")]
    assert {(c["truth"], c["said"]): c["count"] for c in told["matrix"]} == {
        ("genuine", "genuine"): 1,
        ("vague", "genuine"): 1,
    }
    assert told["genuine"] == {"kept": 1, "all": 1}
    assert told["frauds"] == {"warned": 0, "all": 0, "false_alarms": 0, "ordinary": 1}
    assert [(row["language"], row["mails"], row["right"]) for row in told["languages"]] == [("en", 2, 0.5)]
    assert outcome("lab", "evaluate", path) == 0
    shown = capsys.readouterr().out
    assert "macro-F1" in shown
    assert "1 of 1 (100.0%)" in shown
    assert "50.0% of 2" in shown


def test_evaluate_without_any_label_says_so(tmp_path: Path, capsys) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"subject": "x"}\n')
    assert outcome("lab", "evaluate", path) == 64
    assert "no mail with a label" in capsys.readouterr().err
