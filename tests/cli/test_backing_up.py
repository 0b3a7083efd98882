"""`backup` and `restore`: what is in the file, what comes back, and what is refused."""

import io
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.config import load_config
from followupd.model import Word, WordKind
from followupd.store.bundle import read_bundle, write_bundle
from followupd.store.ledger import Ledger
from followupd.store.lock import InstanceLock
from followupd.store.paths import account_paths, prepare
from tests.cli.conftest import outcome

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def say(config: Path, value: str) -> Path:
    """The user's word in the ledger of the config's account; returns the ledger's path."""
    paths = prepare("lily", load_config(config).state_dir)
    ledger = Ledger(paths.ledger)
    ledger.add_word(Word(kind=WordKind.STAGE, scope="thread", target="i1@de", value=value, at=NOW))
    ledger.close()
    return paths.ledger


def words(path: Path) -> list[str]:
    ledger = Ledger(path, read_only=True)
    try:
        return [w.value for w in ledger._words]
    finally:
        ledger.close()


def test_what_was_said_comes_back_and_what_was_said_since_is_kept_beside(config: Path, tmp_path: Path) -> None:
    ledger, file = say(config, "quoted"), tmp_path / "kept.tar.gz"
    assert outcome("-c", config, "backup", file) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    say(config, "lost")
    (ledger.parent / "index.sqlite").write_bytes(b"old")
    assert outcome("-c", config, "restore", file) == 0
    assert words(ledger) == ["quoted"]
    assert not (ledger.parent / "index.sqlite").exists()
    (beside,) = ledger.parent.glob("*.before-restore.bak")
    assert words(beside) == ["quoted", "lost"]


def test_rules_and_facts_are_in_it_and_unpacked_only_into_an_empty_directory(config: Path, tmp_path: Path) -> None:
    say(config, "quoted")
    (tmp_path / "rules" / "templates" / "en").mkdir(parents=True)
    (tmp_path / "rules" / "stages.yaml").write_text("quoted: {max: 2}\n")
    (tmp_path / "rules" / "templates" / "en" / "close_out.j2").write_text("{# variant a #}\nx\n")
    file, to = tmp_path / "kept.tar.gz", tmp_path / "looked-at"
    assert outcome("-c", config, "backup", file) == 0
    assert outcome("-c", config, "restore", file, "--files", to) == 0
    assert (to / "rules" / "stages.yaml").read_text() == "quoted: {max: 2}\n"
    assert (to / "rules" / "templates" / "en" / "close_out.j2").exists()
    assert (to / "config.yaml").exists()
    assert outcome("-c", config, "restore", file, "--files", to) != 0


def test_nothing_is_put_back_under_a_running_daemon(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, file = say(config, "quoted"), tmp_path / "kept.tar.gz"
    assert outcome("-c", config, "backup", file) == 0
    before = ledger.read_bytes()
    with InstanceLock(account_paths("lily", load_config(config).state_dir).lock):
        assert outcome("-c", config, "restore", file) != 0
    assert "already runs" in capsys.readouterr().err
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("what", ["nothing", "text", "torn", "changed", "link", "newer", "newer ledger", "damaged ledger"])
def test_what_is_no_sound_backup_changes_nothing(config: Path, tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, file = say(config, "quoted"), tmp_path / "kept.tar.gz"
    before = ledger.read_bytes()
    assert outcome("-c", config, "backup", file) == 0
    spoil(file, what)
    assert outcome("-c", config, "restore", file) != 0
    assert str(file) in capsys.readouterr().err or "ledger" in what
    assert ledger.read_bytes() == before
    assert not list(ledger.parent.glob("restored*"))


def spoil(file: Path, what: str) -> None:
    bundle = read_bundle(file)
    match what:
        case "nothing":
            file.write_bytes(b"")
        case "text":
            file.write_text("a letter")
        case "torn":
            file.write_bytes(file.read_bytes()[:-40])
        case "newer ledger":
            data = json.loads(bundle.ledger("lily") or b"")
            for note in data["notes"].values():
                note["value"] = "999" if note["key"] == "schema" else note["value"]
            write_bundle(file, {"lily": json.dumps(data).encode()}, {}, version="x", now=NOW)
        case "damaged ledger":
            write_bundle(file, {"lily": b'{"drafts": {"1": {"token": "x"}}}'}, {}, version="x", now=NOW)
        case _:
            repack(file, what)


def repack(file: Path, what: str) -> None:
    """The same archive with one member changed, or made a link, or a manifest of the future."""
    with tarfile.open(file) as tar:
        members = [(m, (tar.extractfile(m) or io.BytesIO()).read()) for m in tar.getmembers()]
    with tarfile.open(file, "w:gz") as tar:
        for member, data in members:
            if member.name.startswith("ledgers/") and what == "changed":
                data = data.replace(b"quoted", b"losted")
            if member.name.startswith("ledgers/") and what == "link":
                member.type, member.linkname, data = tarfile.SYMTYPE, "/etc/passwd", b""
            if member.name == "manifest.json" and what == "newer":
                data = data.replace(b'"format": 1', b'"format": 9')
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def test_a_member_that_points_outside_is_refused(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar.gz"
    write_bundle(file, {"lily": b"{}"}, {"../../planted.yaml": b"x"}, version="x", now=NOW)
    assert outcome("-c", config, "restore", file, "--files", tmp_path / "deep" / "er") != 0
    assert not (tmp_path / "planted.yaml").exists()


def test_what_is_in_a_backup_is_listed_without_a_config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kept.tar.gz"
    write_bundle(file, {"lily\x1b[31m": b"{}"}, {"rules/stages.yaml": b"x"}, version="1", now=NOW)
    assert outcome("restore", file, "--list") == 0
    told = capsys.readouterr().out
    assert "stages.yaml" in told
    assert "\x1b" not in told


def test_a_backup_before_the_first_start_says_so(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", config, "backup", tmp_path / "x.tar.gz") != 0
    assert "nothing to back up" in capsys.readouterr().err
