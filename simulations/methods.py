"""The methods of a scenario beside each other, for people and programs; nothing here starts JAX."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from simulations.cost import memory
from simulations.kernels.choice import chosen, methods_of
from simulations.kernels.method import NoKernel, Question
from theory.scenario import InputError, Scenario, statistic_called
from theory.scenario.errors import shown


def method_rows(scenario: Scenario, times: str, statistics: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Name, title, nanoseconds per chain-generation, chains in a lane and bytes of it, or the problem; and the choice.

    Raises NoKernel for a family without methods, InputError for generations that are none.
    """
    record = _generations(times)
    for name in statistics:
        statistic_called(name)
    question = Question(scenario, record[-1], record, statistics)
    try:
        choice = chosen(question).name
    except NoKernel:
        choice = None
    rows = []
    for method in methods_of(scenario.family):
        problem = method.problem(question)
        if problem is None and method.of_the_last and not question.only_last:
            problem = "generations before the last; covered: the last alone"
        row: dict[str, Any] = {"method": method.name, "title": method.title, "chosen": method.name == choice}
        if problem is None:
            cost = method.cost(question)
            row |= {"nanoseconds": cost.nanoseconds, "width": cost.width, "lane_bytes": cost.lane_bytes}
            row["fits"] = 2 * (cost.lane_bytes + cost.table_bytes) <= memory()
        rows.append(row | {"problem": problem})
    return rows


def method_table(rows: list[dict[str, Any]]) -> Group:
    """One line per method, an arrow at the choice."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("", "method", "chain-generation", "how"):
        table.add_column(name, no_wrap=name != "how")
    notes: list[RenderableType] = []
    for row in rows:
        cost = "-" if row["problem"] else _time(row["nanoseconds"])
        table.add_row("->" if row["chosen"] else "", row["method"], cost, row["title"])
        if row["problem"]:
            notes.append(Text(f'"{row["method"]}" does not cover {row["problem"]}', style="dim"))
    return Group(table, *([Text(), *notes] if notes else []))


def _generations(times: str) -> tuple[int, ...]:
    found = [part.strip() for part in times.split(",")]
    if not all(part.isdecimal() and 0 < int(part) < 2**32 for part in found):
        raise InputError(f"--t must be generations of at least 1, such as 1,10,100, got {shown(times)}")
    return tuple(sorted({int(part) for part in found}))


def _time(nanoseconds: float) -> str:
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"
