"""How does a file of one's own begin? (rules copy, rules schema)

A file of one's own says only what is to be otherwise. So a copied entry holds, and a table copied whole stands there as
comments: nothing changes until a line is uncommented. The schemas are laid beside, so that editors complete and check.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from followupd.cli.at_hand import Options
from followupd.cli.output import say
from followupd.cli.rules_at_hand import own_rules
from followupd.cli.tongue import said
from followupd.errors import Problem, UserError
from followupd.lab.schema import modeline, write_schemas
from followupd.rulesource import label_of, read_rules, shipped_rules
from followupd.yamlfile import read_yaml

into = click.option(
    "--rules", "directory", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Your rules; default: those of the config, else ./rules.",
)  # fmt: skip
FIRST_STORY = """\
# Stories of your own: `followupd rules test` plays them. rules/tests of followupd holds more, docs/tuning.md every word.
- title: A German buyer who says nothing gets one mail after three working days
  buyer: Anna Schmidt <anna.schmidt@schmidt-armaturen.de>
  steps:
    - {at: 2026-09-01 15:10, buyer: inquiry_valves, subject: Inquiry ball valves}
    - {at: 2026-09-02 10:00, we: quote_valves_30d}
    - {at: 2026-09-04 18:00, expect: {drafts: []}}
    - {at: 2026-09-09 18:00, expect: {drafts_exactly: 1, stage: quoted, contains: [Schmidt]}}
"""


@click.command("copy")
@click.argument("name", metavar="TABLE")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@into
@click.pass_obj
def copy_command(options: Options, name: str, ids: tuple[str, ...], directory: Path | None) -> None:
    """Begin a file of your own: entries of TABLE to change, or the whole table as comments.

    TABLE may also be a template, like templates/en/close_out.j2, or `tests` for a first story. What is yours already is
    never written over.
    """
    root = own_rules(options, directory)
    if name == "tests":
        path = _new(root / "tests" / "mine.yaml", modeline("tests/mine").replace("tests.json", "stories.json"), FIRST_STORY)
    elif name in read_rules().texts:
        path = _new(root / name, "", (shipped_rules() / name).read_text(encoding="utf-8"))
    else:
        path = _copy_entries(root, name, ids)
    write_schemas(root / "schema", read_rules())
    say(said("{path}: yours to change; then `followupd rules check {root}`", path=path, root=root))


@click.command("schema")
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path), metavar="[DIR]")
@click.pass_obj
def schema_command(options: Options, directory: Path | None) -> None:
    """Write the JSON Schema of every YAML file; default: into schema/ of your rules, where their first lines look."""
    target = directory or own_rules(options, None) / "schema"
    changed = write_schemas(target, read_rules())
    say(said("{path}: {count} schemas written", path=target, count=len(changed)) if changed else said("{path}: all up to date", path=target))


def _new(path: Path, first: str, text: str) -> Path:
    """Write a file that is not there yet. Raises UserError."""
    if path.exists():
        raise UserError(Problem(str(path), "is there already", "edit it, or move it away first"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{first}\n{text}" if first else text, encoding="utf-8")
    return path


def _copy_entries(root: Path, name: str, ids: tuple[str, ...]) -> Path:
    shipped = shipped_rules() / f"{name}.yaml"
    if not shipped.is_file() or name.startswith("tests/"):
        raise UserError(Problem(name, "is neither a table nor a template", "`followupd rules show` lists the tables"))
    head, entries = _parts(shipped)
    if missing := [id for id in ids if id not in entries]:
        raise UserError(Problem(", ".join(missing), f"is not in {name}", f"one of: {', '.join(entries)}"))
    path = root / f"{name}.yaml"
    if not ids:
        return _new(path, modeline(name), head + _commented(entries.values()))
    if not path.exists():
        return _new(path, modeline(name), head + "".join(entries[id] for id in ids))
    return _append(path, {id: entries[id] for id in ids})


def _append(path: Path, wanted: dict[str, str]) -> Path:
    """Add entries at the end of a file of one's own. Raises UserError when one of them stands there."""
    file = read_yaml(path, label_of(path))
    held = file.data if isinstance(file.data, dict) else {}
    if there := [id for id in wanted if id in held]:
        raise UserError(*(Problem(file.where((id,)), f"{id} is yours already", "edit it there") for id in there))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.rstrip("\n") + "\n" + "".join(wanted.values()), encoding="utf-8")
    return path


def _parts(path: Path) -> tuple[str, dict[str, str]]:
    """The comment on top of a shipped file, and the text of each entry with the comments above it."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    file = read_yaml(path)
    assert isinstance(file.data, dict)
    starts = {id: _from(lines, file.lines[(id,)] - 1) for id in file.data}
    first = min(starts.values())
    ends = [*list(starts.values())[1:], len(lines)]
    head = "".join(line for line in lines[:first] if "yaml-language-server" not in line)
    return head, {id: "".join(lines[start:end]) for (id, start), end in zip(starts.items(), ends, strict=True)}


def _from(lines: list[str], row: int) -> int:
    """Comments right above an entry belong to it, save those on top of the file."""
    start = row
    while start > 0 and lines[start - 1].startswith("#"):
        start -= 1
    return row if start == 0 else start


def _commented(entries: Iterable[str]) -> str:
    lines = "".join(entries).splitlines(keepends=True)
    return "".join(line if line.startswith("#") or not line.strip() else f"# {line}" for line in lines)
