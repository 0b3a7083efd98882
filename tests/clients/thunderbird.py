"""How does a test drive Thunderbird? On a virtual screen, with real keys where a person would type.

A profile of its own knows the account beforehand. Marionette, the remote control that Mozilla's programs carry, opens folders
and says what is on the screen; the keys come from xdotool, through the X server. Everything but loopback goes to a port on
which nobody listens.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from tests.endtoend.office import until
from tests.servers.dovecot import PASSWORD, free_port

PREFS: dict[str, object] = {
    "mail.accountmanager.accounts": "account1",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.account.account1.identities": "id1",
    "mail.account.account1.server": "server1",
    "mail.server.server1.type": "imap",
    "mail.server.server1.hostname": "127.0.0.1",
    "mail.server.server1.name": "Lily",
    "mail.server.server1.socketType": 0,
    "mail.server.server1.authMethod": 3,
    "mail.server.server1.login_at_startup": False,
    "mail.server.server1.using_subscription": False,
    "mail.identity.id1.valid": True,
    "mail.identity.id1.fullName": "Lily Chen",
    "mail.smtpservers": "smtp1",
    "mail.smtp.defaultserver": "smtp1",
    "mail.identity.id1.smtpServer": "smtp1",
    "mail.smtpserver.smtp1.hostname": "127.0.0.1",
    "mail.smtpserver.smtp1.try_ssl": 0,
    "mail.smtpserver.smtp1.authMethod": 1,
    "mail.warn_on_send_accel_key": False,
    "mail.shell.checkDefaultClient": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.compose.autosave": False,
    "mailnews.start_page.enabled": False,
    "mailnews.database.global.indexer.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "extensions.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "signon.rememberSignons": True,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
LOGIN = """
const login = Components.classes["@mozilla.org/login-manager/loginInfo;1"].createInstance(Components.interfaces.nsILoginInfo);
login.init("imap://127.0.0.1", null, "imap://127.0.0.1", arguments[0], arguments[1], "", "");
return Services.logins.addLoginAsync(login).then(() => true);
"""
SERVER = """
const {MailServices} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.allServers.find(s => s.type === "imap");
"""
EXPAND = SERVER + """
const win = Services.wm.getMostRecentWindow("mail:3pane");
server.performExpand(win.msgWindow);
server.getNewMessages(server.rootFolder, win.msgWindow, null);
return true;
"""
FOLDER = SERVER + """
const folder = server.rootFolder.subFolders.find(f => f.name === arguments[0]);
if (!folder) return false;
"""
SHOW = FOLDER + """
const pane = Services.wm.getMostRecentWindow("mail:3pane").document.getElementById("tabmail").currentAbout3Pane;
if (!pane?.displayFolder) return false;
if (pane.gFolder !== folder) { pane.displayFolder(folder.URI); folder.updateFolder(null); return false; }
if (folder.getTotalMessages(false) < 1 || !pane.threadTree?.view?.rowCount) { folder.updateFolder(null); return false; }
pane.threadTree.selectedIndex = 0;
pane.threadTree.table.body.focus();
return true;
"""
TO_LIST = """
const win = Services.wm.getMostRecentWindow("mail:3pane");
win.focus();
win.document.getElementById("tabmail").currentAbout3Pane.threadTree.table.body.focus();
return true;
"""
COMPOSING = """
const win = Services.wm.getMostRecentWindow("msgcompose");
const body = win?.GetCurrentEditor?.()?.document?.body;
return body ? body.innerText : "";
"""
TAGS = """
const {MailServices} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const pane = Services.wm.getMostRecentWindow("mail:3pane").document.getElementById("tabmail").currentAbout3Pane;
const keys = pane.gDBView.hdrForFirstSelectedMessage.getStringProperty("keywords").split(" ");
return keys.filter(k => MailServices.tags.isValidKey(k)).map(k => [MailServices.tags.getTagForKey(k), MailServices.tags.getColorForKey(k)]);
"""
FOCUS = 'const win = Services.wm.getMostRecentWindow("msgcompose"); win.focus(); win.GetCurrentEditorElement().focus(); return true;'


class Thunderbird:
    """``with Thunderbird(user, imap, smtp) as program``."""

    def __init__(self, user: str, imap: int, smtp: int, more_prefs: dict[str, object] | None = None) -> None:
        self.user, self.port = user, free_port()
        self.place = Path(tempfile.mkdtemp(prefix="test-thunderbird-"))
        base = f"imap://{quote(user, safe='')}@127.0.0.1"
        self.prefs = PREFS | {
            "mail.server.server1.port": imap, "mail.server.server1.userName": user, "mail.identity.id1.useremail": user,
            "mail.smtpserver.smtp1.port": smtp, "marionette.port": self.port,
            "mail.identity.id1.draft_folder": f"{base}/Drafts", "mail.identity.id1.fcc_folder": f"{base}/Sent",
        } | (more_prefs or {})  # fmt: skip
        self._numbers = itertools.count(1)
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Thunderbird:
        profile = self.place / "profile"
        profile.mkdir()
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in self.prefs.items())
        (profile / "prefs.js").write_text("\n".join(lines) + "\n")
        try:
            self._start(profile)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self, profile: Path) -> None:
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x860x24", "-nolisten", "tcp"]
        self._processes.append(subprocess.Popen(screen, pass_fds=[writing], stderr=subprocess.DEVNULL))
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        home = {"HOME": str(self.place), "DISPLAY": f":{number}", "LANG": "C.UTF-8", "MOZ_CRASHREPORTER_DISABLE": "1", "NO_AT_BRIDGE": "1"}
        self.env = {**os.environ, **home}
        program = ["thunderbird", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", str(profile)]
        log = (self.place / "log").open("wb")
        self._processes.append(subprocess.Popen(program, env=self.env, stdout=log, stderr=log, start_new_session=True))
        self.link = until(self._connected, "Thunderbird's remote control", 90)
        self._received()
        self._ask("WebDriver:NewSession", {})
        self._ask("Marionette:SetContext", {"value": "chrome"})
        self.script(LOGIN, self.user, PASSWORD)
        self.script(EXPAND)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM) if process is not self._processes[0] else process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.place, ignore_errors=True)

    # ---- the remote control: length, colon, JSON ----------------------------------------------------

    def _connected(self) -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", self.port), 150)
        except OSError:
            return None

    def _received(self) -> Any:
        head = b""
        while not head.endswith(b":"):
            head += self.link.recv(1) or b"0:"
        body = b""
        while len(body) < int(head[:-1]):
            body += self.link.recv(int(head[:-1]) - len(body))
        return json.loads(body)

    def _ask(self, name: str, values: dict[str, object]) -> Any:
        question = json.dumps([0, next(self._numbers), name, values])
        self.link.sendall(f"{len(question.encode())}:{question}".encode())
        _, _, error, answer = self._received()
        assert not error, f"{name}: {error}"
        return answer

    def script(self, code: str, *values: object) -> Any:
        """Run a script in the program itself."""
        return self._ask("WebDriver:ExecuteScript", {"script": code, "args": list(values), "sandbox": "system", "newSandbox": True})["value"]

    # ---- what a person does -------------------------------------------------------------------------

    def keys(self, *keys: str) -> None:
        """Press keys, one after another, in whatever window has the focus."""
        subprocess.run(["xdotool", "key", "--clearmodifiers", "--delay", "40", *keys], env=self.env, check=True)

    def type(self, text: str) -> None:
        subprocess.run(["xdotool", "type", "--delay", "25", text], env=self.env, check=True)

    def show(self, folder: str) -> None:
        """Open a folder and lay the focus on its first mail."""
        until(lambda: self.script(SHOW, folder), f"a mail in {folder}:\n{self.log()}", 60)

    def tags(self) -> list[list[str]]:
        """Name and colour of each tag of the chosen mail."""
        return list(self.script(TAGS))

    def edit_draft(self) -> None:
        """Enter opens the chosen draft for editing; then the focus lies in its text."""
        self.script(TO_LIST)
        self.keys("Return")
        until(lambda: self.script(COMPOSING), f"the draft in a window:\n{self.log()}", 60)
        until(lambda: self.script(FOCUS), "the focus")

    def text(self) -> str:
        """What stands in the window in which a mail is being written; empty when there is none."""
        return str(self.script(COMPOSING))

    def picture(self, path: Path) -> None:
        subprocess.run(["import", "-window", "root", str(path)], env=self.env, check=True)

    def log(self) -> str:
        return (self.place / "log").read_text(errors="replace")[-2000:]
