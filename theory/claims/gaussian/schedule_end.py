r"""Where chains of replaced data end whose sizes grow so fast that $\sum_k1/M_k$ is finite.

What is a sum over fits differs at fit t from its end by a series in what is left, $\epsilon_t=\sum_{k>t}1/M_k$: the
polynomial through a few late fits, at $\epsilon=0$.
"""

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from theory.scenario.sample_size import Geometric, Polynomial, Schedule

LAST, MOST = 8192, 8  # the last fit of sizes that grow by a power, and how many fits, each half the next
ENORMOUS, LARGE = 1e13, 1e8  # sizes that are late enough: those of two fits of a geometric progression
SLOWEST = 1.01  # ratio from which on both are reached within some thousand fits

Values = Callable[[Int[np.ndarray, " T"]], Float[np.ndarray, " T"]]


def grows_to_the_end(schedule: Schedule | None) -> bool:
    """Whether the end is found here: whole powers from 2 on, ratios from 1.01 on."""
    if isinstance(schedule, Polynomial):
        return schedule.power >= 2 and schedule.power == int(schedule.power)
    return isinstance(schedule, Geometric) and schedule.ratio >= SLOWEST


def fits_to_the_end(schedule: Schedule) -> list[int]:
    """The fits that the end is found from, in order."""
    if isinstance(schedule, Geometric):
        rates = (math.log(size / schedule.size) / math.log(schedule.ratio) for size in (LARGE, ENORMOUS))
        early, late = (1 + math.ceil(max(0.0, rate)) for rate in rates)
        return [early, late] if early < late else [late]
    assert isinstance(schedule, Polynomial)
    longest = min(LAST, max(1.0, (ENORMOUS / schedule.size) ** (1 / schedule.power)))
    doubled = math.floor(math.log2(longest) + 1e-9)
    return [2**i for i in range(max(0, doubled + 1 - MOST), doubled + 1)]


def end_of_sum(schedule: Schedule, values: Values) -> float:
    """The limit of ``values`` at t = inf; infinite where it is at the last fit."""
    fits = fits_to_the_end(schedule)
    row = [float(value) for value in values(np.array(fits))]
    if not np.isfinite(row).all():
        return row[-1]
    rest = [left(schedule, t) for t in fits]
    for order in range(1, len(fits)):
        row = [
            row[i + 1] + (row[i + 1] - row[i]) * rest[i + order] / (rest[i] - rest[i + order])
            for i in range(len(row) - 1)
        ]
    return row[-1]


def left(schedule: Schedule, t: int) -> float:
    """The sum of 1/M_k over k > t."""
    if isinstance(schedule, Polynomial):
        return float(special.zeta(schedule.power, t + 1)) / schedule.size
    assert isinstance(schedule, Geometric)
    return 1 / (schedule.at(t) * (schedule.ratio - 1))
