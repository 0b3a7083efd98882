"""How does a test drive a browser? Headless Chromium by the W3C WebDriver protocol, with nothing but chromedriver and urllib."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.endtoend.office import until
from tests.servers.dovecot import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
CONTROL, HOME, END = "\ue009", "\ue011", "\ue010"


class Chrome:
    """``with Chrome() as browser``: one window, one profile, both gone afterwards."""

    def __init__(self, width: int = 1280, height: int = 860) -> None:
        self.size = f"--window-size={width},{height}"
        self.port = free_port()
        self.profile = tempfile.TemporaryDirectory(prefix="chrome-", ignore_cleanup_errors=True)
        self.session = ""

    def __enter__(self) -> Chrome:
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(self._ready, "chromedriver", 30)
            options = {"args": [*FLAGS, self.size, f"--user-data-dir={self.profile.name}"]}
            wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
            self.session = f"/session/{self._call('POST', '/session', wanted)['sessionId']}"
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.session:
            self._call("DELETE", self.session)
        self.driver.terminate()
        self.driver.wait(10)
        self.profile.cleanup()

    def _ready(self) -> bool:
        try:
            return bool(self._call("GET", "/status")["ready"])
        except OSError:
            return False

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise LookupError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def go(self, url: str) -> None:
        self._call("POST", f"{self.session}/url", {"url": url})

    def find(self, css: str) -> str:
        """The path of the first element that can be seen."""

        def look() -> str:
            try:
                found = self._call("POST", f"{self.session}/elements", {"using": "css selector", "value": css})
                paths = [f"{self.session}/element/{one[ELEMENT]}" for one in found]
                return next((p for p in paths if self._call("GET", f"{p}/displayed")), "")
            except LookupError:  # the page is being replaced
                return ""

        return until(look, f"{css} on the page", 30)

    def click(self, css: str) -> None:
        self._call("POST", f"{self.find(css)}/click")

    def double_click(self, css: str) -> None:
        """As a hand does: move there, down, up, down, up."""
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        there = {"type": "pointerMove", "duration": 0, "origin": {ELEMENT: self.find(css).rpartition("/")[2]}, "x": 0, "y": 0}
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [there, *press, *press]}
        self._call("POST", f"{self.session}/actions", {"actions": [mouse]})

    def type(self, css: str, text: str) -> None:
        self._call("POST", f"{self.find(css)}/value", {"text": text})

    def script(self, code: str) -> Any:
        return self._call("POST", f"{self.session}/execute/sync", {"script": code, "args": []})

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("GET", f"{self.session}/screenshot")))
