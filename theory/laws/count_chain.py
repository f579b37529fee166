r"""The expectation of a function of one token's count after many refits, for every M.

A token with x of M copies has Bin(M, x/M) copies in the next generation, so $u_{g+1}(x) =
E\,u_g(\mathrm{Bin}(M, x/M))$ carries a function of the last count backwards. It is kept at the counts within
``EXACT`` of 0 and of M and, between, at Chebyshev nodes on panels of ratio 2 from either end: some hundred
numbers for every M. Binomial sums with a wide law run over equally spaced counts, three to a standard
deviation, which is as good as all of them.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.poisson_mixture import deviance, log_poisson

EXACT = 64  # counts from either end that are nodes themselves; up to twice as large an M every count is
NODES = 18  # of a panel
WIDTH, MARGIN = 9.0, 20.0  # half-width of a binomial sum, in standard deviations and in counts
EVERY_COUNT_BELOW = 20.0  # standard deviations up to which a binomial sum leaves no count out
POINTS_PER_DEVIATION = 3
ONE_BY_ONE = 40  # generations that are stepped; more are taken at once, by repeated squaring


class CountChain:
    """One generation as a matrix on function values at the nodes, with its powers as they are needed."""

    def __init__(self, M: int) -> None:
        self.M = M
        ends = np.arange(min(EXACT, M // 2) + 1.0)
        self.panels = _panels(M)
        inner = [nodes for _, _, nodes in self.panels]
        upper = M - ends[::-1]
        self.counts = np.concatenate([ends, *inner, upper[upper > ends[-1]]])
        self._exact = len(ends)

    @cached_property
    def generation(self) -> Float[np.ndarray, "n n"]:
        """E u(X') at the nodes, from u at the nodes."""
        return self.rows(self.counts)

    def rows(self, mean: Float[np.ndarray, " S"]) -> Float[np.ndarray, "S n"]:
        """E u(X) = rows @ u for X binomial with these means, u given at the nodes."""
        return np.stack([chance @ self._interpolation(k) for k, chance in (binomial_sum(self.M, m) for m in mean)])

    def advance(
        self, u: Float[np.ndarray, "n *c"], generations: int, added: Float[np.ndarray, " n"] | None = None
    ) -> Float[np.ndarray, "n *c"]:
        """u carried back over so many generations, with ``added`` added in each."""
        step = self.generation
        if added is not None:  # u -> B u + d is linear in (u, 1)
            u = np.append(u, 1.0)
            step = np.block([[step, added[:, None]], [np.zeros((1, len(added))), np.ones((1, 1))]])
        u = _power_times(step, u, generations)
        return u if added is None else u[:-1]

    def _interpolation(self, k: Float[np.ndarray, " k"]) -> Float[np.ndarray, "k n"]:
        """Values at the counts k from values at the nodes: an exact node, or the Lagrange polynomials of a panel."""
        matrix = np.zeros((len(k), len(self.counts)))
        place = np.searchsorted(self.counts, k)
        known = self.counts[np.minimum(place, len(self.counts) - 1)] == k
        matrix[np.flatnonzero(known), place[known]] = 1.0
        start = self._exact
        for low, high, nodes in self.panels:
            inside = np.flatnonzero((k > low) & (k <= high) & ~known)
            if len(inside):
                matrix[inside, start : start + NODES] = _lagrange(nodes, k[inside])
            start += NODES
        return matrix


def expectations(
    M: int, final: Callable[[np.ndarray], np.ndarray], p: Float[np.ndarray, " K"], generations: Sequence[int]
) -> Iterator[Float[np.ndarray, " K"]]:
    """E final(X_t) for tokens of source probability p at the given t >= 1, which must not fall."""
    return _carried_back(M, p, generations, lambda mean: _sums(M, mean, lambda k, m: final(k)))


def divergences(M: int, p: Float[np.ndarray, " K"], generations: Sequence[int]) -> Iterator[Float[np.ndarray, " K"]]:
    r"""E[p_t ln(p_t/p) - p_t + p] for tokens of source probability p at the given t >= 1, a sum of positive terms.

    One generation from a share y adds $d(y) = E[y' \ln(y'/y) - y' + y]$, and d is carried back from each
    generation.
    """
    return _carried_back(M, p, generations, lambda mean: _sums(M, mean, _departure) / M, every_generation=True)


def distances(M: int, p: Float[np.ndarray, " K"], generations: Sequence[int]) -> Iterator[Float[np.ndarray, " K"]]:
    """E |p_t - p| for tokens of source probability p at the given t >= 1; each has a last function of its own."""
    mean = M * p
    chain, done = CountChain(M), 2
    rows = u = np.empty(0)
    for t in generations:
        if t == 1:
            yield mean_distance(M, mean, mean) / M
            continue
        if not len(rows):
            rows, u = chain.rows(mean), mean_distance(M, chain.counts[:, None], mean[None, :]) / M
        u, done = chain.advance(u, t - done), t
        yield np.einsum("kn,nk->k", rows, u)


def mean_distance(M: int, mean: np.ndarray, a: np.ndarray) -> np.ndarray:
    r"""E|X - a| for X ~ Bin(M, mean/M), with q = mean/M and m the whole part of a:

    $$(Mq - a) + 2\,[(a - Mq)\,P(X\le m) + Mq(1-q)\,P(\mathrm{Bin}(M-1, q) = m)].$$
    """
    mean, a = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), np.asarray(a, dtype=np.float64))
    q, m = mean / M, np.minimum(np.floor(a), M - 1.0)
    below = special.betainc(M - m, m + 1.0, 1.0 - q)  # P(X <= m)
    between = (mean > 0.0) & (mean < M)
    fewer = np.where(between, mean, M / 2.0) * (1.0 - 1.0 / M)  # the mean of Bin(M-1, q)
    at_m = np.where(between, np.exp(log_binomial(M - 1, m, fewer)), 0.0) if M > 1 else np.ones_like(q)
    return (mean - a) + 2.0 * ((a - mean) * below + mean * (1.0 - q) * at_m)


