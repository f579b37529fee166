"""The README's table of claims and its figure: copies of what the build makes, renewed by ``python -m paper.readme``.

The tests compare them with the claims as they are now.
"""

import shutil
from pathlib import Path

from theory.claim import Claim
from theory.claims import claims

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FIGURE = "overview"
COPIES = ROOT / "paper" / "data"
BEGIN, END = "<!-- claims -->\n", "<!-- /claims -->\n"
HEAD = ("| claim | kind | statistic | says |", "|---|---|---|---|")


def claims_table() -> str:
    """A folded table for each family: every claim in one row, its id, its kind, its statistic and what it says."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims().values():
        groups.setdefault(claim.id.split("-")[0], []).append(claim)
    tables = []
    for family in sorted(groups):
        rows = [
            f"| `{claim.id}` | {claim.kind.value} | `{claim.statistic}` | {_cell(claim.title)} |"
            for claim in groups[family]
        ]
        number = f"{len(rows)} claim{'s' if len(rows) > 1 else ''}"
        heading = f"<details><summary><code>{family}</code>: {number}</summary>\n"
        tables.append("\n".join((heading, *HEAD, *rows, "\n</details>\n")))
    return "\n".join(tables)


def with_table(readme: str) -> str:
    """The README's text with the table between its two marks replaced."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{claims_table()}{END}{after}"


def renew() -> None:
    """Write the table, and copy the figure with its numbers and their origin from a whole build."""
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    COPIES.mkdir(exist_ok=True)
    for kind in ("png", "csv", "json"):
        shutil.copy(ROOT / "paper" / "generated" / "figures" / f"{FIGURE}.{kind}", COPIES)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("*", r"\*").replace("_", r"\_")


if __name__ == "__main__":
    renew()
