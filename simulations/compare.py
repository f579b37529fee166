"""Theory beside simulation: every recorded number that a claim covers, with its z-score and the claim that was used.

Reads finished chains and runs none. The verdict counts exact claims on both sides and bounds on theirs; means
that few chains carry are shown and left out of it. The limit is the normal quantile at which as many
comparisons as were made exceed it, all together, once in a million.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from simulations.precision import carried_by_few
from simulations.requested import Requested
from simulations.store import Store, refuse_incomplete
from simulations.sweep import Cell, Sweep
from theory.by_generation import predict_each
from theory.claim import Kind
from theory.predict import Prediction, predictions
from theory.scenario import QUANTITIES
from theory.scenario.errors import InputError

if TYPE_CHECKING:
    import xarray

FALSE_ALARM = 1e-6  # of a whole verdict, both sides
SAME = 1e-12  # relative: numbers without spread agree when they differ by less
SMALL = 1e-3  # numbers below this are compared on its scale: a divergence from the source itself is rounding, not zero
NOT_ENDED = (
    "belongs to the whole chain, and not every chain is known to have ended: run more generations "
    "(for fixation, record vocabulary too)"
)
NO_SPREAD = 1e-14  # relative: a standard error below this is rounding


@dataclass(frozen=True)
class Comparison:
    """One number of theory beside one of simulation; ``note`` says why it is left out of the verdict, where it is."""

    cell: Cell
    statistic: str
    t: int
    theory: float
    simulation: float
    standard_error: float
    z: float
    claim: str
    kind: str
    effective_replicates: float
    note: str = ""

    @property
    def against(self) -> float:
        """How far the simulation speaks against the claim: |z| for an exact one, the crossing of a bound otherwise."""
        if self.kind == Kind.UPPER_BOUND:
            return max(self.z, 0.0)
        if self.kind == Kind.LOWER_BOUND:
            return max(-self.z, 0.0)
        return abs(self.z)


@dataclass(frozen=True)
class NotCompared:
    """A statistic of a cell that no claim covers, and the reason."""

    cell: Cell
    statistic: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What all judged comparisons say together; comparing nothing is no agreement."""

    comparisons: int
    left_out: int
    largest: float
    limit: float

    @property
    def agrees(self) -> bool:
        return self.comparisons > 0 and self.largest <= self.limit


def compare(store: Store, statistics: Sequence[Requested] | None = None, every_claim: bool = False) -> list[Comparison]:
    """Every recorded mean that a claim covers, in the order of the sweep; ``InputError`` where a cell is missing.

    With ``every_claim`` it meets all claims that cover it, bounds too where an exact claim answers; else the strongest.
    """
    return [row for row in _everything(store, statistics, every_claim) if isinstance(row, Comparison)]


def not_covered(store: Store, statistics: Sequence[Requested] | None = None) -> list[NotCompared]:
    """The statistics of the sweep that no claim covers, cell by cell, each with the reason."""
    return [row for row in _everything(store, statistics) if isinstance(row, NotCompared)]


def verdict(comparisons: Sequence[Comparison]) -> Verdict:
    """The largest |z| of the judged comparisons beside what their number allows."""
    judged = [comparison.against for comparison in comparisons if not comparison.note]
    return Verdict(len(judged), len(comparisons) - len(judged), max(judged, default=0.0), allowed_z(len(judged)))


def allowed_z(comparisons: int) -> float:
    """The |z| that the largest of so many exceeds at most once in a million (Bonferroni, both sides)."""
    return float(-ndtri(FALSE_ALARM / 2 / max(comparisons, 1)))


def _everything(
    store: Store, statistics: Sequence[Requested] | None, every_claim: bool = False
) -> Iterator[Comparison | NotCompared]:
    refuse_incomplete(store)
    for cell in store.sweep.cells:
        data = store.read(cell)
        for statistic in store.sweep.statistics if statistics is None else statistics:
            final = QUANTITIES[statistic.name].final
            try:
                if final and not _ended(data, statistic):
                    raise InputError(f"{statistic.label}: {NOT_ENDED}")
                question = (cell.scenario, statistic.name, () if final else store.sweep.record, statistic.at)
                said = (predictions if every_claim else predict_each)(*question)
            except InputError as error:
                yield NotCompared(cell, statistic.label, "; ".join(error.lines))
                continue
            recorded = data.sel(statistic=statistic.label)
            for prediction in said:
                of_these = recorded.isel(generation=[-1]) if final else recorded.sel(generation=list(prediction.t))
                yield from _rows(store.sweep, cell, statistic, prediction, of_these)


def _ended(data: "xarray.Dataset", statistic: Requested) -> bool:
    """Whether the store shows that later generations would change nothing: every chain has the time that is asked for,
    or has one token left.
    """
    if QUANTITIES[statistic.name].unit == "generations":
        return bool(np.isfinite(data.sel(statistic=statistic.label).isel(generation=-1)["mean"]))
    if "vocabulary" not in data["statistic"]:
        return False
    last = data.sel(statistic="vocabulary").isel(generation=-1)
    return bool(last["mean"] == 1.0 and last["standard_error"] == 0.0)


def _rows(
    sweep: Sweep, cell: Cell, statistic: Requested, prediction: Prediction, data: "xarray.Dataset"
) -> Iterator[Comparison]:
    mean, error = data["mean"].to_numpy(), data["standard_error"].to_numpy()
    effective = data["effective_replicates"].to_numpy()
    few = carried_by_few(cell.scenario, statistic.name, mean, error, effective, sweep.replicates)
    for place, t in enumerate(data["generation"].to_numpy().tolist()):
        for claim, kind, theory in prediction.said(place):
            z = z_score(float(theory), mean[place], error[place], sweep.replicates, t)
            yield Comparison(
                cell, statistic.label, t, float(theory), float(mean[place]), float(error[place]), z, claim, kind,
                float(effective[place]), _note(kind, z, bool(few[place])),
            )  # fmt: skip


def z_score(theory: float, mean: float, standard_error: float, replicates: int, t: int) -> float:
    """(simulation - theory) / standard error; nan where either is infinite.

    Without spread the numbers must agree, and do within ``SAME``. After the source itself, chains that are all alike
    may hide an event that none of ``replicates`` showed: the chance of that, for an event that moves the value by its
    own size or by 1, is given as the |z| of equal probability.
    """
    if not (np.isfinite(theory) and np.isfinite(mean)):
        return np.nan
    if standard_error > NO_SPREAD * abs(mean):
        return float((mean - theory) / standard_error)
    apart = mean - theory
    if abs(apart) <= SAME * max(abs(mean), abs(theory), SMALL):
        return 0.0
    if t == 0:
        return float(np.copysign(np.inf, apart))
    unseen = np.exp(-replicates * abs(apart) / max(1.0, abs(mean)))
    return float(np.copysign(-ndtri(unseen / 2), apart))


def _note(kind: str, z: float, few: bool) -> str:
    if kind not in (Kind.EXACT, Kind.UPPER_BOUND, Kind.LOWER_BOUND):
        return f"{kind}: shown, not judged"
    if np.isnan(z):
        return "not finite"
    return "few chains carry it" if few else ""
