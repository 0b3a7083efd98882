"""Law 9: does one mail, whatever it holds, cost at most 5 seconds and 512 MB to read and to judge?

All of them go through one process of their own, whose highest memory the system tells.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.fuzz.targets import mail_and_judgement
from tests.laws.test_law_09_mail_is_hostile import BAD
from tests.reading.test_hostile import FLOODS, WHOLE

SECONDS, MEGABYTES = 5.0, 512
NO_LANGUAGE = b"From: a@b.example\r\nSubject: 0\r\n\r\n0\r\n"
"""Of no language that can be told: every language is asked what it says."""


def measure() -> dict[str, float]:
    """Seconds of each mail, and the most memory that the process ever had, in MB."""
    for raw in (WHOLE, NO_LANGUAGE):  # what is read and learnt once for all mails, of one language and of all
        with suppress(AssertionError):  # it may take its time here
            mail_and_judgement(raw)
    took = {}
    for name, raw in {**BAD, **FLOODS}.items():
        began = time.process_time()
        mail_and_judgement(raw)
        took[name] = round(time.process_time() - began, 2)
    return {**took, "MB": highest()}


def highest() -> float:
    """The most memory of this program, in MB. ru_maxrss would count what the process was that started it (getrusage(2))."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) / 1024


def test_no_mail_costs_more_than_its_share() -> None:
    ran = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told.pop("MB") < MEGABYTES
    assert len(told) >= 30
    assert {name: took for name, took in told.items() if took > SECONDS} == {}


if __name__ == "__main__":
    print(json.dumps(measure()))
