"""A forecast for people and programs: JSON with every row, and tables with the generation that fits worst."""

from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulations.compare import Verdict, allowed_z
from simulations.compare_tables import plain_number, verdict_line
from simulations.models.forecast import ForecastRow, forecast
from simulations.models.log import LogError, TrainingLog


def forecast_content(log: TrainingLog) -> dict[str, Any]:
    """Every prediction beside what was observed, and the verdict on the exact ones, as a JSON object.

    Raises ``LogError`` where chains are missing.
    """
    if log.missing:
        told = f"{len(log.missing)} chains of {log.protocol.name} are missing, the first is {log.missing[0]}"
        raise LogError(f"{told}; train the same protocol again")
    rows, text = forecast(log), log.text
    judged = forecast_verdict(rows)
    return {
        "name": log.protocol.name,
        "text": {"origin": text.origin, "sha256": text.sha256, "tokens": text.size, "types": text.vocabulary},
        "forecast": [_plain_row(row) for row in rows],
        "verdict": {
            "comparisons": judged.comparisons,
            "left_out": judged.left_out,
            "largest_z": plain_number(judged.largest),
            "limit": judged.limit,
            "agrees": judged.agrees,
            "line": verdict_line(judged),
        },
    }


def forecast_verdict(rows: list[ForecastRow]) -> Verdict:
    """Whether the exact expectations agree with the chains, all of them together; approximations are not judged."""
    judged = [abs(row.z) for row in rows if row.kind == "exact" and row.z is not None]
    return Verdict(len(judged), len(rows) - len(judged), max(judged, default=0.0), allowed_z(len(judged)))


def forecast_tables(content: dict[str, Any]) -> Group:
    """For each arm and origin of predictions, the generation of each statistic that fits worst; then the verdict."""
    parts: list[RenderableType] = []
    for arm, rows in groupby(content["forecast"], key=lambda row: row["arm"]):
        parts.append(Text(arm, style="bold"))
        by_origin: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_origin.setdefault(_origin(row), []).append(row)
        for origin, group in by_origin.items():
            table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
            table.add_column("statistic", no_wrap=True, min_width=16)
            for name, width in (("worst t", 7), ("predicted", 9), ("observed, 95 %", 21), ("off by", 9), ("z", 6)):
                table.add_column(name, justify="right", no_wrap=True, min_width=width)
            for _, series in groupby(group, key=lambda row: row["statistic"]):
                table.add_row(*_worst(list(series)))
            parts += [Text(origin, style="italic"), table, Text()]
    told = content["verdict"]
    parts.append(Text(told["line"], style="bold green" if told["agrees"] else "bold red"))
    return Group(*parts)


def _origin(row: dict[str, Any]) -> str:
    """What a prediction comes from, and whether it is exact."""
    return f"{row['basis']}, {row['kind']}"


def _worst(series: list[dict[str, Any]]) -> tuple[str, ...]:
    """The generation with the largest |z|, or the last where none has one."""
    row = max(series, key=lambda row: (row["z"] is not None, abs(float(row["z"] or 0.0)), row["t"]))
    off = f"{100.0 * (row['observed'] / row['predicted'] - 1.0):+.2f} %" if row["predicted"] else ""
    return (
        row["statistic"],
        str(row["t"]),
        f"{row['predicted']:.6g}",
        f"{row['observed']:.6g} ± {(row['high'] - row['low']) / 2.0:.2g}",
        off,
        "" if row["z"] is None else f"{float(row['z']):+.2f}",
    )


def _plain_row(row: ForecastRow) -> dict[str, Any]:
    return {
        "arm": row.arm,
        "statistic": row.label,
        "t": row.t,
        "predicted": row.predicted,
        "independent": row.independent,
        "kind": row.kind,
        "basis": row.basis,
        "observed": row.observed,
        "low": row.low,
        "high": row.high,
        "spread": row.spread,
        "chains": row.chains,
        "z": None if row.z is None else plain_number(row.z),
    }
