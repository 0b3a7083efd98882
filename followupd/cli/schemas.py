"""What can a program count on that reads our JSON? (schema)"""

from __future__ import annotations

import json
from typing import Any

import click

from followupd.cli.at_hand import as_json
from followupd.cli.output import say, say_json, table
from followupd.cli.terms import term
from followupd.cli.tongue import said, shown
from followupd.errors import Problem, UserError

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command("schema")
@click.argument("command", nargs=-1, metavar="[COMMAND]...")
@as_json
def schema_command(command: tuple[str, ...], json_: bool) -> None:
    """Show the JSON Schema of what COMMAND prints with --json, such as `followupd schema list drafts`.

    Every line of output is one object of that schema. Without COMMAND: which commands there are. Keys are only ever added.
    """
    from followupd.cli.shapes import SHAPES

    name = " ".join(command)
    if not name:
        abouts = [(one, about_of(schema_of(one))) for one in SHAPES]
        if json_:
            for one, about in abouts:
                say_json({"command": one, "about": " Or: ".join(about)})
        else:
            rows = [(one, said(" Or: ").join(shown(term(part)) for part in about)) for one, about in abouts]
            table(said("JSON of the commands"), ("command", "a line of it is"), rows)
        return
    if name not in SHAPES:
        raise UserError(Problem(name, "prints no JSON", f"one of: {', '.join(SHAPES)}"))
    if json_:
        say_json(schema_of(name))
    else:
        say(json.dumps(schema_of(name), indent=2, ensure_ascii=False))


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a line that the command of that name prints."""
    import msgspec

    from followupd.cli.shapes import SHAPES

    shapes, parts = msgspec.json.schema_components(SHAPES[name], ref_template="#/$defs/{name}")
    line = shapes[0] if len(shapes) == 1 else {"anyOf": list(shapes)}
    return {"$schema": DIALECT, "$id": f"urn:followupd:json:{name.replace(' ', '-')}", "title": f"followupd {name} --json", **line, "$defs": parts}


def about_of(schema: dict[str, Any]) -> list[str]:
    """What the shape, or each of several, says of itself."""
    heads = [schema, *schema.get("anyOf", ())]
    names = [str(head["$ref"]).rpartition("/")[2] for head in heads if "$ref" in head]
    told = [str(schema["$defs"][name].get("description", "")) for name in names]
    return [" ".join(text.replace("``", "").split()) for text in told]
