"""What the paper takes from the records: the appendix of claims, the tables of agreement, every number in the prose.

Reads the JSON that earlier steps wrote, runs no algebra and no chain. It writes LaTeX that both engines set.
"""

import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paper.records import FAMILIES, Records, Verdict, read_records, verdicts
from paper.render import claim_latex, figure, macro, power, whole
from paper.tables import STATISTICS, tables

QUICK_NOTE = r"\\ quick build: few chains, wide intervals"


def write_text(
    inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None], quick: bool
) -> None:
    """Write claims.tex, agreement.tex, numbers.tex and verdicts.json from the records in ``inputs``."""
    records = read_records(inputs)
    judged = verdicts(records)
    plain = json.dumps({name: asdict(verdict) for name, verdict in judged.items()}, indent=1) + "\n"
    texts = (appendix(records), tables(records, judged["simulation"]), numbers(records, judged, quick), plain)
    for output, text in zip(outputs, texts, strict=True):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    advance(1.0)


def appendix(records: Records) -> str:
    """Every claim as an entry, by family."""
    parts, family = [], None
    for claim in records.claims.values():
        if claim["family"] != family:
            family = claim["family"]
            parts.append(rf"\subsection{{{FAMILIES[family]}}}\label{{app:claims-{family}}}" + "\n")
        parts.append(claim_latex(claim, _simulated(records, claim["id"])))
    return "\n".join(parts)


def _simulated(records: Records, claim: str) -> str:
    judged = records.judged(claim)
    if not judged:
        return "No sweep of the paper asks for it."
    return rf"Simulation: {len(judged)} comparisons, largest $\left|z\right| = {records.largest(claim):.2f}$."


def numbers(records: Records, judged: Mapping[str, Verdict], quick: bool) -> str:
    """One macro for every number in the prose, and one for the statement of every claim."""
    values = {**_claim_numbers(records), **_run_numbers(records), **_model_numbers(records)}
    for name, verdict in judged.items():
        values[f"{name} comparisons"] = whole(verdict.comparisons)
        values |= {f"{name} largest z": f"{verdict.largest:.2f}", f"{name} allowed z": f"{verdict.allowed:.2f}"}
    lines = [rf"\newcommand{{\{macro('Number', name)}}}{{{value}}}" for name, value in values.items()]
    lines += [
        rf"\newcommand{{\{macro('Statement', claim['id'])}}}{{{claim['statement']}}}"
        for claim in records.claims.values()
    ]
    lines.append(rf"\newcommand{{\RunNote}}{{{QUICK_NOTE if quick else ''}}}")
    return "\n".join(lines) + "\n"


def _claim_numbers(records: Records) -> dict[str, str]:
    made = [claim["verification"] for claim in records.claims.values()]
    exact = [claim["verification"] for claim in records.claims.values() if claim["kind"] == "exact"]
    return {
        "claims": str(len(made)),
        "claims exact": str(len(exact)),
        "steps": str(sum(sum(record["steps"].values()) for record in made)),
        "steps given": str(sum(record["steps"]["given"] for record in made)),
        "route comparisons": whole(sum(record["comparisons"] for record in made)),
        "worst error": power(max((record["reference_error"] for record in exact), default=0.0)),
    }


def _run_numbers(records: Records) -> dict[str, str]:
    return {
        "sweeps": str(len(records.agreement)),
        "cells": whole(sum(store["cells"] for store in records.agreement)),
        "chains": whole(sum(store["cells"] * store["replicates"] for store in records.agreement)),
    }


def _model_numbers(records: Records) -> dict[str, str]:
    values = {"python": platform.python_version()}
    for log in records.forecasts:
        text, model = log["text"], log["name"]
        values |= {
            "text tokens": whole(text["tokens"]),
            "text types": whole(text["types"]),
            "text hash": text["sha256"][:12],
        }
        values |= {f"{model} chains": str(log["chains"]), f"{model} refits": str(log["generations"] - 1)}
        for row in log["rows"]:
            if row["t"] == log["generations"] and row["statistic"] in STATISTICS:
                name = f"{model} {'replace' if row['arm'] == 'replace' else 'mixed'} {row['statistic']}"
                values |= {f"{name} observed": figure(row["observed"]), f"{name} predicted": figure(row["predicted"])}
                values |= _as_if_independent(name, row)
    return values | _approximation_numbers(records)


def _as_if_independent(name: str, row: Mapping[str, Any]) -> dict[str, str]:
    """A row as if tokens were independent: the relative error of that, and its distance in standard errors."""
    away = row["observed"] - row["independent"]
    error = row["spread"] / row["chains"] ** 0.5
    return {
        f"{name} independent": figure(row["independent"]),
        f"{name} independent error": rf"{100 * away / row['independent']:+.2f}\,\%".replace("-", "$-$"),
        f"{name} independent z": f"${away / error:+.1f}$" if error > 0 else "none",
    }


def _approximation_numbers(records: Records) -> dict[str, str]:
    """How the forecasts fared that are approximations: how many were scored, and the one that is furthest off."""
    scored = records.scored(exact=False)
    if not scored:
        return {}
    worst = max(scored, key=lambda row: abs(row["z"]))
    words = worst["statistic"].replace("_", " ") + (f" of words with count {worst['band']}" if worst["band"] else "")
    return {
        "approximations": whole(len(scored)),
        "approximations largest z": f"${worst['z']:+.1f}$",
        "approximations furthest off": words.replace("-", "--"),
        "approximations furthest error": rf"{100 * (worst['observed'] / worst['predicted'] - 1):+.2f}\,\%".replace(
            "-", "$-$"
        ),
    }
