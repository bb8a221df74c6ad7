"""`rapport serve` and `rapport doctor`: the server, and whether everything is in order."""

import asyncio
from typing import Annotated

import typer

from assistant.commands.options import Debug, Home, Json, settings_of, settings_of_bank


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on")] = 8080,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Serve the page, the widget and the API."""
    settings = settings_of_bank(home)
    from server import serve as serve_app

    asyncio.run(serve_app(settings, host, port))


def doctor(as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """Check that everything is in order.

    Looks at the installation, the store, the library and the journal. Exit code 1 if something is wrong.
    """
    import json
    from dataclasses import asdict

    from assistant.commands.printing import print_table
    from assistant.doctor import examine

    findings = asyncio.run(examine(settings_of(home)))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        rows = [("ok" if finding.ok else "WRONG", finding.what, finding.detail) for finding in findings]
        print_table(("", "what", "found"), rows)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