def log_binomial(M: int, k: Float[np.ndarray, "*k"], mean: Float[np.ndarray, "*k"] | float) -> Float[np.ndarray, "*k"]:
    """log P(Bin(M, mean/M) = k), 0 < mean < M, as three Poisson laws: no difference of large log-gammas."""
    hits, misses = np.maximum(k, 1.0), np.maximum(M - k, 1.0)
    logs = log_poisson(hits, mean) + log_poisson(misses, M - mean) - log_poisson(np.array([float(M)]), M)
    return np.where(k == 0.0, M * np.log1p(-mean / M), np.where(k == M, M * np.log(mean / M), logs))


def binomial_sum(M: int, mean: float) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Counts and weights such that the sum of weight f(count) is E f(X), X ~ Bin(M, mean/M)."""
    if mean <= 0.0 or mean >= M:
        return np.array([0.0 if mean <= 0.0 else float(M)]), np.ones(1)
    deviation = np.sqrt(mean * (1.0 - mean / M))
    low = np.floor(max(0.0, mean - WIDTH * deviation - MARGIN))
    high = np.floor(min(float(M), mean + WIDTH * deviation + MARGIN))
    spacing = 1 if deviation < EVERY_COUNT_BELOW else int(deviation / POINTS_PER_DEVIATION)
    k = np.arange(low, high + 1.0, spacing)
    chance = np.exp(log_binomial(M, k, mean))
    return k, chance / chance.sum()


def _departure(k: np.ndarray, mean: float) -> np.ndarray:
    """k ln(k/mean) - k + mean, 0 where the mean is 0 and k with it."""
    return deviance(k, mean) if mean > 0.0 else np.zeros_like(k)


def _sums(M: int, means: np.ndarray, of_count: Callable[[np.ndarray, float], np.ndarray]) -> np.ndarray:
    """E of_count(X, mean) for X binomial with each of the means."""
    return np.array([chance @ of_count(k, m) for m in means for k, chance in (binomial_sum(M, m),)])


def _carried_back(
    M: int,
    p: np.ndarray,
    generations: Sequence[int],
    one_fit: Callable[[np.ndarray], np.ndarray],
    every_generation: bool = False,
) -> Iterator[np.ndarray]:
    """One fit's expectation at t = 1; then that of the last fit, or of all of them, carried back to the first."""
    mean = M * p
    chain, done = CountChain(M), 2
    rows = u = last = np.empty(0)
    first = one_fit(mean)
    for t in generations:
        if t == 1:
            yield first
            continue
        if not len(rows):
            rows = chain.rows(mean)
            u = last = one_fit(chain.counts)
        u, done = chain.advance(u, t - done, last if every_generation else None), t
        yield rows @ u + (first if every_generation else 0.0)


def _power_times(step: np.ndarray, u: np.ndarray, power: int) -> np.ndarray:
    """step^power u: product by product, or by repeated squaring where these are many."""
    if power <= ONE_BY_ONE:
        for _ in range(power):
            u = step @ u
        return u
    while power:
        if power & 1:
            u = step @ u
        power >>= 1
        step = step @ step if power else step
    return u


def _panels(M: int) -> list[tuple[float, float, Float[np.ndarray, " n"]]]:
    """Panels between the exact counts at either end: low, high and nodes of each, from below."""
    edges = [float(EXACT)]
    while edges[-1] < M / 2:
        edges.append(min(2.0 * edges[-1], M / 2))
    edges += [M - edge for edge in edges[-2::-1]]
    angle = np.pi * (np.arange(NODES)[::-1] + 0.5) / NODES
    return [
        (low, high, (low + high) / 2 + (high - low) / 2 * np.cos(angle))
        for low, high in pairwise(edges)
        if M > 2 * EXACT
    ]


def _lagrange(nodes: Float[np.ndarray, " n"], k: Float[np.ndarray, " k"]) -> Float[np.ndarray, "k n"]:
    """The Lagrange polynomials of Chebyshev nodes at k, by the barycentric formula."""
    weight = (-1.0) ** np.arange(NODES) * np.sin(np.pi * (np.arange(NODES) + 0.5) / NODES)
    terms = weight / np.subtract.outer(k, nodes)
    return terms / terms.sum(axis=1, keepdims=True)
