"""Headless Chromium as a reader of our pages: what it shows, what it complains of, what it asks the network for.

Pages are served on 127.0.0.1 by a server that keeps the list of what was asked of it. Chromium's own log of the network tells of every
address that a page wanted, and no name is looked up. Each reader has a profile of its own that is thrown away.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHROMIUM = next((p for p in ("chromium", "chromium-browser", "google-chrome") if shutil.which(p)), "")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-default-apps --hide-scrollbars --enable-logging=stderr --v=0"
).split()
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
"""No name is ever looked up: what the browser wants for itself (updates, the time) leads nowhere, and nothing leaves this machine."""
ITSELF = "not an origin"
"""Who asked for what the browser wanted for itself, and for the page that was typed in."""
DARK = "--blink-settings=preferredColorScheme=0"


@dataclass
class Site:
    """Pages by path, on a port of this machine, and the paths that were asked for."""

    port: int
    pages: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


@contextmanager
def site(pages: Mapping[str, str]) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            served.asked.append(name)
            body = served.pages.get(name, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(server.server_address[1], dict(pages))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@dataclass(frozen=True)
class Seen:
    """The document as the browser held it, what its console said, and every address that a page asked for."""

    dom: str
    console: list[str]
    asked: list[str]


def read(url: str, scratch: Path, *flags: str) -> Seen:
    """Open a page, let it settle, and tell what was seen."""
    scratch.mkdir(parents=True, exist_ok=True)
    log = scratch / "net.json"
    command = [CHROMIUM, *FLAGS, ALONE, f"--user-data-dir={scratch / 'profile'}", f"--log-net-log={log}", *flags, "--dump-dom", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    console = re.findall(r"(?m)^\[[^\]]*:CONSOLE[^\]]*\] (.*)$", done.stderr)
    return Seen(done.stdout, console, _addresses(log))


def _addresses(log: Path) -> list[str]:
    """What pages asked for, by Chromium's log of the network."""
    text = log.read_text(encoding="utf-8", errors="replace")
    try:
        events = json.loads(text)["events"]
    except ValueError:  # the log's last line is missing when the browser ends early
        events = json.loads(text.rstrip().rstrip(",") + "]}")["events"]
    asked = [e["params"] for e in events if isinstance(e.get("params"), dict) and {"url", "initiator"} <= e["params"].keys()]
    return sorted({p["url"] for p in asked if p["initiator"] != ITSELF})
