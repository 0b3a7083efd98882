"""Law 2 on a real line: however many APPENDs are hit, and at whichever end, does every buyer get one draft?

Four ways to lose one: the answer on its way back, the request on its way there, the second half of the letter, or its time: it arrives when
nobody waits for it any more. On Dovecot,
and on servers that take away what one would like to lean on: SEARCH refused, failing, empty or behind, no UIDPLUS, no UIDNEXT.
The ordinary run is a share drawn by a seed; ``FOLLOWUPD_FIRE=full`` is 200 faults of each kind on Dovecot and 200 on the others;
``FOLLOWUPD_FIRE=7`` is the share of another seed.

Every count is exact, so that a hand which looks perfect because it never tries again is found out: what was lost on its way must
have been sent once more, and what arrived must not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from random import Random

import pytest

from followupd import daemon
from followupd.model import DraftState
from tests.fire.fire import NOTHING, Ground, OnDovecot, OnProvider, Outcome, Shots, under_fire
from tests.providers.office import loader_of
from tests.servers.dovecot import Dovecot
from tests.servers.personality import Personality, personalities
from tests.servers.provider import Provider
from tests.servers.proxy import Fault

CHOSEN = os.environ.get("FOLLOWUPD_FIRE", "3")
FULL = CHOSEN == "full"
SEED = 3 if FULL else int(CHOSEN)
FAULTS, FOR_CONTROLS, BUYERS = (200, 40, 8) if FULL else (4, 4, 5)
WAYS: tuple[Fault, ...] = ("answer", "request", "literal", "late")
pytestmark = [pytest.mark.xdist_group("fire"), pytest.mark.timeout(7200 if FULL else 300)]
_users = count(1)


def bent(name: str, search: str) -> Personality:
    """A provider whose SEARCH is worse than usual."""
    nature = personalities()[name]
    return nature.model_copy(update={"title": f"{nature.title}, SEARCH {search}", "search": search})


HARDEST = bent("netease", "bad")
"""No UIDPLUS, no UIDNEXT, no SEARCH."""
ODD = [
    HARDEST, *(bent("netease", how) for how in ("empty", "lags")), *(bent("hmailserver", how) for how in ("no", "bad", "empty", "lags")),
    *(personalities()[name] for name in ("aliyun", "yahoo", "yandex", "icloud", "exchange", "proton")),
]  # fmt: skip
"""Seven without UIDPLUS, all but one with a SEARCH that cannot be relied on; the last one with other UIDs at every connection."""


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "RulesLoader", loader_of)


def until_hit(grounds: Iterable[Ground], directory: Path, ways: tuple[Fault, ...], faults: int, hand: str = "ours") -> tuple[int, Outcome]:
    """Mailbox after mailbox until there were so many faults of each way; how many drafts there had to be, and what was found."""
    drafts, total = 0, NOTHING
    for ground in grounds:
        number = next(_users)
        shots = Shots(ways, Random(f"{SEED} {number}"))
        total += under_fire(ground, f"fire{number}@brightway.test", directory / str(number), shots, BUYERS, hand)
        drafts += BUYERS
        if all(total.faults[way] >= faults for way in ways):
            break
    return drafts, total


def once_each(drafts: int, found: Outcome) -> None:
    """Nothing lost, nothing doubled, and not by chance: each lost request was followed by one more, each lost answer by a look."""
    assert (found.lost, found.doubled) == (0, 0)
    assert found.states == {DraftState.PLACED}
    assert found.appends == drafts + sum(found.faults.get(way, 0) for way in ("request", "literal", "late"))
    assert found.looks == sum(found.faults.values())


def told(name: str, drafts: int, found: Outcome) -> None:
    print(f"{name}: {drafts} drafts, {found.appends} APPENDs, {found.faults}, lost {found.lost}, doubled {found.doubled}")


@pytest.mark.dovecot
@pytest.mark.parametrize("way", WAYS)
def test_on_dovecot_each_buyer_gets_one_draft(way: Fault, dovecot: Dovecot, tmp_path: Path) -> None:
    drafts, found = until_hit(cycle([OnDovecot(dovecot)]), tmp_path, (way,), FAULTS)
    told("Dovecot", drafts, found)
    assert found.faults[way] >= FAULTS
    once_each(drafts, found)


@contextmanager
def standing(natures: list[Personality]) -> Iterator[list[Ground]]:
    """One server after another, each as long as it is needed."""
    servers = [Provider(nature) for nature in natures]
    for server in servers:
        server.__enter__()
    try:
        yield [OnProvider(server) for server in servers]
    finally:
        for server in servers:
            server.__exit__()


@pytest.mark.parametrize("ways", [(way,) for way in WAYS] if FULL else [WAYS], ids="+".join)
def test_where_nothing_can_be_leaned_on_each_buyer_gets_one_draft(ways: tuple[Fault, ...], tmp_path: Path) -> None:
    natures = ODD if FULL else [HARDEST, *Random(SEED).sample(ODD[1:], 2)]
    total = NOTHING
    with standing(natures) as grounds:
        for nature, ground in zip(natures, grounds, strict=True):
            wanted = -(-FAULTS // len(natures)) if FULL else 1
            drafts, found = until_hit(cycle([ground]), tmp_path, ways, wanted)
            told(nature.title, drafts, found)
            once_each(drafts, found)
            total += found
    assert all(total.faults[way] >= (FAULTS if FULL else len(natures)) for way in ways)


def test_among_the_odd_ones_are_those_that_are_asked_for() -> None:
    lacking = [nature for nature in ODD if "UIDPLUS" not in nature.after.split()]
    assert {nature.search for nature in lacking} == {"no", "bad", "empty", "lags"}
    assert {nature.uidnext for nature in lacking} == {True, False}


# ---- controls: the same shots at other hands --------------------------------------------------------


@pytest.mark.dovecot
@pytest.mark.parametrize(
    ("hand", "way", "lost", "doubled"),
    [
        ("naive", "answer", 0, 1),
        ("naive", "request", 0, 0),
        ("never", "answer", 0, 0),
        ("never", "request", 1, 0),
        ("naive", "late", 0, 1),
        ("looks", "late", 0, 1),
    ],
)
def test_control_who_does_not_look_doubles_or_loses(
    hand: str, way: Fault, lost: int, doubled: int, dovecot: Dovecot, tmp_path: Path
) -> None:
    """Exactly as many as there were faults: each of the two is right in one direction and wrong in the other.

    ``looks`` is our hand without the second look at what comes late.
    """
    drafts, found = until_hit(cycle([OnDovecot(dovecot)]), tmp_path, (way,), FOR_CONTROLS, hand)
    told(hand, drafts, found)
    faults = found.faults[way]
    assert faults >= FOR_CONTROLS
    assert (found.lost, found.doubled) == (lost * faults, doubled * faults)
    if lost or doubled:
        with pytest.raises(AssertionError):
            once_each(drafts, found)


@pytest.mark.parametrize("hand", ["naive", "never"])
def test_control_under_mixed_fire_neither_of_them_is_right(hand: str, tmp_path: Path) -> None:
    with standing([HARDEST]) as grounds:
        drafts, found = until_hit(cycle(grounds), tmp_path, ("answer", "request"), FOR_CONTROLS // 2, hand)
    told(hand, drafts, found)
    assert found.doubled == (found.faults["answer"] if hand == "naive" else 0)
    assert found.lost == (found.faults["request"] if hand == "never" else 0)
    with pytest.raises(AssertionError):
        once_each(drafts, found)
