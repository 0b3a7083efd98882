"""How does a run cost little and is a process of its own all the same? A warm process forks itself for each run.

``python -m tests.kill.zygote`` reads one order a line (JSON), forks, says the pid of the child, waits for its end and says
how it ended. Rules and libraries were loaded before the fork, so that a run begins at once.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from followupd import daemon
from followupd.accounts import RulesLoader
from followupd.config import Config, load_config
from tests.kill import controls
from tests.kill.imap import PASSWORD
from tests.kill.steps import Steps


def say(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)


def warm_up(config: Config) -> None:
    """Load what a run needs."""
    import asyncio  # noqa: F401

    import aiosmtplib  # noqa: F401

    os.environ["FOLLOWUPD_TEST"] = PASSWORD
    rules = RulesLoader(config)
    setattr(daemon, "RulesLoader", lambda _: rules)  # noqa: B010 - a process of its own


def rehearse(order: dict[str, Any]) -> None:
    """One run in this very process, so that templates and tables are at hand in every child."""
    logging.disable(logging.CRITICAL)
    daemon.once(load_config(Path(order["config"])), clock=lambda: datetime.fromisoformat(order["now"]))
    logging.disable(logging.NOTSET)
    gc.collect()
    gc.freeze()
    say({"rehearsed": True})


def live(order: dict[str, Any], tell: int) -> None:
    """``followupd once``, in the child."""
    path = Path(order["config"])
    logging.basicConfig(filename=path.with_name("log"), level=logging.WARNING, force=True)
    controls.apply(order.get("control", ""))
    config = load_config(path)
    now = datetime.fromisoformat(order["now"])
    steps = Steps(path.parent / "state", order.get("at"))
    if (size := order.get("largest_file")) is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    steps.install()
    error = ""
    try:
        daemon.once(config, clock=lambda: now)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
        logging.exception("the run ended")
    os.write(tell, json.dumps({"steps": steps.names, "error": error}).encode())


def fork(order: dict[str, Any]) -> None:
    """One run in a process of its own."""
    hear, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            live(order, tell)
            code = 0
        finally:
            os._exit(code)
    os.close(tell)
    say({"pid": pid})
    with os.fdopen(hear) as stream:
        told = stream.read()
    _, status = os.waitpid(pid, 0)
    signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = 0 if signal else os.WEXITSTATUS(status)
    say({"signal": signal, "code": code, **(json.loads(told) if told else {"steps": [], "error": ""})})


def main() -> None:
    warm = False
    for line in sys.stdin:
        order = json.loads(line)
        if not warm:
            warm_up(load_config(Path(order["config"])))
            warm = True
        (rehearse if order.get("rehearse") else fork)(order)


if __name__ == "__main__":
    main()
