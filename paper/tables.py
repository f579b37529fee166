"""The tables of agreement: every claim beside its other routes and simulation, every trained model beside theory."""

from collections.abc import Mapping, Sequence
from typing import Any

from paper.records import FAMILIES, Records, Verdict
from paper.render import figure, power, whole
from theory.formula import escaped

STATISTICS = ("vocabulary", "hapaxes", "heterozygosity", "entropy", "lost_mass")


def tables(records: Records, simulation: Verdict) -> str:
    """Agreement of every claim with its other routes and with simulation, then of the trained models with theory."""
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
        r"Agreement, claim by claim. Steps are those of the derivation: algebra + recursions solved + named theorems "
        r"given. Error is the largest relative difference between the evaluator and the independent route (for a bound "
        r"its slack, for an asymptotic claim its error at the largest setting tried, for a refuted one its miss). The "
        r"last columns are the comparisons with simulation that were judged and the largest $\left|z\right|$ among "
        rf"them; all {whole(simulation.comparisons)} together allow ${simulation.allowed:.2f}$."
    )
    head = r"& claim & kind & steps & error & $n$ & $\left|z\right|$ \\"
    return long_table("rllrrrr", caption, "tab:agreement", head, rows)


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
        r"Trained models beside theory, nothing fitted. Predicted and observed values are those of the last "
        r"generation, the interval is the 95\,\% one of the mean over chains; error is the largest relative difference "
        r"and $\left|z\right|$ the largest score over all generations. Theory is exact for the unigram model; for the "
        r"bigram model, and for real text in stretches, it is an approximation, and the error is what that costs."
    )
    head = r"real text & statistic & predicted & observed & interval & error & $\left|z\right|$ \\"
    return long_table("llrrrrr", caption, "tab:trained", head, rows)


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


def long_table(columns: str, caption: str, label: str, head: str, rows: Sequence[str]) -> str:
    """A longtable of the few commands that both engines understand."""
    return "\n".join([
        rf"\begin{{longtable}}{{{columns}}}", rf"\caption{{{caption}}}\label{{{label}}}\\", r"\toprule", head,
        r"\midrule", r"\endfirsthead", r"\toprule", r"\endhead", *rows, r"\bottomrule", r"\end{longtable}", "",
    ])  # fmt: skip
