"""State lies where it belongs and is ours alone (RELIABILITY scenario 44)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from followupd.errors import UnsafeState
from followupd.store.paths import account_paths, make_private, prepare, safe_name, state_root


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_everything_is_made_for_the_owner_alone_even_under_a_wide_umask(tmp_path):
    before = os.umask(0)
    try:
        paths = prepare("Sales", tmp_path / "state")
    finally:
        os.umask(before)
    assert {mode(p) for p in (tmp_path / "state", paths.root, paths.outbox, paths.commands)} == {0o700}
    assert prepare("Sales", tmp_path / "state") == paths, "twice is once"


@pytest.mark.parametrize("bits", [0o777, 0o770, 0o702, 0o1777])
def test_a_directory_that_others_may_write_is_refused(tmp_path, bits):
    root = tmp_path / "state"
    root.mkdir()
    root.chmod(bits)
    with pytest.raises(UnsafeState, match="written by others"):
        prepare("a", root)


def test_one_that_others_may_only_read_is_closed_to_them(tmp_path):
    root = tmp_path / "state"
    root.mkdir(mode=0o755)
    prepare("a", root)
    assert mode(root) == 0o700


def test_a_parent_that_everybody_may_write_is_refused_unless_sticky(tmp_path):
    parent = tmp_path / "open"
    parent.mkdir()
    parent.chmod(0o777)
    with pytest.raises(UnsafeState, match="everybody"):
        make_private(parent / "state")
    parent.chmod(0o1777)
    make_private(parent / "state")


@pytest.mark.parametrize("planted", ["root", "account", "ledger.json", "index.sqlite", "lock"])
def test_a_planted_link_is_refused_wherever_it_lies(tmp_path, planted):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    root = tmp_path / "state"
    if planted == "root":
        root.symlink_to(elsewhere)
    elif planted == "account":
        root.mkdir(mode=0o700)
        (root / "a").symlink_to(elsewhere)
    else:
        prepare("a", root)
        (root / "a" / planted).symlink_to(elsewhere / "x")
    with pytest.raises(UnsafeState, match="symbolic link"):
        prepare("a", root)
    assert list(elsewhere.iterdir()) == []


def test_files_that_others_could_change_are_all_named_at_once_and_readable_ones_closed(tmp_path):
    paths = prepare("a", tmp_path / "state")
    for path, bits in ((paths.ledger, 0o666), (paths.index, 0o620), (paths.lock, 0o644)):
        path.touch()
        path.chmod(bits)
    with pytest.raises(UnsafeState) as caught:
        prepare("a", tmp_path / "state")
    assert len(caught.value.problems) == 2
    assert mode(paths.lock) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_refused(tmp_path):
    root = tmp_path / "state"
    root.mkdir(mode=0o700)
    os.chown(root, 12345, 12345)
    with pytest.raises(UnsafeState, match="somebody else"):
        prepare("a", root)


def test_what_cannot_be_made_is_told_with_its_place(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnsafeState, match="file"):
        prepare("a", tmp_path / "file" / "state")


def test_systemds_directory_goes_first_then_xdg(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    assert state_root() == tmp_path / "xdg" / "followupd"
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "private")
    monkeypatch.setenv("STATE_DIRECTORY", f"{tmp_path}/link:/other")
    assert state_root() == tmp_path / "private"
    assert prepare("a", state_root()).root == tmp_path / "private" / "a"


def test_no_account_name_leaves_the_directory_or_meets_another(tmp_path):
    names = [
        "sales",
        "Sales",
        "SALES",
        "../../etc",
        "/etc/passwd",
        ".",
        "..",
        "",
        ".hidden",
        "销售",
        "a\0b",
        "a\nb",
        "x" * 500,
    ]
    names += ["x" * 501, "a/b", "a_b", "li.wei@brightlamp.example"]
    roots = [account_paths(name, tmp_path).root for name in names]
    assert len(set(roots)) == len(names)
    assert all(root.parent == tmp_path and root.name not in {"", ".", ".."} for root in roots)
    assert all(len(root.name) < 120 and not root.name.startswith(".") for root in roots)
    assert safe_name("sales") == "sales"
    assert safe_name("li.wei@brightlamp.example") == "li.wei@brightlamp.example"
