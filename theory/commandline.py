"""The shell around every `python -m` command: whatever a person got wrong is one plain line each on stderr.

Exit status: 0, or the number a command returns; 2 for a usage error, an invalid input, or a file or memory that the
machine refuses; 130 after Ctrl-C; 141 where the reader of the output went away.
"""

import io
import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from cyclopts import App, CycloptsError, UnusedCliTokensError

from theory.scenario.errors import InputError, one_line, shown

__all__ = ["InputError", "new_app", "print_json", "print_rendered", "print_table", "run_app"]


def new_app(name: str, help: str) -> App:
    """An app of commands that answers to -h and --help."""
    return App(name=name, help=help, help_format="plaintext", version_flags=[])


def run_app(app: App, argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command line and leave with its exit status.

    `argv` are the words after the program's name (default: those of this process). A command returns None, or its exit
    status as an int. A KeyboardInterrupt that carries a message is reported with it.
    """
    try:
        status = _run(app, list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    sys.exit(status)


def _run(app: App, argv: list[str]) -> int:
    app.suppress_keyboard_interrupt = False
    try:
        status = app(argv, exit_on_error=False, print_error=False, result_action="return_value")
    except UnusedCliTokensError as error:
        return _refuse([f"there is no place for {', '.join(map(shown, error.unused_tokens))}. See -h."])
    except CycloptsError as error:
        return _refuse([f"{one_line(str(error))} See -h."])
    except InputError as error:
        return _refuse(error.lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        place = f"{shown(str(error.filename))} " if error.filename else "a file "
        return _refuse([f"{place}cannot be used: {error.strerror or one_line(str(error))}"])
    except MemoryError as error:
        return _refuse([f"this takes more memory than there is: {one_line(str(error)) or 'try something smaller'}"])
    except KeyboardInterrupt as error:
        print(str(error) or "interrupted", file=sys.stderr)
        return 130
    return status if isinstance(status, int) else 0


def _refuse(lines: Sequence[str]) -> int:
    sys.stdout.flush()
    for line in lines:
        print(line, file=sys.stderr)
    return 2


def print_json(value: Any) -> None:
    """Print one line of JSON; infinite numbers are the strings "inf" and "-inf", a number that is none is null."""
    print(json.dumps(_json(value), ensure_ascii=False, allow_nan=False))


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(entry) for key, entry in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_json(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value + 0.0 if isinstance(value, float) else value  # 0.0, never -0.0


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Print aligned columns; the last one wraps in a terminal, elsewhere a row is one line. `right`: numbers."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", no_wrap=heading != headings[-1])
    for row in rows:
        table.add_row(*row)
    print_rendered(table)


def print_rendered(content: Any) -> None:
    """Print what rich renders: as wide as the terminal, elsewhere as wide as it needs, without spaces at line ends."""
    from rich.console import Console

    if sys.stdout.isatty():
        Console(markup=False, highlight=False, emoji=False).print(content)
        return
    text = io.StringIO()
    Console(file=text, markup=False, highlight=False, emoji=False, width=10_000).print(content)
    print("\n".join(line.rstrip() for line in text.getvalue().splitlines()))
