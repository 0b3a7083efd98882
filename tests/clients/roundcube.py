"""How do we get a Roundcube for a test? Debian's, from a copy, with SQLite and PHP's own web server on loopback."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

from tests.endtoend.office import until
from tests.servers.dovecot import free_port

HERE = Path("/usr/share/roundcube")
CONFIG = """<?php
$config['db_dsnw'] = 'sqlite:///{place}/rc.db?mode=0600';
$config['imap_host'] = '127.0.0.1:{imap}';
$config['smtp_host'] = '127.0.0.1:{smtp}';
$config['smtp_user'] = '';
$config['smtp_pass'] = '';
$config['des_key'] = '{key}';
$config['plugins'] = [];
$config['language'] = 'en_US';
$config['skin'] = 'elastic';
$config['log_dir'] = '{place}/rc/logs';
$config['temp_dir'] = '{place}/rc/temp';
$config['enable_installer'] = false;
$config['drafts_mbox'] = 'Drafts';
$config['sent_mbox'] = 'Sent';
$config['junk_mbox'] = 'Junk';
$config['trash_mbox'] = 'Trash';
$config['htmleditor'] = 0;
$config['draft_autosave'] = 0;
$config['create_default_folders'] = true;
"""


class Roundcube:
    """``with Roundcube(imap, smtp) as mail``: it answers at ``mail.url``."""

    def __init__(self, imap: int, smtp: int) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="test-roundcube-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self._values = {"place": self.place, "imap": imap, "smtp": smtp, "key": secrets.token_hex(12)}

    def __enter__(self) -> Roundcube:
        root = self.place / "rc"
        # Debian links its scripts elsewhere: -L takes what they point to; what dangles is of packages that are not needed.
        subprocess.run(["cp", "-rL", str(HERE), str(root)], stderr=subprocess.DEVNULL, check=False)
        for name in ("logs", "temp", "config"):
            (root / name).mkdir(exist_ok=True)
        for name in ("defaults.inc.php", "mimetypes.php"):
            shutil.copy(Path("/etc/roundcube") / name, root / "config")
        (root / "config" / "config.inc.php").write_text(CONFIG.format(**self._values))
        with closing(sqlite3.connect(self.place / "rc.db")) as made:
            made.executescript((root / "SQL" / "sqlite.initial.sql").read_text())
        env = {**os.environ, "PHP_CLI_SERVER_WORKERS": "4", "ROUNDCUBE_CONFIG_DIR": str(root / "config")}
        log = (self.place / "php.log").open("wb")
        self.php = subprocess.Popen(["php", "-S", f"127.0.0.1:{self.port}", "-t", str(root)], env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            until(self._answers, f"Roundcube:\n{self.log()}", 30)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.killpg(self.php.pid, signal.SIGTERM)  # its workers are in a group of their own
        self.php.wait(10)
        shutil.rmtree(self.place, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with urlopen(self.url, timeout=20) as page:
                return b"rcmloginuser" in page.read()
        except OSError:
            return False

    def log(self) -> str:
        """The end of what PHP and Roundcube said."""
        logs = [self.place / "php.log", *(self.place / "rc/logs").glob("*")]
        return "\n".join(p.read_text(errors="replace")[-800:] for p in logs if p.exists())
