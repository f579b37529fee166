"""What the paper takes from the records: the appendix of claims, the tables of agreement, and every number in the prose.

Reads the JSON that earlier steps wrote, runs no algebra and no chain. The files it writes are LaTeX that both engines set.
"""

import json
import math
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from paper.formula import escaped
from paper.render import claim_latex, macro, power

FAMILIES = {
    "gaussian": "Gaussian",
    "tokens": "Tokens",
    "regression": "Regression",
    "families": "Other families",
    "forces": "Forces",
}
STATISTICS = ("vocabulary", "hapaxes", "heterozygosity", "entropy", "lost_mass")
QUICK_NOTE = r"\\ quick build: few chains, wide intervals"


@dataclass(frozen=True)
class Records:
    """What the build found, read back: claims by id in the order of the appendix, comparisons by store and by log."""

    claims: Mapping[str, Mapping[str, Any]]
    agreement: Sequence[Mapping[str, Any]]
    forecasts: Sequence[Mapping[str, Any]]

    def judged(self, claim: str | None = None) -> list[Mapping[str, Any]]:
        """Comparisons with simulation that count in the verdict, of one claim or of all."""
        rows = [row for store in self.agreement for row in store["rows"] if not row["note"]]
        return [row for row in rows if claim in (None, row["claim"])]

    def largest(self, claim: str | None = None) -> float:
        """The largest |z| against the claim, or against any; 0 where nothing was compared."""
        return max((row["against"] for row in self.judged(claim)), default=0.0)

    def scored(self, exact: bool) -> list[Mapping[str, Any]]:
        """Forecasts of trained models that have a z: those that are exact, or those that are approximations."""
        rows = [row for log in self.forecasts for row in log["rows"] if row["z"] is not None]
        return [row for row in rows if (row["kind"] == "exact") is exact]


def read_records(paths: Iterable[Path]) -> Records:
    """The records among the outputs of earlier steps, told apart by their folders."""
    found: dict[str, list[Any]] = {"claims": [], "agreement": [], "forecast": []}
    for path in paths:
        content = json.loads(path.read_text(encoding="utf-8"))
        if path.parent.name == "claims":
            content["family"] = path.stem.split(".")[0]
        found[path.parent.name].append(content)
    order = list(FAMILIES)
    found["claims"].sort(key=lambda claim: (order.index(claim["family"]), claim["id"]))
    return Records({claim["id"]: claim for claim in found["claims"]}, found["agreement"], found["forecast"])


@dataclass(frozen=True)
class Verdict:
    """Comparisons of one kind together: how many, the largest |z|, and what so many allow."""

    comparisons: int
    largest: float
    allowed: float


def verdicts(records: Records) -> dict[str, Verdict]:
    """Simulation against the claims, and trained models against exact forecasts, judged by the same rule."""
    from simulations.compare import allowed_z

    scores = {
        "simulation": [row["against"] for row in records.judged()],
        "forecasts": [abs(row["z"]) for row in records.scored(exact=True)],
    }
    return {name: Verdict(len(z), max(z, default=0.0), allowed_z(len(z))) for name, z in scores.items()}


def read_verdicts(path: Path) -> dict[str, Verdict]:
    """What ``write_text`` found, read back."""
    return {name: Verdict(**fields) for name, fields in json.loads(path.read_text(encoding="utf-8")).items()}


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


def tables(records: Records, simulation: Verdict) -> str:
    """The agreement of every claim with its other routes and with simulation, then of the trained models with theory."""
    return _claims_table(records, simulation) + "\n" + _models_table(records)


