"""Log lines stay lines, keep secrets and cannot be forged; exit codes of several accounts become one."""

import logging

import pytest

from followupd.cli.output import worst
from followupd.cli.running import set_up_logging
from followupd.secrets import Secret


@pytest.fixture(autouse=True)
def _logging_as_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    root, ours = logging.getLogger(), logging.getLogger("followupd")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])


def logged(capsys, level: str = "info", verbose: int = 0) -> str:
    set_up_logging(level, verbose)
    secret = Secret("geheim-4711")
    log = logging.getLogger("followupd.x")
    log.debug("a detail")
    logging.getLogger("some.library").info("chatter")
    try:
        raise RuntimeError(f"with {secret.reveal()} in it")
    except RuntimeError:
        log.exception("account %s: unexpected", "lily\nERROR forged: line\x1b[2J\u202e")
    return capsys.readouterr().err


def test_one_record_is_one_line_without_secret_or_escape(capsys) -> None:
    told = logged(capsys)
    assert len(told.splitlines()) == 1
    assert "Traceback" in told
    assert "*** in it" in told
    assert not set(told) & set("\x1b\u202e")
    assert "geheim" not in told


def test_v_tells_more_of_us_and_vv_of_libraries_too(capsys) -> None:
    assert "a detail" not in logged(capsys)
    once = logged(capsys, verbose=1)
    assert "a detail" in once
    assert "chatter" not in once
    assert "chatter" in logged(capsys, verbose=2)


def test_under_journald_a_line_begins_with_its_priority(capsys, monkeypatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    assert logged(capsys).startswith("<3>ERROR followupd.x: ")


@pytest.mark.parametrize(
    ("codes", "one", "why"),
    [
        ([], 0, "all is well"),
        ([75], 75, "only waiting mends it"),
        ([75, 77, 75], 77, "what a person must mend goes before what passes"),
        ([77, 78], 78, "the config goes first"),
        ([73, 75], 73, "state before network"),
    ],
)
def test_one_exit_code_for_all(codes: list[int], one: int, why: str) -> None:
    assert worst(codes) == one, why
