"""A comparison for people and programs: JSON with every row, and tables with the worst generation of each statistic."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulations.compare import Comparison, Verdict, compare, not_covered, verdict
from simulations.requested import Requested
from simulations.show import measured
from simulations.store import Store


def comparison_content(store: Store, statistics: Sequence[Requested]) -> dict[str, Any]:
    """Every comparison, what is not covered and why, and the verdict, as a JSON object."""
    rows = compare(store, statistics)
    judged = verdict(rows)
    return {
        "name": store.sweep.name,
        "replicates": store.sweep.replicates,
        "seed": store.sweep.seed,
        "comparisons": [_plain_row(row) for row in rows],
        "not_covered": [
            {"cell": missing.cell.label, "statistic": missing.statistic, "reason": missing.reason}
            for missing in not_covered(store, statistics)
        ],
        "verdict": {
            "comparisons": judged.comparisons,
            "left_out": judged.left_out,
            "largest_z": plain_number(judged.largest),
            "limit": judged.limit,
            "agrees": judged.agrees,
            "line": verdict_line(judged),
        },
    }


def verdict_line(judged: Verdict) -> str:
    """``96 comparisons agree: the largest |z| is 3.1, and so many may reach 5.7 (once in a million)``."""
    if judged.comparisons == 0:
        return "nothing was compared, which is no agreement"
    word = "agree" if judged.agrees else "DISAGREE"
    left_out = f"; {judged.left_out} more are shown and not judged" if judged.left_out else ""
    return (
        f"{judged.comparisons} comparisons {word}: the largest |z| is {judged.largest:.2f}, "
        f"and so many may reach {judged.limit:.2f} (once in a million){left_out}"
    )


def comparison_tables(content: dict[str, Any]) -> Group:
    """A table per cell, one row per statistic where it differs most from its claim; then the claims and the verdict."""
    claims = list(dict.fromkeys((row["claim"], row["kind"]) for row in content["comparisons"]))
    parts: list[RenderableType] = []
    for cell, rows in groupby(content["comparisons"], key=lambda row: row["cell"]):
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("statistic", min_width=20, no_wrap=True)
        for name, width in (("compared", 8), ("worst t", 7), ("theory", 10), ("simulation", 18), ("z", 5), ("", 0)):
            table.add_column(name, min_width=width, justify="right", no_wrap=True)
        for claim, series in groupby(rows, key=lambda row: (row["statistic"], row["claim"])):
            series = list(series)
            _add_worst(table, series, claims.index((claim[1], series[0]["kind"])) + 1)
        parts += [Text(cell, style="bold"), table, Text()]
    parts += [Text(f"[{number}] {claim} ({kind})") for number, (claim, kind) in enumerate(claims, start=1)]
    parts += [Text(), *_missing_lines(content["not_covered"])]
    told = content["verdict"]
    parts.append(Text(told["line"], style="bold green" if told["agrees"] else "bold red"))
    return Group(*parts)


def _add_worst(table: Table, series: list[dict[str, Any]], claim: int) -> None:
    """One row: the judged generation that speaks most against the claim, or the last where none is judged."""
    judged = [row for row in series if not row["note"]]
    row = max(judged, key=lambda row: float(row["against"])) if judged else series[-1]
    table.add_row(
        row["statistic"],
        str(len(judged)),
        str(row["t"]),
        f"{float(row['theory']):.6g}",
        measured(row["simulation"], row["standard_error"]),
        "" if row["z"] is None else f"{float(row['z']):+.2f}",
        f"[{claim}]{'' if judged else ' ' + row['note']}",
    )


def _missing_lines(missing: list[dict[str, str]]) -> list[RenderableType]:
    """The statistics that no claim covers, each reason once with the number of its cells."""
    reasons = Counter(entry["reason"] for entry in missing)
    if not reasons:
        return []
    lines = [Text(f"  {reason} ({count} {'cell' if count == 1 else 'cells'})") for reason, count in reasons.items()]
    return [Text("not covered by a claim", style="bold"), *lines, Text()]


def _plain_row(row: Comparison) -> dict[str, Any]:
    return {
        "cell": row.cell.label,
        "settings": row.cell.settings,
        "statistic": row.statistic,
        "t": row.t,
        "theory": plain_number(row.theory),
        "simulation": plain_number(row.simulation),
        "standard_error": plain_number(row.standard_error),
        "z": None if math.isnan(row.z) else plain_number(row.z),
        "against": None if math.isnan(row.z) else plain_number(row.against),
        "claim": row.claim,
        "kind": row.kind,
        "effective_replicates": plain_number(row.effective_replicates),
        "note": row.note,
    }


def plain_number(value: float) -> float | str:
    """A number as JSON may hold it: infinities and what is not a number as strings."""
    return value if math.isfinite(value) else str(value)
