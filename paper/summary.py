"""What a build says last: what was checked, how well it agreed, and where the PDF is."""

from collections.abc import Sequence

from rich.console import Console

from paper.build import shown_path
from paper.cache import Step
from paper.records import Records, Verdict, read_records, read_verdicts
from paper.render import whole


def summarise(steps: Sequence[Step], console: Console) -> int:
    """Print the summary; 0, or 1 where simulation speaks against theory more than chance allows."""
    records = read_records(
        output for step in steps if step.stage in ("claims", "comparisons") for output in step.outputs
    )
    judged = read_verdicts(next(step for step in steps if step.stage == "text").outputs[-1])
    wrong: list[str] = []
    lines = {
        "claims": _claims(records),
        "simulation": _simulation(records, judged["simulation"], wrong),
        "trained models": _forecasts(judged["forecasts"], wrong),
        "figures": f"{sum(step.stage == 'figures' for step in steps)}, each with its PNG and the CSV it draws",
        "paper": shown_path(steps[-1].outputs[0]),
    }
    for name, line in lines.items():
        console.print(f"[bold]{name:<16}[/]{line}", soft_wrap=True)
    for line in wrong:
        console.print(line, style="red", soft_wrap=True, markup=False)
    return 1 if wrong else 0


def _claims(records: Records) -> str:
    made = [claim["verification"] for claim in records.claims.values()]
    exact = [claim["verification"]["reference_error"] for claim in records.claims.values() if claim["kind"] == "exact"]
    steps = sum(sum(record["steps"].values()) for record in made)
    comparisons = sum(record["comparisons"] for record in made)
    return (
        f"{len(made)} verified by algebra ({steps} steps), evaluator and an independent route "
        f"({comparisons} comparisons, exact ones within {max(exact, default=0.0):.0e})"
    )


def _simulation(records: Records, judged: Verdict, wrong: list[str]) -> str:
    chains = sum(store["cells"] * store["replicates"] for store in records.agreement)
    if judged.comparisons == 0:
        wrong.append("nothing was compared with simulation")
    wrong += [
        f"{row['claim']}: {row['statistic']} at t = {row['t']} of {row['cell']} is {row['z']:+.1f} standard errors off"
        for row in records.judged()
        if not row["against"] <= judged.allowed
    ]
    return f"{_sentence(judged, 'comparisons')} ({_plain(chains)} chains)"


def _forecasts(judged: Verdict, wrong: list[str]) -> str:
    if not judged.largest <= judged.allowed:
        wrong.append(f"a trained model is {judged.largest:.1f} standard errors from an exact forecast")
    return _sentence(judged, "exact forecasts")


def _sentence(judged: Verdict, what: str) -> str:
    return f"largest |z| {judged.largest:.2f} of {_plain(judged.comparisons)} {what}, which allow {judged.allowed:.2f}"


def _plain(number: int) -> str:
    return whole(number).replace(r"\,", " ")
