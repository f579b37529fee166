r"""The expectation of a function of one token's count after many refits, for every M.

A token with x of M copies has Bin(M, x/M) copies in the next generation, so $u_{g+1}(x) =
E\,u_g(\mathrm{Bin}(M, x/M))$ carries a function of the last count backwards. It is kept at the counts within
``EXACT`` of 0 and of M and, between, at Chebyshev nodes on panels of ratio 2 from either end: some hundred
numbers for every M. Binomial sums with a wide law run over equally spaced counts, three to a standard
deviation, which is as good as all of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, repeat

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
BARYCENTRIC = (-1.0) ** np.arange(NODES) * np.sin(np.pi * (np.arange(NODES) + 0.5) / NODES)  # weights of the nodes
NEGLIGIBLE = 1e-60  # chances that are dropped from powers, before they become denormal, which is slow
FINE = 2.0  # width of a panel next to a bend, in standard deviations of one fit
MOST_NODES = 1_000  # of a chain that serves the bends of several tokens
ROWS_AT_ONCE = 256  # binomial sums that are interpolated together


class CountChain:
    """One generation as a matrix on function values at the nodes, with its powers as they are needed."""

    def __init__(self, M: int, bends: Float[np.ndarray, " B"] | None = None) -> None:
        self.M = M
        ends = np.arange(min(EXACT, M // 2) + 1.0)
        self.panels = _panels(M, bends)
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
        rows = np.zeros((len(mean), len(self.counts)))
        for row, k, chance in binomial_sums(self.M, mean):
            self._interpolate(rows, row, k, chance)
        return rows

    def back(
        self, u: Float[np.ndarray, " n"], generations: int, added: Float[np.ndarray, " n"] | float = 0.0
    ) -> Float[np.ndarray, " n"]:
        """u carried back over so many generations, with ``added`` added in each."""
        for step, more in self._factors(generations, added):
            u = step @ u + more
        return u

    def onward(self, rows: Float[np.ndarray, "S n"], generations: int) -> Float[np.ndarray, "S n"]:
        """The rows of as many more generations; the means they began with should be sorted."""
        for step, _ in self._factors(generations):
            rows = _Blocks(rows, range(0, len(rows), NODES)) @ step.matrix
        return rows

    def _factors(
        self, generations: int, added: Float[np.ndarray, " n"] | float = 0.0
    ) -> Iterator[tuple["_Blocks", Float[np.ndarray, " n"] | float]]:
        """Powers of one generation whose product is that of all, each with what it adds."""
        panels = [0, *range(self._exact, len(self.counts), NODES)]
        step = _Blocks(self.generation, panels)
        if generations <= ONE_BY_ONE:
            yield from repeat((step, added), generations)
            return
        while True:
            if generations & 1:
                yield step, added
            generations >>= 1
            if not generations:
                return
            if np.any(added):
                added = added + step @ added
            step = _Blocks(step @ step.matrix, panels)

    def _interpolate(self, rows: np.ndarray, row: np.ndarray, k: np.ndarray, weight: np.ndarray) -> None:
        """Add weight u(k) to the rows: at an exact node, or by the Lagrange polynomials of the panel of k."""
        place = np.searchsorted(self.counts, k)
        known = self.counts[np.minimum(place, len(self.counts) - 1)] == k
        np.add.at(rows, (row[known], place[known]), weight[known])
        row, k, weight = row[~known], k[~known], weight[~known]
        if not len(k):
            return
        panel = np.searchsorted([high for _, high, _ in self.panels], k)
        nodes = np.array([nodes for _, _, nodes in self.panels])
        terms = BARYCENTRIC / (k[:, None] - nodes[panel])
        terms *= (weight / terms.sum(axis=1))[:, None]
        together = np.flatnonzero(np.diff(row, prepend=-1) | np.diff(panel, prepend=-1))  # rows rise, k in a row too
        sums = np.add.reduceat(terms, together, axis=0)
        columns = self._exact + NODES * panel[together, None] + np.arange(NODES)
        rows[row[together, None], columns] += sums


@lru_cache(maxsize=1)
def count_chain(M: int) -> CountChain:
    """The chain of a text of M tokens: one serves all statistics."""
    return CountChain(M)


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
    """E |p_t - p| for rising tokens p at the given t >= 1; each has a last function, and a bend, of its own."""
    values = np.empty((len(generations), len(p)))
    for tokens in _bends_together(M, M * p, slice(0, len(p))) if max(generations, default=1) > 1 else ():
        mean = M * p[tokens]
        chain, done = CountChain(M, mean), 2
        rows, u = chain.rows(mean), mean_distance(M, chain.counts[:, None], mean[None, :]) / M
        for place, t in enumerate(generations):
            if t > 1:
                rows, done = chain.onward(rows, t - done), t
                values[place, tokens] = np.einsum("kn,nk->k", rows, u)
    for t, value in zip(generations, values, strict=True):
        yield value if t > 1 else mean_distance(M, M * p, M * p) / M


def _bends_together(M: int, mean: np.ndarray, tokens: slice) -> Iterator[slice]:
    """Runs of tokens whose bends one chain can have nodes for."""
    half = (tokens.start + tokens.stop) // 2
    if half == tokens.start or len(_panels(M, mean[tokens])) * NODES <= MOST_NODES:
        yield tokens
    else:
        yield from _bends_together(M, mean, slice(tokens.start, half))
        yield from _bends_together(M, mean, slice(half, tokens.stop))


def mean_distance(M: int, mean: np.ndarray, a: np.ndarray) -> np.ndarray:
    r"""E|X - a| for X ~ Bin(M, mean/M), with q = mean/M and m the whole part of a:

    $$(Mq - a) + 2\,[(a - Mq)\,P(X\le m) + Mq(1-q)\,P(\mathrm{Bin}(M-1, q) = m)].$$
    """
    mean, a = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), np.asarray(a, dtype=np.float64))
    distance = np.array(np.abs(mean - a))  # and no more, where X is always on one side of a
    near = distance <= WIDTH * np.sqrt(mean * (1.0 - mean / M)) + MARGIN
    distance[near] = _distance_nearby(M, mean[near], a[near])
    return distance


def _distance_nearby(M: int, mean: Float[np.ndarray, " n"], a: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
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
    _, k, chance = next(binomial_sums(M, np.array([mean])))
    return k, chance


def binomial_sums(M: int, mean: Float[np.ndarray, " S"]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The sums of many means, ``ROWS_AT_ONCE`` at a time and one after another: number of the mean, count, weight."""
    for start in range(0, len(mean), ROWS_AT_ONCE):
        m = mean[start : start + ROWS_AT_ONCE]
        deviation = np.sqrt(np.maximum(m * (1.0 - m / M), 0.0))
        spread = WIDTH * deviation + np.where(deviation > 0.0, MARGIN, 0.0)
        low, high = np.floor(np.maximum(0.0, m - spread)), np.floor(np.minimum(float(M), m + spread))
        spacing = np.where(deviation < EVERY_COUNT_BELOW, 1.0, np.floor(deviation / POINTS_PER_DEVIATION))
        points = ((high - low) // spacing).astype(np.int64) + 1
        first = np.cumsum(points) - points
        row = np.repeat(np.arange(len(m)), points)
        k = low[row] + spacing[row] * (np.arange(len(row)) - first[row])
        chance = np.ones(len(k))
        random = (deviation > 0.0)[row]
        chance[random] = np.exp(log_binomial(M, k[random], m[row[random]]))
        yield start + row, k, chance / np.add.reduceat(chance, first)[row]


def _departure(k: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """k ln(k/mean) - k + mean, 0 where the mean is 0 and k with it."""
    return np.where(mean > 0.0, deviance(k, np.where(mean > 0.0, mean, 1.0)), 0.0)


def _sums(M: int, means: np.ndarray, of_count: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """E of_count(X, mean) for X binomial with each of the means."""
    sums = np.zeros(len(means))
    for row, k, chance in binomial_sums(M, means):
        sums += np.bincount(row, chance * of_count(k, means[row]), len(means))
    return sums


def _carried_back(
    M: int,
    p: np.ndarray,
    generations: Sequence[int],
    one_fit: Callable[[np.ndarray], np.ndarray],
    every_generation: bool = False,
) -> Iterator[np.ndarray]:
    """One fit's expectation at t = 1; then that of the last fit, or of all of them, carried back to the first."""
    mean = M * p
    chain, done = count_chain(M), 2
    rows = u = last = np.empty(0)
    first = one_fit(mean)
    for t in generations:
        if t == 1:
            yield first
            continue
        if not len(rows):
            rows = chain.rows(mean)
            u = last = one_fit(chain.counts)
        u, done = chain.back(u, t - done, last if every_generation else 0.0), t
        yield rows @ u + (first if every_generation else 0.0)


class _Blocks:
    """A matrix whose rows, some at a time, have their entries among few columns: a count does not go far."""

    def __init__(self, matrix: Float[np.ndarray, "S n"], starts: Iterable[int]) -> None:
        self.matrix = np.where(np.abs(matrix) < NEGLIGIBLE, 0.0, matrix)
        self.rows = [slice(low, high) for low, high in pairwise([*starts, len(matrix)])]
        self.columns = [_extent(self.matrix[rows]) for rows in self.rows]

    def __matmul__(self, right: Float[np.ndarray, "n *c"]) -> Float[np.ndarray, "S *c"]:
        product = np.zeros((len(self.matrix), *right.shape[1:]))
        for rows, columns in zip(self.rows, self.columns, strict=True):
            part = right[columns]
            across = (_extent(part),) if right.ndim > 1 else ()
            product[rows, *across] = self.matrix[rows, columns] @ part[:, *across]
        return product


def _extent(matrix: Float[np.ndarray, "S n"]) -> slice:
    """The columns from the first to the last that is not 0."""
    columns = np.flatnonzero(matrix.any(axis=0))
    return slice(columns[0], columns[-1] + 1) if len(columns) else slice(0, 0)


def _panels(M: int, bends: np.ndarray | None = None) -> list[tuple[float, float, Float[np.ndarray, " n"]]]:
    """Panels between the exact counts at either end: low, high and nodes of each, from below.

    A function that bends at a before the last fit is curved over a standard deviation s of that fit about it, over
    more the more fits there were: panels are at most 2s wide there, and 2/9 of their distance from a farther off.
    """
    if M <= 2 * EXACT:
        return []
    edges = [float(EXACT)]
    while edges[-1] < M / 2:
        edges.append(min(2.0 * edges[-1], M / 2))
    edges = np.array(edges + [M - edge for edge in edges[-2::-1]])
    while bends is not None:
        low, high = edges[:-1], edges[1:]
        wide = np.zeros(len(low), dtype=bool)
        place = np.searchsorted(bends, (low + high) / 2)
        for side in (place - 1, place):
            a = bends[np.clip(side, 0, len(bends) - 1)]
            apart = np.maximum(np.maximum(low - a, a - high), 0.0)
            wide |= high - low > FINE * np.maximum(np.sqrt(np.maximum(a * (1.0 - a / M), 1.0)), apart / WIDTH)
        if not wide.any():
            break
        edges = np.sort(np.concatenate([edges, ((low + high) / 2)[wide]]))
    angle = np.pi * (np.arange(NODES)[::-1] + 0.5) / NODES
    return [(low, high, (low + high) / 2 + (high - low) / 2 * np.cos(angle)) for low, high in pairwise(edges)]
