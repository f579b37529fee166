r"""A model fitted to the last $W$ batches: its variance obeys a renewal equation, its error is a sum over the noise.

A batch of $M$ points from model $i-1$ has the mean of that model and its own noise of variance $v_{i-1}/M$, of which
$r_k$ is left in the batch $k$ later: $r_0=1$ and $r_{k+1}=h_k$, the mean of $r$ over the window of model $i+k$. Noise
is uncorrelated, so that in the mean
$$v_t=\sum_{k\ge0}K_kv_{t-1-k},\qquad\sum_kK_k=1-\varepsilon,\quad\varepsilon=\frac{\delta+\frac{W-1}{W+1}}{WM-1+\delta},
\qquad E(\mu_t-\mu_0)^2=\frac1M\sum_kh_k^2v_{t-1-k},$$
with $(WM-1+\delta)K_k=(M-1)[k<W]+\sum_l(r_l-h_k)^2$ over the window. No $K_k$ is negative and their sum is below 1 for
$W\ge2$ if $\delta\ge0$: then $v_t$ tends to 0. $h_k$ tends to $2/(W+1)$, with a distance below $e^{-2k/W}$ times a
constant. The first $W-1$ batches, which enter models that see less than a window, have responses of their own.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy.linalg import solve_triangular

from theory.laws.varying_sizes import running_sums

Values = Float[np.ndarray, " T"]
BLOCK = 128


def window_moments(M: int, W: int, offset: float, last: int) -> tuple[Values, Values]:
    """(E v_t, E (mu_t - mu_0)^2) over v_0 for t = 0 ... last; takes 2 ms for W = 4, 50 ms for W = 100, if last is 10^4.

    Infinite from where a variance is beyond the largest float.
    """
    window = Window(M, W, offset, last)
    variances = window.variances()
    return variances, window.errors(variances)


@dataclass(frozen=True)
class Window:
    """The last W batches of M points, at t = 0 ... last; fits divide by the number of points - 1 + offset."""

    M: int
    W: int
    offset: float
    last: int

    @property
    def memory(self) -> int:
        """Generations after which the squares around what is left of a noise vanish; h itself takes twice as many."""
        return 10 * self.W + 20

    @property
    def early(self) -> int:
        """The last generation that is summed term by term."""
        return min(self.last, self.W + self.memory)

    @property
    def settled(self) -> int:
        """The last generation at which what is left of the first batches still changes."""
        return min(self.last, self.W + 2 * self.memory)

    @property
    def loss(self) -> float:
        """epsilon: what a fit takes of a variance that hardly changes over a window."""
        W = self.W
        return (self.offset + (W - 1) / (W + 1)) / (W * self.M - 1 + self.offset)

    @cached_property
    def responses(self) -> tuple[Float[np.ndarray, "W N"], Float[np.ndarray, "W N"]]:
        """Of models t = 1 ... settled to the noise in batches 1 ... W: h, and the sum of (r - h)^2 over the window.

        All later batches have the response of batch W, shifted.
        """
        left = np.eye(self.W, self.settled + 1)
        h, around = np.zeros((2, self.W, self.settled))
        for t in range(1, self.settled + 1):
            r = left[:, max(0, t - self.W) : t]
            h[:, t - 1] = r.mean(axis=1)
            around[:, t - 1] = np.square(r - h[:, t - 1 : t]).sum(axis=1)
            left[:, t] += h[:, t - 1]
        return h, around

    def variances(self) -> Values:
        """E v_t over v_0: sums of positive terms, and in the long run changes by losses and earlier changes."""
        M, W, early = self.M, self.W, self.early
        batch, t = np.arange(1, W + 1)[:, None], np.arange(1, early + 1)
        inside = (batch <= t) & (t < batch + W)
        kernels = ((M - 1) * inside + self.responses[1][:, :early]) / (np.minimum(t, W) * M - 1 + self.offset)
        first, later = kernels[:-1], kernels[-1, W - 1 :]
        values = np.ones(max(self.last + 1, W))
        with np.errstate(over="ignore", invalid="ignore"):
            for fit in range(1, early + 1):
                many = max(0, fit - W + 1)
                values[fit] = first[:, fit - 1] @ values[: W - 1] + later[:many][::-1] @ values[W - 1 : W - 1 + many]
            if self.last > early:
                self._follow(values, later)
        beyond = np.flatnonzero(~np.isfinite(values))
        if beyond.size:
            values[beyond[0] :] = np.inf
        return values[: self.last + 1]

    def _follow(self, values: Values, kernel: Values) -> None:
        """Fill in what comes after the early generations, block after block."""
        kept, ahead, changes = self._block(kernel)
        state = np.concatenate((values[self.early : self.early + 1], np.diff(values[: self.early + 1])[::-1]))
        state = state[: self.memory + 1]  # the variance and its changes, the newest first
        for t in range(self.early, self.last, BLOCK):
            new = kept * state[0] + ahead @ state
            many = min(BLOCK, self.last - t)
            values[t + 1 : t + 1 + many] = new[:many]
            if not new[-1]:
                values[t + many :] = 0.0
                return
            state = np.concatenate((new[-1:], (changes @ state)[::-1], state[1:]))[: self.memory + 1]

    def _block(self, kernel: Values) -> tuple[float, Float[np.ndarray, "B S"], Float[np.ndarray, "B S"]]:
        """Variances and their changes over a block, linear in the state before it; the former besides ``kept`` of v.

        That is all of v where a block loses less than half of it, and nothing where it loses more. A change is less the
        loss and less each change k fits earlier times the sum of the kernel from k on. It is solved for in steps over
        which at most half is lost, so that no digits are.
        """
        loss, memory = self.loss, self.memory
        size = max(1, min(BLOCK, int(0.5 / abs(loss)) if loss else BLOCK))
        beyond = np.zeros(memory + size)
        beyond[:memory] = np.cumsum(kernel[memory:0:-1])[::-1]
        later = np.arange(size)[:, None]
        apart = later - later.T - 1
        lower = np.eye(size) + np.where(apart >= 0, beyond[np.maximum(apart, 0)] + loss, 0.0)
        solve = solve_triangular(lower, np.eye(size), lower=True, unit_diagonal=True)
        earlier = beyond[later + np.arange(memory)]
        variance, changes = np.eye(1, memory + 1), np.eye(memory + 1)[1:]
        ahead: list[np.ndarray] = []
        while sum(map(len, ahead)) < BLOCK:
            new = -solve @ (earlier @ changes[:memory] + loss * variance)
            lost = np.cumsum(new, axis=0)
            ahead.append(lost if size == BLOCK else variance + lost)
            variance, changes = variance + lost[-1:], np.concatenate((new[::-1], changes))
        return float(size == BLOCK), np.concatenate(ahead)[:BLOCK], changes[: len(changes) - memory][::-1][:BLOCK]

    def errors(self, variances: Values) -> Values:
        """E (mu_t - mu_0)^2 over v_0: the noise of every batch, times the square of what is left of it."""
        W, settled, last = self.W, self.settled, self.last
        squares = np.square(self.responses[0])
        first, later = squares[:-1], squares[-1, W - 1 :]
        values, noise = np.zeros(last + 1), variances[: W - 1]
        with np.errstate(over="ignore", invalid="ignore"):
            values[1 : settled + 1] = noise @ first[: len(noise)]
            values[settled + 1 :] = noise @ first[: len(noise), -1] if last > settled else 0.0
            if last >= W:
                values[W:] += np.convolve(variances[W - 1 : last], later)[: last - W + 1]
                values[W + len(later) :] += later[-1] * running_sums(variances[W - 1 : max(0, last - len(later))])
        values[np.isnan(values)] = np.inf
        return values / self.M
