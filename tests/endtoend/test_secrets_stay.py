"""After each kind of failure at the loudest level, is the password in anything that was written? (RELIABILITY scenario 45)

The real daemon on a real server: log, standard output, state directory, words to systemd, ``status``, ``check``, ``once``
and core files are searched for the password in every form in which it travels.
"""

from __future__ import annotations

import base64
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from tests.daemon.at_work import until
from tests.servers.dovecot import PASSWORD, Dovecot

WRONG = "tr0mbone-Staple+/="
BROKEN = """
import sys
from followupd.cli.main import main
from followupd.mailbox.imap import ImapMailbox
def folders(self):
    raise RuntimeError(f"cannot list for {self._secret.reveal()}: {vars(self)} {self._secret.reveal()!r}")
ImapMailbox.folders = folders
main(sys.argv[1:])
"""
"""The program with a fault of its own that carries the password in its message and in the frames of its traceback."""


def forms(secret: str) -> set[bytes]:
    """How it looks in clear, in a URL, in a literal of Python and inside AUTH PLAIN and LOGIN."""
    shapes = {secret, quote(secret, safe=""), repr(secret)[1:-1]}
    for before in range(3):
        text = base64.b64encode(b"\0" * before + secret.encode()).decode()
        shapes.add(text[(0, 2, 3)[before] : (before + len(secret)) // 3 * 4])
    return {shape.encode() for shape in shapes}


@dataclass
class Place:
    """One run: what is written goes below ``out``, where the secret is kept lies in ``vault``."""

    root: Path
    secret: str
    environment: dict[str, str] = field(default_factory=lambda: {**os.environ, "PYTHONUNBUFFERED": "1"})

    def __post_init__(self) -> None:
        for path in (self.out, self.vault):
            path.mkdir(mode=0o700, parents=True)

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def vault(self) -> Path:
        return self.root / "vault"

    @property
    def log(self) -> str:
        path = self.out / "run.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def configure(self, **imap: object) -> None:
        account = {"address": "lily@brightway.test", "display_name": "Lily Chen", "name": "lily", "imap": {"host": "127.0.0.1", **imap}}
        config = {"accounts": [account], "state_dir": str(self.out / "state"), "log_level": "debug"}
        (self.out / "config.yaml").write_text(yaml.safe_dump(config))

    def start(self, *words: str, program: tuple[str, ...] = ("-m", "followupd.cli.main"), name: str = "run") -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-X", "faulthandler", *program, "--config", str(self.out / "config.yaml"), "-vv", *words]
        environment = {**self.environment, "PYTHONPATH": str(Path(__file__).parents[2])}
        with (self.out / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                arguments, env=environment, stdout=log, stderr=log, cwd=self.out, preexec_fn=_with_cores
            )

    def found(self, where: Path | None = None) -> list[str]:
        """Every file below that holds the secret in any form, or in its name."""
        wanted, hits = forms(self.secret), []
        for path in sorted((where or self.out).rglob("*")):
            data = path.read_bytes() if path.is_file() else b""
            if any(form in data or form in os.fsencode(path) for form in wanted):
                hits.append(path.name)
        return hits


def _with_cores() -> None:
    """Whoever starts us may allow cores of any size."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def in_file(place: Place) -> dict[str, object]:
    path = place.vault / "password"
    path.touch(0o600)
    path.write_text(place.secret)
    return {"file": str(path)}


def in_command(place: Place) -> dict[str, object]:
    return {"command": ["cat", in_file(place)["file"]]}


def in_credential(place: Place) -> dict[str, object]:
    in_file(place)
    place.environment["CREDENTIALS_DIRECTORY"] = str(place.vault)
    return {"credential": "password"}


def in_keyring(place: Place) -> dict[str, object]:
    import keyring

    keyring.set_password("imap", "lily", place.secret)
    return {"keyring": "imap/lily"}


KEPT = {"file": in_file, "command": in_command, "credential": in_credential, "keyring": in_keyring}
Failure = Callable[[Place, Dovecot, dict[str, object]], None]


def wrong_password(place: Place, dovecot: Dovecot, kept: dict[str, object]) -> None:
    place.configure(port=dovecot.tls_port, ca_file=dovecot.ca_file, password=kept)
    _until_told(place, "login refused")


def broken_tls(place: Place, dovecot: Dovecot, kept: dict[str, object]) -> None:
    place.configure(port=dovecot.tls_port, password=kept)
    _until_told(place, "certificate is not trusted")


def no_tls_there(place: Place, dovecot: Dovecot, kept: dict[str, object]) -> None:
    place.configure(port=dovecot.port, ca_file=dovecot.ca_file, password=kept)
    _until_told(place, "TLS failed")


def a_fault_of_ours(place: Place, dovecot: Dovecot, kept: dict[str, object]) -> None:
    place.configure(port=dovecot.port, security="none", password=kept)
    _until_told(place, "Traceback", program=("-c", BROKEN))
    assert "cannot list for ***" in place.log


def a_crash(place: Place, dovecot: Dovecot, kept: dict[str, object]) -> None:
    place.configure(port=dovecot.port, security="none", password=kept)
    process = place.start("run")
    until(lambda: "account lily" in place.log or (place.out / "state" / "lily" / "health.json").exists(), 60)
    process.send_signal(signal.SIGABRT)
    assert process.wait(30) in {-signal.SIGABRT, -signal.SIGSEGV}  # the dump of the threads may itself break off
    assert "Fatal Python error: Aborted" in place.log


def _until_told(place: Place, word: str, program: tuple[str, ...] = ("-m", "followupd.cli.main")) -> None:
    process = place.start("run", program=program)
    try:
        until(lambda: word in place.log, 60)
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize(
    ("kept", "failure", "secret"),
    [
        ("command", wrong_password, WRONG),
        ("file", broken_tls, PASSWORD),
        ("credential", no_tls_there, PASSWORD),
        ("keyring", a_fault_of_ours, PASSWORD),
        ("file", a_crash, PASSWORD),
    ],
    ids=lambda value: value.__name__ if callable(value) else value if value in KEPT else "",
)
def test_nothing_that_was_written_holds_the_password(
    tmp_path: Path, dovecot: Dovecot, key_ring: Path, kept: str, failure: Failure, secret: str
) -> None:
    place = Place(tmp_path / "run", secret)
    place.environment |= {name: os.environ[name] for name in ("TEST_KEY_RING", "PYTHON_KEYRING_BACKEND")}
    where = KEPT[kept](place)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(place.root / "notify"))
        systemd.settimeout(0.2)
        place.environment["NOTIFY_SOCKET"] = str(place.root / "notify")
        stopped = threading.Event()
        listening = threading.Thread(target=_listen, args=(systemd, place.out / "systemd.log", stopped))
        listening.start()
        try:
            failure(place, dovecot, where)
        finally:
            stopped.set()
            listening.join(5)
    asking = [place.start(word, name=word) for word in ("status", "check", "once")]
    for process in asking:
        process.wait(60)
    assert "DEBUG" in place.log or failure in {broken_tls, no_tls_there}
    assert b"READY=1" in (place.out / "systemd.log").read_bytes()
    assert place.found() == []
    assert not list(place.out.glob("core*"))
    assert place.found(place.vault) or kept == "keyring"


def _listen(systemd: socket.socket, file: Path, stopped: threading.Event) -> None:
    with file.open("ab", buffering=0) as log:
        while not stopped.is_set():
            try:
                log.write(systemd.recv(4096) + b"\n")
            except TimeoutError:
                continue


def test_control_a_process_that_forbids_nothing_leaves_a_core_with_the_password(tmp_path: Path) -> None:
    """Shows that the search of cores can fail: where this machine writes cores into the working directory."""
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() not in {"core", "core.%p"}:
        pytest.skip("cores go elsewhere on this machine")
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("this machine allows no cores at all")
    script = "import os; from followupd import secrets; {}; s = secrets.Secret(os.environ['W'] + 'x'); os.abort()"
    for forbid, left in (("pass", True), ("secrets.forbid_core_dumps()", False)):
        place = tmp_path / str(left)
        place.mkdir()
        environment = {**os.environ, "W": WRONG, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run([sys.executable, "-c", script.format(forbid)], env=environment, cwd=place, preexec_fn=_with_cores, check=False, capture_output=True)
        cores = list(place.glob("core*"))
        if left and not cores:
            pytest.skip("this machine wrote no core")
        assert any(WRONG.encode() in core.read_bytes() for core in cores) is left


def test_none_of_the_memory_goes_into_a_core_that_is_piped_to_a_program() -> None:
    """Such a core knows no limit of size (core(5)); what goes into it does."""
    script = "from followupd.secrets import forbid_core_dumps as f; f(); print(open('/proc/self/coredump_filter').read())"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout, 16) == 0
