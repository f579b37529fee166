"""`python -m theory`: what is known, with its derivation, and what it says of a setting."""

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from theory.commandline import InputError, new_app, print_json, print_table, run_app
from theory.scenario import QUANTITIES, example_text, load_scenario, schema

MOST_FAILURES = 5
"""Failures of one claim that `check` prints; --json has them all."""

_MEANING = {"upper bound": "room ", "lower bound": "room ", "refuted": "misses by "}
"""What the relative distance from the reference is, where it is no error."""

app = new_app(
    "python -m theory", "The theory of model collapse: every result with its derivation, and what it says of a setting."
)

Json = Annotated[bool, Parameter(name="--json", negative="", help="print JSON")]


@app.command(name="list")
def list_claims(*, json: Json = False) -> None:
    """List every claim: its id, kind, statistic and title."""
    from theory.claims import claims

    names = ("id", "kind", "statistic", "title")
    rows = [(claim.id, claim.kind.value, claim.statistic, claim.title) for claim in claims().values()]
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table(names, rows)


@app.command
def show(
    id: str,
    /,
    *,
    latex: Annotated[bool, Parameter(negative="", help="print the statement and its steps as LaTeX")] = False,
    bibtex: Annotated[bool, Parameter(negative="", help="print what the claim cites as BibTeX")] = False,
    json: Json = False,
) -> None:
    """Show one claim: its statement, assumptions, derivation and sources.

    Parameters
    ----------
    id
        The id of a claim, as `list` prints it.
    """
    if latex + bibtex + json > 1:
        raise InputError("--latex, --bibtex and --json must be asked for one at a time, got more than one")
    from theory.record import claim_bibliography, claim_data, claim_equations, claim_text

    claim = _claim(id)
    if json:
        print_json(claim_data(claim))
    else:
        print((claim_equations if latex else claim_bibliography if bibtex else claim_text)(claim))


@app.command
def predict(
    scenario: Path,
    /,
    *,
    statistic: Annotated[str | None, Parameter(help="which one; left out: a table of everything covered")] = None,
    t: Annotated[str | None, Parameter(help="generations: 7, 0:50, 1,10,100 or inf")] = None,
    at: Annotated[
        float | None, Parameter(help="the argument of a statistic: a threshold, an order, or a token by rank from 0")
    ] = None,
    quantile: Annotated[
        str | None, Parameter(help="probabilities such as 0.05,0.5,0.95: the law of a single chain")
    ] = None,
    json: Json = False,
) -> None:
    """Say what theory predicts for a scenario file; values are expectations unless the statistic's name says otherwise.

    Parameters
    ----------
    scenario
        A scenario file; `example` prints one to start from.
    """
    if statistic is None and (at is not None or quantile is not None):
        raise InputError(f"--statistic must be given with --{'quantile' if at is None else 'at'}, got nothing")
    setting = load_scenario(scenario)
    from theory import answer
    from theory.by_generation import predict_each
    from theory.generations import parse_generations, parse_levels, usual_generations
    from theory.predict import quantiles

    final = statistic in QUANTITIES and QUANTITIES[statistic].final
    generations = parse_generations(t) if t is not None else () if final else usual_generations(setting)
    if statistic is None:
        covered, others = answer.everything_covered(setting, generations)
        if json:
            print_json({"covered": [answer.answer_data(one) for one in covered], "not_covered": others})
            return
        if covered:
            print_table(answer.HEADINGS, [row for one in covered for row in answer.answer_rows(one)], ("t", "value"))
            if others:
                print()
        print("\n".join(answer.uncovered_lines(setting, others)))
    elif quantile is not None:
        law = quantiles(setting, statistic, generations, parse_levels(quantile), at)
        if json:
            print_json(answer.quantile_data(law))
        else:
            print_table(answer.QUANTILE_HEADINGS, answer.quantile_rows(law), ("t", "quantile", "value"))
    else:
        found = predict_each(setting, statistic, generations, at)
        if json:
            data = [answer.answer_data(one) for one in found]
            print_json(data[0] if len(data) == 1 else data)
        else:
            print_table(answer.HEADINGS, [row for one in found for row in answer.answer_rows(one)], ("t", "value"))


