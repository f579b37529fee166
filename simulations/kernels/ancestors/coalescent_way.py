"""What lineages meet on their way back from the last generation: sizes, real cells, and where the numbers change."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from simulations.kernels.ancestors.coalescent_picks import Places
from simulations.kernels.setting import batches, policy_of
from theory.scenario import Scenario
from theory.scenario.retention import RealShare

DENSE = 0.2
"""Lineages that are more than this share of the cells they may pick are traced cell by cell, a generation at a time."""

DECLINE = 0.75
"""A block is so long that each lineage has at most this many joinings or ends to expect in it, were all to stay."""


@dataclass(frozen=True, eq=False)
class Way:
    """Entry k belongs to the k-th step back, from generation T-k to the one before it.

    `cells` are those of the generation before, `real` of which come first and are real; `share` is the probability that
    a lineage in generation T-k is real itself; `until` is the first later step whose numbers differ. `last` and
    `last_real` are the cells of generation T and the real ones among them. Generation 1 is real as a whole: its `real`
    are only those that scheme "fixed" keeps, so that lineages from later generations may meet in them.
    """

    policy: str
    last: int
    last_real: int
    cells: Int64[np.ndarray, "S"]
    real: Int64[np.ndarray, "S"]
    share: Float64[np.ndarray, "S"]
    until: Int64[np.ndarray, "S"]

    @property
    def kept(self) -> int:
        """Real cells that stay for ever under scheme "fixed"."""
        return max(self.last_real, int(self.real.max(initial=0)))

    @property
    def steps(self) -> int:
        """T - 1, the steps there are until generation 1."""
        return len(self.cells)

    def block(self, step: int, lineages: int) -> Places | None:
        """Steps from here on that so many lineages take together, or None where they are too many for the cells."""
        D, here = lineages, slice(step, step + 1)
        hazard = float(self.share[step] + (0.5 * (D - 1) + self.real[step]) / self.cells[step])
        if hazard > DECLINE or self._crowded(here, D).any():
            return None
        most = self.steps - step
        length = most if hazard * most <= DECLINE else max(1, int(DECLINE / hazard))
        if self.until[step] < step + length:
            here = slice(step, step + length)
            hazards = self.share[here] + (0.5 * (D - 1) + self.real[here]) / self.cells[here]
            expected = np.maximum.accumulate(hazards) * np.arange(1, length + 1)
            stop = np.flatnonzero((expected > DECLINE) | self._crowded(here, D))
            length = max(1, int(stop[0])) if len(stop) else length
            here = slice(step, step + length)
        return Places(length, self.cells[here], self.real[here], self.share[here])

    def _crowded(self, steps: slice, lineages: int) -> np.ndarray:
        return lineages > np.maximum(1.0, DENSE * (self.cells[steps] - self.real[steps]))


def way_back(scenario: Scenario, generations: int) -> Way:
    """The way from generation T to generation 1 of a token chain with retention replace or real_share.

    Raises InputError where the sizes end before the run does.
    """
    retention, policy = scenario.retention, policy_of(scenario)
    new = batches(scenario, generations)
    cells, real = new.real + new.synthetic, new.real.copy()
    real[0] = real[1] if policy == "fixed" and generations > 1 else 0
    share = np.zeros(generations)
    if isinstance(retention, RealShare) and policy == "iid":
        share = np.array([retention.share_of(int(M)) for M in cells])
    last_real = int(real[-1]) if generations > 1 else 0
    last = int(cells[-1])
    cells, real, share = cells[-2::-1], real[-2::-1], share[:0:-1]
    changed = np.zeros(max(generations - 2, 0), bool)
    for array in (cells, real, share):
        changed |= array[1:] != array[:-1]
    ends = np.append(np.flatnonzero(changed) + 1, generations - 1)
    until = np.repeat(ends, np.diff(ends, prepend=0)) if generations > 1 else np.zeros(0, np.int64)
    return Way(policy, last, last_real, cells, real, share, until)
