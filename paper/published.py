"""What has been published beside what the claims find: a table of statements and a table of numbers."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from paper.published_judgement import Found, Outcome, Statement
from paper.published_numbers import Number, load_numbers
from paper.published_statements import STATEMENTS
from paper.records import Records, read_records
from paper.render import whole
from paper.tables import long_table
from simulations.compare import allowed_z
from theory.formula import prose
from theory.scenario.errors import InputError

SEEN = ("read", "reported")
"""How a statement must have come to us: in the source's own text, or through a careful reader of it."""


def write_published(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Write both tables from the numbers in ``inputs[0]`` and the records of the claims, which are the other inputs."""
    records = read_records(inputs[1:])
    text = statements_table(STATEMENTS, records) + "\n" + numbers_table(load_numbers(inputs[0]))
    outputs[0].parent.mkdir(parents=True, exist_ok=True)
    outputs[0].write_text(text, encoding="utf-8")
    advance(1.0)


def statements_table(statements: Sequence[Statement], records: Records) -> str:
    """Every statement, where it stands, how its source counts, what it is worth and which claims show that.

    Raises InputError where a claim is not among the records, or its source was never seen.
    """
    rows, outcomes = [], []
    for key, group in groupby(statements, key=lambda statement: statement.key):
        rows.append(rf"\multicolumn{{4}}{{l}}{{\citet{{{key}}}}} \\")
        for statement in group:
            found = statement.judge()
            outcomes.append(found.outcome)
            rows.append(" & ".join(_cells(statement, found, records)) + r" \\")
    tally = ", ".join(f"{outcomes.count(outcome)} {outcome.value}" for outcome in Outcome if outcome in outcomes)
    caption = (
        rf"Published statements beside the claims that test them: {tally}. A verdict is computed from the claims in "
        r"the last column, or from a law of the package where there is none. After a place stands how the source "
        r"counts generations, where that matters; an asterisk marks what was read in the source itself, all else is as "
        r"reported. A statement is narrower than stated where it holds as it was meant and fails just beyond."
    )
    columns = r"p{0.16\linewidth}p{0.31\linewidth}p{0.34\linewidth}r"
    return long_table(columns, caption, "tab:statements", r"place & it says & found & claim \\", rows)


def _cells(statement: Statement, found: Found, records: Records) -> tuple[str, ...]:
    for claim in statement.claims:
        if claim not in records.claims:
            raise InputError([f"a published statement rests on the claim {claim}, which was not verified"])
    own = [vars(statement.source)] if statement.source else []
    source = source_of(statement, own or records.claims[statement.claims[0]]["sources"])
    counted = " t" in source["counting"]
    place = prose(source["place"]) or "as reported"
    place += "*" if source["confidence"] == "read" else ""
    return (
        f"{place}; {prose(source['counting'])}" if counted else place,
        statement.states,
        rf"\emph{{{found.outcome.value}}}. {with_numbers(statement.finds, found.numbers)}",
        ", ".join(rf"\ref{{claim:{claim}}}" for claim in statement.claims) or "--",
    )


def source_of(statement: Statement, sources: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The one of these records that is of the source; raises InputError where it is not there or was never seen."""
    found = next((source for source in sources if source["key"] == statement.key), None)
    if found is None or found["confidence"] not in SEEN:
        by = statement.claims[0] if statement.claims else "a published statement"
        raise InputError([f"{by} does not cite {statement.key} as {' or '.join(SEEN)}"])
    return found


def with_numbers(text: str, numbers: Mapping[str, float]) -> str:
    """The text with each <name> as its number, to four figures where it is not a count."""

    def shown(number: float) -> str:
        return str(number) if isinstance(number, int) else f"{number:#.4g}"

    return re.sub(r"<(\w+)>", lambda name: shown(numbers[name[1]]), text)


def numbers_table(numbers: Sequence[Number]) -> str:
    """Every number beside theory, with its distance in standard errors; one row for each setting."""
    rows = []
    for experiment, group in groupby(numbers, key=lambda number: number.experiment):
        rows.append(rf"\multicolumn{{9}}{{l}}{{\citet{{{experiment.source}}}: {experiment.what}}} \\")
        rows += [_setting(list(of_one)) for _, of_one in groupby(group, key=lambda number: (number.size, number.t))]
    largest = max(abs(number.z) for number in numbers)
    places = dict.fromkeys(
        rf"\citet{{{number.experiment.source}}}, {number.experiment.place}, {prose(number.experiment.counting)}"
        for number in numbers
    )
    caption = (
        r"Published numbers beside theory: means and standard deviations over chains of a Gaussian source with the "
        r"variance 1, under maximum likelihood, and their distances $z$ in standard errors. Nothing is fitted. The "
        r"errors are theory's, but those of the squared errors of the mean, which are the printed ones. "
        rf"Sources: {'; '.join(places)}. The largest $\left|z\right|$ of {len(numbers)} is {largest:.2f}; chance "
        rf"allows {allowed_z(len(numbers)):.2f}."
    )
    head = r"$M$ & $t$ & chains & mean & theory & $z$ & s.d. & theory & $z$ \\"
    return long_table("rrrrrrrrr", caption, "tab:published", head, rows)


def _setting(numbers: Sequence[Number]) -> str:
    """The mean, and the standard deviation where it was printed."""
    first = numbers[0]
    cells = [whole(first.size), str(first.t), whole(first.runs)]
    for number in numbers:
        cells += [
            f"${number.published:.{number.digits}f}$",
            f"${number.theory:.{number.digits}f}$",
            f"${number.z:+.2f}$",
        ]
    return " & ".join([*cells, *[""] * (9 - len(cells))]) + r" \\"
