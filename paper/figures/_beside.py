"""A statistic of one cell beside its prediction, without the means that few chains carry."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from paper.drawing import expect
from simulations.precision import carried_by_few
from simulations.store import Store
from simulations.sweep import Cell
from theory.predict import predict

ENOUGH = 100  # chains that a mean must rest on; its error bar would be no guide with fewer
CHANCES = ("variance_cdf",)  # shares of the chains: few that show the event, or all, are no reason to leave one out


@dataclass(frozen=True)
class Beside:
    """What chains did and what theory says at the recorded generations; ``shown`` where the mean rests on enough."""

    t: Int[np.ndarray, " T"]
    mean: Float[np.ndarray, " T"]
    standard_error: Float[np.ndarray, " T"]
    theory: Float[np.ndarray, " T"]
    shown: Bool[np.ndarray, " T"]

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """The columns of a figure's table."""
        names = ("t", "mean", "standard_error", "theory", "shown")
        return {name: getattr(self, name) for name in names}

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """t, mean and standard error of what is shown."""
        return self.t[self.shown], self.mean[self.shown], self.standard_error[self.shown]


def beside(store: Store, cell: Cell, statistic: str, at: float | None = None, first: int = 1) -> Beside:
    """A statistic of a cell from generation ``first`` on.

    Raises DrawingError where it leaves its prediction by more than 6 standard errors; a mean that so few chains carry
    that its error is not that of a normal is shown and not judged.
    """
    label = statistic if at is None else f"{statistic}@{at:g}"
    chosen = store.read(cell).sel(statistic=label, generation=slice(first, None))
    t = chosen["generation"].to_numpy()
    mean, error = chosen["mean"].to_numpy(), chosen["standard_error"].to_numpy()
    effective, chains = chosen["effective_replicates"].to_numpy(), store.sweep.replicates
    predicted = predict(cell.scenario, statistic, t.tolist(), at=at).value
    if statistic in CHANCES:
        shown = judged = np.isfinite(mean)
        allowed = 6 * np.sqrt(predicted * (1 - predicted) / chains) + 6 / chains
    else:
        # chains that carry a mean for a while are no less rare later, when none of them is left among those drawn
        shown = np.logical_and.accumulate(np.isfinite(mean) & (effective >= ENOUGH))
        judged = shown & ~carried_by_few(cell.scenario, statistic, mean, error, effective, chains)
        allowed = 6 * error + 1e-12
    expect(np.all((np.abs(mean - predicted) < allowed)[judged]), f"{label} of {cell.label} leaves its prediction")
    return Beside(t, mean, error, predicted, shown)
