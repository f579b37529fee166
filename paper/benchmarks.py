"""Measured speed, as data: rows of a benchmark with their targets, cost curves, and the machine that they hold for.

``python -m tests.benchmarks`` writes the file, the paper's table and figure read it. Rates are those of one machine;
what travels are ratios, taken within rounds in which all contenders ran one after the other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from theory.scenario.errors import InputError

FORMAT = 1
KIND = "benchmarks"


@dataclass(frozen=True)
class Spread:
    """A median over rounds and the quartiles about it."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Target:
    """What was asked of a row: at least (or at most) so much of something, and what was measured."""

    what: str
    needed: float
    measured: float
    at_least: bool = True

    @property
    def reached(self) -> bool:
        """Whether the measured median is on the right side."""
        return self.measured >= self.needed if self.at_least else self.measured <= self.needed

    @property
    def sentence(self) -> str:
        """``numpy, 1 thread: at least 2, measured 2.1, reached``."""
        verdict = "reached" if self.reached else "short of it"
        side = "at least" if self.at_least else "at most"
        return f"{self.what}: {side} {self.needed:.3g}, measured {self.measured:.3g}, {verdict}"


@dataclass(frozen=True)
class Row:
    """One comparison: what was run, by which method, how fast, how many times as fast as each peer.

    ``value`` is in ``unit``: a rate, or seconds, bytes or an error where less is better. It is None where nothing
    ran, and ``note`` then says why. ``ratios`` are of rates, ours over the peer's, by the peer's name.
    """

    group: str
    name: str
    setting: str
    unit: str
    method: str = ""
    value: Spread | None = None
    ratios: Mapping[str, Spread] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    note: str = ""


@dataclass(frozen=True)
class Curve:
    """Nanoseconds per chain and generation against one size, all others held: ``axis`` is g, R, K or M."""

    axis: str
    family: str
    contender: str
    setting: str
    x: Sequence[float]
    nanoseconds: Sequence[float]


@dataclass(frozen=True)
class Benchmarks:
    """A whole run: rows and curves in the order of the groups, and the machine, versions and date."""

    rows: Sequence[Row]
    curves: Sequence[Curve]
    provenance: Mapping[str, Any]
    rounds: int
    quick: bool

    @property
    def targets(self) -> list[Target]:
        """Every target of every row."""
        return [target for row in self.rows for target in row.targets]


def save_benchmarks(found: Benchmarks, path: Path) -> None:
    """Write the whole run as JSON, each target with its verdict."""
    content = {"format": FORMAT, "kind": KIND, **asdict(found)}
    for row, written in zip(found.rows, content["rows"], strict=True):
        written["targets"] = [asdict(target) | {"reached": target.reached} for target in row.targets]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load_benchmarks(path: Path) -> Benchmarks:
    """A saved run; raises ``InputError`` where the file is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as saved benchmarks: {error}") from error
    if not isinstance(content, dict) or (content.get("kind"), content.get("format")) != (KIND, FORMAT):
        raise InputError(f"{path} holds no benchmarks of format {FORMAT}: run `python -m tests.benchmarks` again")
    return Benchmarks(
        tuple(_row(row) for row in content["rows"]),
        tuple(Curve(**curve) for curve in content["curves"]),
        content["provenance"],
        content["rounds"],
        content["quick"],
    )


def _row(content: Mapping[str, Any]) -> Row:
    value = None if content["value"] is None else Spread(**content["value"])
    ratios = {name: Spread(**ratio) for name, ratio in content["ratios"].items()}
    targets = tuple(
        Target(**{name: entry for name, entry in target.items() if name != "reached"}) for target in content["targets"]
    )
    return Row(**{**content, "value": value, "ratios": ratios, "targets": targets})
