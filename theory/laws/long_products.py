r"""Products of maps $I+B/k+O(1/k^2)$ over very many fits $k$: those over $K\le k<2K$ are power series in $1/K$.

Fits are multiplied one by one as far as DIRECT, and from there by doublings, whose first term, at $1/K=0$, is $2^B-I$.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from jaxtyping import Float

Maps = Float[np.ndarray, "K d d"]

DIRECT = 512  # fits that are multiplied one by one
NODES = (1.0, 0.8, 0.64, 0.5, 0.32, 0.2, 0.125, 0.1)  # DIRECT/K where products over K <= k < 2K are taken
DOUBLINGS = 80


class LongProduct:
    """The state of the first fit, multiplied by I + change(k) for k = 1, 2, ...; ``last`` is 2^B - I."""

    def __init__(
        self,
        change: Callable[[Float[np.ndarray, " K"]], Maps],
        start: Float[np.ndarray, " d"],
        last: Float[np.ndarray, "d d"],
    ) -> None:
        self.change, self.start, self.last = change, start, last

    def after(self, fit: int) -> Float[np.ndarray, " d"]:
        """The state of a fit, from 1 on."""
        steps, fits = [], fit
        while fits > DIRECT:
            fits, odd = divmod(fits, 2)
            steps.append((fits, odd))
        state = self._early[fits - 1]
        for fits, odd in reversed(steps):
            state = state + self._doubling(fits) @ state
            if odd:
                state = state + self.change(np.array([2.0 * fits]))[0] @ state
        return state

    def settled(self) -> Float[np.ndarray, " d"]:
        """The state after so many doublings that nothing changes any more, if it settles."""
        state = self._early[-1]
        for doubling in range(DOUBLINGS):
            state = state + self._doubling(DIRECT * 2**doubling) @ state
        return state

    @cached_property
    def _early(self) -> Float[np.ndarray, "K d"]:
        """The states of the fits 1 ... DIRECT."""
        states = [self.start]
        for step in self.change(np.arange(1.0, DIRECT)):
            states.append(states[-1] + step @ states[-1])
        return np.array(states)

    def _doubling(self, K: int) -> Float[np.ndarray, "d d"]:
        """The product of the maps of K <= k < 2K less I, for K > DIRECT/2, by its power series in 1/K."""
        u = DIRECT / K
        if u > 1:
            return _product(self.change(np.arange(float(K), 2.0 * K)))
        return np.tensordot(u ** np.arange(len(NODES) + 1), self._series, axes=1)

    @cached_property
    def _series(self) -> Float[np.ndarray, "J d d"]:
        """From its values at a few K and that at infinity."""
        sizes = np.round(DIRECT / np.array(NODES))
        products = np.array([_product(self.change(np.arange(K, 2 * K))) for K in sizes])
        slopes = (products - self.last) * (sizes / DIRECT)[:, None, None]
        powers = np.vander(DIRECT / sizes, increasing=True)
        solved = np.linalg.solve(powers, slopes.reshape(len(sizes), -1))
        return np.concatenate([self.last[None], solved.reshape(slopes.shape)])


def _product(changes: Maps) -> Float[np.ndarray, "d d"]:
    """(I + last) ... (I + first) - I, pair by pair."""
    while len(changes) > 1:
        if len(changes) % 2:
            changes = np.concatenate([changes, np.zeros_like(changes[:1])])
        first, second = changes[::2], changes[1::2]
        changes = first + second + second @ first
    return changes[0]
