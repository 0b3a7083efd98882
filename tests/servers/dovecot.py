"""How do we get a real mail server for a test? Dovecot on loopback, in a directory of its own, gone afterwards.

``python -m tests.servers.dovecot`` leaves one running for manual trials. Every user name exists; the password is PASSWORD.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from imapclient.imap_utf7 import encode as modified_utf7

from tests.servers.certificates import Certificate, make

PASSWORD = "correct-horse"
PARTS = {"Drafts": r"\Drafts", "Sent": r"\Sent", "Trash": r"\Trash", "Junk": r"\Junk", "Archive": r"\Archive"}
START_SECONDS = 15
OAUTH2 = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
force_introspection = yes
"""
_number = count(1)


def binary() -> str | None:
    """Where Dovecot is installed, if it is."""
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Dovecot:
    """``with Dovecot() as server``: plain IMAP (with STARTTLS) on ``port``, TLS on ``tls_port``."""

    def __init__(self, certificate: Certificate | None = None, introspection: str = "") -> None:
        """``introspection``: where access tokens are asked after; then OAUTHBEARER and XOAUTH2 are offered, too."""
        self.introspection = introspection
        self.root = os.getuid() == 0
        self.place = Path(tempfile.mkdtemp(prefix="test-dovecot-"))
        self.port, self.tls_port = free_port(), free_port()
        # Dovecot never opens mail as root; an account that every system has will do.
        self.owner = pwd.getpwnam("nobody") if self.root else pwd.getpwuid(os.getuid())
        self.certificate = certificate
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Dovecot:
        self.place.chmod(0o755)
        for name in ("run", "state", "home"):
            (self.place / name).mkdir()
        self._own(self.place / "home")
        self.certificate = self.certificate or make(self.place)
        (self.place / "oauth2.conf").write_text(OAUTH2.format(url=self.introspection))
        (self.place / "dovecot.conf").write_text(self._configuration())
        command = [binary() or "dovecot", "-F", "-c", str(self.place / "dovecot.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._await_greeting()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End our own master process (it ends its children) and remove the directory."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def ca_file(self) -> str:
        assert self.certificate is not None
        return str(self.certificate.cert)

    def log(self) -> str:
        """The end of the server's log."""
        path = self.place / "dovecot.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX", when: float | None = None) -> None:
        """Put a file into the Maildir as a delivery agent does: tmp, then new. ``when`` becomes INTERNALDATE."""
        home = self.maildir(user, folder)
        self._ensure(home)
        name = f"{time.time():.6f}.M{next(_number)}P{os.getpid()}.test"
        fresh = home / "tmp" / name
        fresh.write_bytes(raw)
        self._own(fresh)
        if when is not None:
            os.utime(fresh, (when, when))
        fresh.rename(home / "new" / name)

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        base = self.place / "home" / user / "Maildir"
        return base if folder == "INBOX" else base / ("." + modified_utf7(folder).decode("ascii"))

    def _ensure(self, maildir: Path) -> None:
        for part in (maildir / "cur", maildir / "new", maildir / "tmp"):
            missing = [p for p in (part, *part.parents) if not p.exists()]
            for path in reversed(missing):
                path.mkdir(mode=0o700)
                self._own(path)

    def _own(self, path: Path) -> None:
        if self.root:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _await_greeting(self) -> None:
        assert self.process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"dovecot ended with {self.process.returncode}: {self.log()}")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2) as link:
                link.settimeout(5)
                if link.recv(200).startswith(b"* OK"):
                    return
            time.sleep(0.02)
        raise RuntimeError(f"dovecot did not answer: {self.log()}")

    def _tokens(self) -> str:
        if not self.introspection:
            return ""
        return f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {self.place}/oauth2.conf\n}}\n"

    def _configuration(self) -> str:
        assert self.certificate is not None
        me, group = self.owner.pw_name, grp.getgrgid(self.owner.pw_gid).gr_name
        boxes = "\n".join(
            f"  mailbox {n} {{\n    auto = create\n    special_use = {use}\n  }}" for n, use in PARTS.items()
        )
        inner, login = ("dovecot", "dovenull") if self.root else (me, me)
        chroot = "" if self.root else "  chroot =\n"
        return f"""
base_dir = {self.place}/run
state_dir = {self.place}/state
log_path = {self.place}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.certificate.cert}
ssl_key = <{self.certificate.key}
disable_plaintext_auth = no
auth_mechanisms = plain login{" oauthbearer xoauth2" if self.introspection else ""}
auth_failure_delay = 0
default_internal_user = {inner}
default_internal_group = {inner if self.root else group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 100
default_process_limit = 200
{self._tokens()}passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={self.owner.pw_uid} gid={self.owner.pw_gid} home={self.place}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{boxes}
}}
service imap-login {{
{chroot}  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
  chroot =
}}
service stats {{
  chroot =
}}
"""


def main() -> None:
    with Dovecot() as server:
        print(
            f"imap 127.0.0.1:{server.port} (STARTTLS), imaps {server.tls_port}, any user, password {PASSWORD!r}, CA {server.ca_file}"
        )
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