def _claims_table(records: Records, simulation: Verdict) -> str:
    rows, family = [], None
    for claim in records.claims.values():
        if claim["family"] != family:
            family = claim["family"]
            rows.append(rf"\multicolumn{{7}}{{l}}{{\emph{{{FAMILIES[family]}}}}} \\")
        made = claim["verification"]
        steps = " + ".join(str(made["steps"][kind]) for kind in ("algebra", "solves", "given"))
        judged = records.judged(claim["id"])
        rows.append(" & ".join([
            rf"\ref{{claim:{claim['id']}}}", rf"\texttt{{{escaped(claim['id'])}}}", claim["kind"], f"${steps}$",
            f"${power(made['reference_error'], 0)}$", str(len(judged)) if judged else "--",
            f"{records.largest(claim['id']):.2f}" if judged else "--",
        ]) + r" \\")  # fmt: skip
    caption = (
        r"Agreement, claim by claim. Steps are those of the derivation: algebra + recursions solved + named theorems given. "
        r"Error is the largest relative difference between the evaluator and the independent route (for a bound its slack, "
        r"for an asymptotic claim its error at the largest setting tried). The last columns are the comparisons with "
        rf"simulation that were judged and the largest $\left|z\right|$ among them; all {whole(simulation.comparisons)} together allow "
        rf"${simulation.allowed:.2f}$."
    )
    head = r"& claim & kind & steps & error & $n$ & $\left|z\right|$ \\"
    return _long_table("rllrrrr", caption, "tab:agreement", head, rows)


def _models_table(records: Records) -> str:
    rows = []
    for log in records.forecasts:
        rows.append(rf"\multicolumn{{7}}{{l}}{{\emph{{{escaped(log['name'].replace('-', ', '))}}}}} \\")
        for arm in dict.fromkeys(row["arm"] for row in log["rows"]):
            for statistic in STATISTICS:
                series = [row for row in log["rows"] if (row["arm"], row["statistic"]) == (arm, statistic)]
                if series:
                    rows.append(_model_row(arm, statistic, series))
    caption = (
        r"Trained models beside theory, nothing fitted. Predicted and observed values are those of the last generation, the "
        r"interval is the 95\,\% one of the mean over chains; error is the largest relative difference and $\left|z\right|$ the largest "
        r"score over all generations. Theory is exact for the unigram model; for the bigram model it treats dependent tokens "
        r"as independent, and the error is what that costs."
    )
    head = r"real text & statistic & predicted & observed & interval & error & $\left|z\right|$ \\"
    return _long_table("llrrrrr", caption, "tab:trained", head, rows)


def _model_row(arm: str, statistic: str, series: Sequence[Mapping[str, Any]]) -> str:
    last = series[-1]
    error = max(abs(row["observed"] / row["predicted"] - 1) for row in series if row["predicted"])
    score = max((abs(row["z"]) for row in series if row["z"] is not None), default=None)
    cells = [
        "none" if arm == "replace" else rf"{100 * float(arm.partition('=')[2]):g}\,\%",
        escaped(statistic.replace("_", " ")),
        figure(last["predicted"]),
        figure(last["observed"]),
        f"{figure(last['low'])} to {figure(last['high'])}",
        rf"{100 * error:.2f}\,\%",
        "--" if score is None else f"{score:.2f}",
    ]
    return " & ".join(cells) + r" \\"


def _long_table(columns: str, caption: str, label: str, head: str, rows: Sequence[str]) -> str:
    """A longtable of the few commands that both engines understand."""
    return "\n".join([
        rf"\begin{{longtable}}{{{columns}}}", rf"\caption{{{caption}}}\label{{{label}}}\\", r"\toprule", head, r"\midrule",
        r"\endfirsthead", r"\toprule", r"\endhead", *rows, r"\bottomrule", r"\end{longtable}", "",
    ])  # fmt: skip


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
    return values


def whole(number: int) -> str:
    r"""A whole number with thin spaces between thousands: 12\,345."""
    return f"{number:,}".replace(",", r"\,")


def figure(number: float) -> str:
    """A number to four figures, or whole where it is large: what a reader compares by eye."""
    if math.isnan(number):
        return "--"
    if abs(number) >= 1000:
        return whole(round(number))
    digits = 3 - math.floor(math.log10(abs(number))) if number else 3
    return f"{number:.{max(0, digits)}f}"
