"""Ours, through the public door: the contenders of the engine, and the row of a comparison with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paper.benchmarks import Row, Spread, Target
from simulations.ensemble import EnsembleResult, run_ensemble
from simulations.kernels.choice import AUTOMATIC
from simulations.requested import Requested
from tests.benchmarks.rounds import Contender, measured
from tests.benchmarks.threads import ONE
from theory.scenario import InputError, parse_scenario

ALONE = "core for core"
"""Ours on one core beside numpy on one thread."""

STATISTICS = {"gaussian": ("log_variance", "mean_squared_error"), "tokens": ("heterozygosity", "vocabulary")}


@dataclass(frozen=True)
class Case:
    """A run of the engine: a scenario file's tables, the sizes of the run, the method (default: its own choice), and
    the statistics (default: those of the family).
    """

    scenario: Mapping[str, Any]
    generations: int
    replicates: int
    record: Sequence[int]
    method: str = AUTOMATIC
    statistics: tuple[str, ...] = ()

    @property
    def work(self) -> float:
        """Chain-generations."""
        return float(self.replicates * self.generations)

    def run(self, lanes: int | None = None) -> EnsembleResult:
        """Run it; `lanes` at work at once."""
        scenario = parse_scenario(dict(self.scenario))
        return run_ensemble(
            scenario,
            generations=self.generations,
            replicates=self.replicates,
            seed=0,
            statistics=[Requested(name) for name in self.statistics or STATISTICS[scenario.family]],
            record=self.record,
            method=self.method,
            lanes=lanes,
        )


@dataclass(frozen=True)
class Named:
    """The words of a row."""

    group: str
    name: str
    setting: str
    unit: str


OURS, OURS_ALONE = "ours", "ours on 1 core"


def ours(case: Case) -> list[Contender]:
    """The engine on two cores, and on one with one lane at a time."""
    return [
        Contender(OURS, case.run, case.work, 2),
        Contender(OURS_ALONE, lambda: case.run(lanes=1), case.work, 1),
    ]


def engine_row(
    named: Named,
    case: Case,
    peers: Sequence[Contender],
    needed: Mapping[str, float],
    rounds: int,
    scale: float = 1.0,
    note: str = "",
) -> Row:
    """The row of a case beside its peers; what no kernel covers is a row that says so.

    `needed` are targets by peer; `scale` turns chain-generations into the unit.
    """
    try:
        method = case.run().method
    except InputError as error:
        return Row(named.group, named.name, named.setting, named.unit, note=f"not run: {error}")
    rates = measured([*ours(case), *peers], rounds)
    ratios = {peer.name: rates.ratio(OURS, peer.name) for peer in peers}
    if ONE in ratios:
        ratios[ALONE] = rates.ratio(OURS_ALONE, ONE)
    targets = tuple(Target(peer, least, ratios[peer].median) for peer, least in needed.items())
    value = scaled(rates.rate(OURS), scale)
    return Row(named.group, named.name, named.setting, named.unit, method, value, ratios, targets, note)


def scaled(value: Spread, scale: float) -> Spread:
    """The spread in another unit."""
    return Spread(scale * value.median, scale * value.low, scale * value.high)