@app.command
def plan(
    field: str,
    scenario: Path,
    /,
    *,
    statistic: Annotated[str, Parameter(help="what must keep to a target")],
    above: Annotated[float | None, Parameter(help="it must be at least this")] = None,
    below: Annotated[float | None, Parameter(help="it must be at most this")] = None,
    minimise: Annotated[bool, Parameter(negative="", help="it must be as small as can be")] = False,
    maximise: Annotated[bool, Parameter(negative="", help="it must be as large as can be")] = False,
    t: Annotated[str | None, Parameter(help="generation: a whole number, or inf (the default)")] = None,
    at: Annotated[float | None, Parameter(help="the argument of the statistic, where it takes one")] = None,
    budget: Annotated[int | None, Parameter(help="points in all, to be spread best; FIELD is then sample_size")] = None,
    json: Json = False,
) -> int:
    """Find the value of one field with which a statistic keeps to a target; exit status 1 where none does.

    With --budget, find the sizes of t fits with that sum that leave the least error.

    Parameters
    ----------
    field
        A number of the scenario, such as retention.share or sample_size.size, or t for a horizon; sample_size where
        a budget is to be spread.
    scenario
        A scenario file; `example` prints one to start from.
    """
    from theory.answer import plan_data, plan_line
    from theory.generations import parse_generation
    from theory.plan import plan as planned

    goals = {"above": above, "below": below, "minimum": minimise or None, "maximum": maximise or None}
    asked = [goal for goal, value in goals.items() if value is not None]
    if (field == "sample_size") is not (budget is not None):
        given = "nothing" if budget is None else f"it with {field}"
        raise InputError(f"--budget must be given with the field sample_size, and with no other, got {given}")
    if budget is not None:
        return _spread(load_scenario(scenario), statistic, budget, t, bool(asked or at is not None), json)
    if len(asked) != 1:
        given = " and ".join(asked) if asked else "nothing"
        raise InputError(f"one of --above, --below, --minimise and --maximise must be given, got {given}")
    if field == "t" and (t is not None or asked[0] in ("minimum", "maximum")):
        raise InputError("--t, --minimise and --maximise must be left out where t itself is looked for")
    target = goals[asked[0]] if asked[0] in ("above", "below") else None
    when = float("inf") if t is None else parse_generation(t)
    found = planned(load_scenario(scenario), field, statistic, asked[0], target, when, at)  # type: ignore[arg-type]
    if json:
        print_json(plan_data(found))
    else:
        print(plan_line(found))
    return 0 if found.feasible else 1


def _spread(scenario: Any, statistic: str, budget: int, t: str | None, more: bool, json: bool) -> int:
    from theory.answer import sizes_data, sizes_lines
    from theory.generations import parse_generation
    from theory.plan_sizes import plan_sizes

    if more:
        raise InputError("--above, --below, --minimise, --maximise and --at must be left out with --budget")
    found = plan_sizes(scenario, statistic, budget, float("inf") if t is None else parse_generation(t))
    if json:
        print_json(sizes_data(found))
    else:
        print(sizes_lines(found))
    return 0


@app.command
def check(*ids: str, json: Json = False) -> int:
    """Verify claims by every route: derivation, algebra, evaluator, independent reference. Exit status 1 if one fails.

    Parameters
    ----------
    ids
        Ids of claims; none: all of them.
    """
    from rich.console import Console
    from rich.progress import Progress

    from theory.claims import claims
    from theory.verify import verify

    chosen = [_claim(id) for id in ids] or list(claims().values())
    console = Console(stderr=True)
    reports = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("checking", total=len(chosen))
        for claim in chosen:
            progress.update(task, description=claim.id)
            reports.append(verify(claim))
            progress.advance(task)
    failed = [report for report in reports if not report.verified]
    if json:
        print_json([{**vars(report), "kind": report.kind.value, "verified": report.verified} for report in reports])
        return 1 if failed else 0
    rows = [
        (
            report.id,
            report.kind.value,
            ", ".join(f"{number} {kind}" for kind, number in report.steps.items() if number),
            str(report.comparisons),
            f"{report.algebra_error:.1e}",
            f"{_MEANING.get(report.kind.value, '')}{report.reference_error:.1e}",
            "verified" if report.verified else "FAILED",
        )
        for report in reports
    ]
    headings = ("claim", "kind", "steps", "values", "from algebra", "from reference", "verdict")
    print_table(headings, rows, ("values", "from algebra", "from reference"))
    for report in failed:
        for failure in report.failures[:MOST_FAILURES]:
            print(f"{report.id}: {failure}")
        if len(report.failures) > MOST_FAILURES:
            print(f"{report.id}: and {len(report.failures) - MOST_FAILURES} more")
    print(f"{len(reports) - len(failed)} of {len(reports)} claims verified by every route")
    return 1 if failed else 0


@app.command
def coverage(source: str = "gaussian", /, *, json: Json = False) -> None:
    """Print what is known: for every statistic and retention policy the kind of claim that answers.

    Parameters
    ----------
    source
        The kind of the source, such as gaussian, gaussian_vector or tokens.
    """
    from theory import answer
    from theory.coverage import coverage as matrix

    found = matrix(source)
    if json:
        print_json(answer.coverage_data(found))
    else:
        print_table(("statistic", *found.policies), answer.coverage_rows(found))
        print(answer.COVERAGE_KEY)


@app.command
def example(kind: str, /) -> None:
    """Print a first scenario file that shows a kind.

    Parameters
    ----------
    kind
        A kind of source, sample size, retention, estimator or sampler, or a disturbance.
    """
    sys.stdout.write(example_text(kind))


@app.command(name="schema")
def print_schema() -> None:
    """Print the JSON Schema of a scenario file."""
    import json

    print(json.dumps(schema(), indent=2))


def _claim(id: str) -> Any:
    from theory.claims import claims
    from theory.scenario.errors import nearest, shown

    known = claims()
    if id not in known:
        raise InputError(f"the id of a claim must be one that `list` prints, got {shown(id)}{nearest(id, known)}")
    return known[id]


if __name__ == "__main__":
    run_app(app)
