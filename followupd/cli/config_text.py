"""What does a first config look like, given the answers? (init)

Every line that a person may want to change is there with a word on it; the rest is left to the defaults that
config.example.yaml explains. Values are written as JSON strings, which YAML reads as they stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAnswer:
    """A server as answered: host, port, security."""

    host: str
    port: int
    security: str = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that init asked. ``secret`` is the form of the config, such as ``("file", "/home/lily/...")``."""

    address: str
    display_name: str
    company: str = ""
    phone: str = ""
    country: str
    timezone: str
    username: str = ""
    imap: ServerAnswer
    smtp: ServerAnswer | None = None
    secret: tuple[str, str] = ("", "")
    client_id: str = ""
    """Where the provider wants OAuth2 instead of a password."""
    ca_file: str = ""
    language: str = "en"
    own_domains: tuple[str, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)
    """Correction > name of its folder, where init was asked to make them."""
    state_dir: Path | None = None
    digest_at: str = "08:30"


def config_text(answers: Answers) -> str:
    """The YAML file, ending with a line feed."""
    a = answers
    kind, where = a.secret
    password = "" if a.client_id else f"{{{kind}: {_quoted(where)}}}"
    lines = [
        "# Written by `followupd init`. Every other key is explained in config.example.yaml; try changes with `followupd check`.",
        "accounts:",
        f"  - address: {_quoted(a.address)}              # the address buyers write to",
        f"    display_name: {_quoted(a.display_name)}    # how you sign",
        f"    company: {_quoted(a.company)}              # stands below your name in a draft",
        f"    phone: {_quoted(a.phone)}",
        "    aliases: []                               # your other addresses: mail from them is your own word",
        f"    own_domains: {json.dumps(a.own_domains)}      # your company's domains: colleagues answer for you",
        f"    country: {_quoted(a.country)}              # your own weekend and public holidays",
        f"    timezone: {_quoted(a.timezone)}",
        "    imap:",
        *_server(a.imap, a, password),
    ]
    if a.smtp is not None:
        lines += ["    smtp:                                     # for the digest and alarms to yourself only", *_server(a.smtp, a, password)]
    if a.client_id:
        lines.append(f"    oauth: {{client_id: {_quoted(a.client_id)}}}    # `followupd login` signs in; see docs/security.md")
    if a.corrections:
        lines += ["    folders:", "      corrections:                            # a mail dragged into one is your word on it; it is put back"]
        lines += [f"        {key}: {_quoted(name)}" for key, name in a.corrections.items()]
    lines += [
        "    lookback: 90d                             # how far back the first look reads",
        "    max_silence_age: 45d                      # threads quiet for longer before the first start get no drafts",
        "digest:",
        f'  at: "{a.digest_at}"                                 # in your time zone; nothing new, no mail',
        f"  language: {a.language}",
    ]
    if a.state_dir is not None:
        lines.append(f"state_dir: {_quoted(str(a.state_dir))}")
    return "\n".join(lines) + "\n"


def _server(server: ServerAnswer, answers: Answers, password: str) -> list[str]:
    found = [f"      host: {_quoted(server.host)}", f"      port: {server.port}", f"      security: {server.security}"]
    if answers.username:
        found.append(f"      username: {_quoted(answers.username)}")
    if password:
        found.append(f"      password: {password}")
    if answers.ca_file:
        found.append(f"      ca_file: {_quoted(answers.ca_file)}")
    return found


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
