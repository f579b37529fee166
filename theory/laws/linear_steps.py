r"""A reading of a state that fits map linearly, at every one of them, where one coordinate changes slowly.

$x_{t+1}=Ax_t$, and of the slow coordinate $q$ the row of $A-I$ is given. It is never added to 1: the change over $2k$
fits is that over $k$ of them and that over the next $k$, so that $q_t$ has an error of the order of eps times
$\log(q_0/q_t)$ and not of $t$. Blocks of $B$ fits take $\log_2B$ products of matrices, and end before $q$ has changed
much: whatever $t$ is, a few thousand of them lead beyond every float.
"""

import numpy as np
from jaxtyping import Float

LONGEST = 1024
MOST_CHANGE = 0.5
BEYOND = 2200  # powers of 2: more than between the largest and the smallest float


def readings(
    step: Float[np.ndarray, "d d"], slow: int, reading: Float[np.ndarray, " d"], state: Float[np.ndarray, " d"],
    last: int,
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """c^T x_t for t = 0 ... last, from the matrix with the row of A - I at ``slow``, c and x_0.

    Infinite beyond the largest float. Takes two products of d x d matrices for every doubling of the block, of at most
    some sqrt(last) fits, and one of matrix and vector for every block.
    """
    rows, power = reading[None], step
    while len(rows) ** 2 < last and len(rows) < LONGEST and _change(power, slow) < MOST_CHANGE:
        rows = np.concatenate((rows, _after(rows, power, slow)))
        twice = _after(power, power, slow)
        twice[slow] += power[slow]
        power = twice
    values = np.full(-(-(last + 1) // len(rows)) * len(rows), np.nan)
    exponent = 0
    for start in range(0, len(values), len(rows)):
        shift = int(np.frexp(np.abs(state).max())[1])
        state, exponent = np.ldexp(state, -shift), exponent + shift
        if abs(exponent) > BEYOND or not state.any():
            values[start:] = np.inf if exponent > BEYOND else 0.0
            break
        with np.errstate(over="ignore", under="ignore"):
            values[start : start + len(rows)] = np.ldexp(rows @ state, exponent)
        kept, state = state[slow], power @ state
        state[slow] += kept
    return values[: last + 1]


def _after(rows: Float[np.ndarray, "r d"], power: Float[np.ndarray, "d d"], slow: int) -> Float[np.ndarray, "r d"]:
    """Rows times the whole matrix of a power."""
    found = rows @ power
    found[:, slow] += rows[:, slow]
    return found


def _change(power: Float[np.ndarray, "d d"], slow: int) -> float:
    """How much of the slow coordinate, and of what goes with it, a block changes."""
    return float(np.abs(power[slow]).sum())
