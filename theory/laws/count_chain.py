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

from theory.laws.binomial_sums import MARGIN, WIDTH, binomial_means, binomial_sums, departure, mean_distance

EXACT = 64  # counts from either end that are nodes themselves; up to twice as large an M every count is
NODES = 18  # of a panel
ONE_BY_ONE = 40  # generations that are stepped; more are taken at once, by repeated squaring
BARYCENTRIC = (-1.0) ** np.arange(NODES) / np.array([2.0, *np.ones(NODES - 2), 2.0])  # weights of the nodes
NEGLIGIBLE = 1e-60  # chances that are dropped from powers, before they become denormal, which is slow
FINE = 2.0  # width of a panel next to a bend, in standard deviations of one fit
MOST_NODES = 1_000  # of a chain that serves the bends of several tokens
FEW_ROWS_ONE_BY_ONE = 300  # generations that are stepped where few rows are carried on


class CountChain:
    """One generation as a matrix on function values at the nodes, with its powers as they are needed."""

    def __init__(self, M: int) -> None:
        self.M = M
        self.panels = _panels(M)
        self._place_nodes()

    def _place_nodes(self) -> None:
        ends = np.arange(min(EXACT, self.M // 2) + 1.0)
        upper = self.M - ends[::-1]
        upper = upper[upper > ends[-1]]
        if self.panels:
            low, high = self.panels[0][0], self.panels[-1][1]
            ends, upper = ends if low == ends[-1] else np.array([low]), upper[1:] if high == upper[0] else upper[:0]
        self.counts = np.concatenate([ends, *(nodes[1:] for _, _, nodes in self.panels), upper])
        self._first = len(ends) - 1  # the place of the lowest panel's lower end

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
        for step, _ in self._factors(generations, one_by_one=ONE_BY_ONE if len(rows) > NODES else FEW_ROWS_ONE_BY_ONE):
            rows = _Blocks(rows, range(0, len(rows), NODES)) @ step.matrix
        return rows

    def _factors(
        self, generations: int, added: Float[np.ndarray, " n"] | float = 0.0, one_by_one: int = ONE_BY_ONE
    ) -> Iterator[tuple["_Blocks", Float[np.ndarray, " n"] | float]]:
        """Powers of one generation whose product is that of all, each with what it adds."""
        panels = sorted({0, *range(self._first, len(self.counts), NODES - 1)})
        step = _Blocks(self.generation, panels)
        if generations <= one_by_one:
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
        if self.panels:
            k = np.clip(k, self.counts[0], self.counts[-1])
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
        columns = self._first + (NODES - 1) * panel[together, None] + np.arange(NODES)
        np.add.at(rows, (row[together, None], columns), sums)  # panels share the nodes at their ends


class BendingChain(CountChain):
    """The chain from these means, few generations long enough not to leave the nodes, of functions that bend there."""

    def __init__(self, M: int, mean: Float[np.ndarray, " B"], generations: int) -> None:
        self.M = M
        self.panels = _bending_panels(M, mean, generations)
        self._place_nodes()


@lru_cache(maxsize=1)
def count_chain(M: int) -> CountChain:
    """The chain of a text of M tokens: one serves all statistics."""
    return CountChain(M)


def expectations(
    M: int, final: Callable[[np.ndarray], np.ndarray], p: Float[np.ndarray, " K"], generations: Sequence[int]
) -> Iterator[Float[np.ndarray, " K"]]:
    """E final(X_t) for tokens of source probability p at the given t >= 1, which must not fall."""
    return _carried_back(M, p, generations, lambda mean: binomial_means(M, mean, lambda k, m: final(k)))


def divergences(M: int, p: Float[np.ndarray, " K"], generations: Sequence[int]) -> Iterator[Float[np.ndarray, " K"]]:
    r"""E[p_t ln(p_t/p) - p_t + p] for tokens of source probability p at the given t >= 1, a sum of positive terms.

    One generation from a share y adds $d(y) = E[y' \ln(y'/y) - y' + y]$, and d is carried back from each
    generation.
    """
    return _carried_back(M, p, generations, lambda mean: binomial_means(M, mean, departure) / M, every_generation=True)


def distances(M: int, p: Float[np.ndarray, " K"], generations: Sequence[int]) -> Iterator[Float[np.ndarray, " K"]]:
    """E |p_t - p| for rising tokens p at the given t >= 1; each has a last function, and a bend, of its own."""
    last = max(generations, default=1)
    values = np.empty((len(generations), len(p)))
    for tokens in bends_together(M, p, last) if last > 1 else ():
        mean = M * p[tokens]
        chain, done = BendingChain(M, mean, last), 2
        rows, u = chain.rows(mean), mean_distance(M, chain.counts[:, None], mean[None, :]) / M
        for place, t in enumerate(generations):
            if t > 1:
                rows, done = chain.onward(rows, t - done), t
                values[place, tokens] = np.einsum("kn,nk->k", rows, u)
    for t, value in zip(generations, values, strict=True):
        yield value if t > 1 else mean_distance(M, M * p, M * p) / M


def bends_together(M: int, p: Float[np.ndarray, " K"], generations: int, most: float = np.inf) -> list[slice]:
    """Runs of rising tokens whose bends one chain can have nodes for: ``distances`` takes some 0.1 s for each.

    The list breaks off once it has more than ``most``.
    """
    runs, waiting = [], [slice(0, len(p))]
    while waiting and len(runs) <= most:
        run = waiting.pop()
        half = (run.start + run.stop) // 2
        if half == run.start or len(_bending_panels(M, M * p[run], generations)) * NODES <= MOST_NODES:
            runs.append(run)
        else:
            waiting += [slice(half, run.stop), slice(run.start, half)]
    return runs


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
        area = sum(columns.stop - columns.start for columns in self.columns) * NODES
        if 4 * area > self.matrix.size:  # one product in place of many
            return self.matrix @ right
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


def _panels(M: int) -> list[tuple[float, float, Float[np.ndarray, " n"]]]:
    """Panels between the exact counts at either end: low, high and nodes of each, from below."""
    return _with_nodes(_edges(M))


def _bending_panels(
    M: int, bends: Float[np.ndarray, " B"], generations: int
) -> list[tuple[float, float, Float[np.ndarray, " n"]]]:
    """Panels for functions that bend at rising counts before the last fit, as far as chains that start there go.

    The bend at a is rounded by that fit over a standard deviation s, by more fits over more: panels are at most 2s
    wide there, and 2/9 of their distance from a farther off. The root of a count moves by sqrt(t)/2 in t fits.
    """
    edges = _edges(M)
    while len(edges) > 1:
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
    far = WIDTH / 2 * np.sqrt(generations) + MARGIN / 2
    lowest = max(np.sqrt(bends[0]) - far, 0.0) ** 2
    highest = M - max(np.sqrt(max(M - bends[-1], 0.0)) - far, 0.0) ** 2
    highest = min(highest, (np.sqrt(bends[-1]) + far) ** 2)
    lowest = max(lowest, M - (np.sqrt(max(M - bends[0], 0.0)) + far) ** 2)
    first = max(np.searchsorted(edges, lowest) - 1, 0)
    return _with_nodes(edges[first : np.searchsorted(edges, highest) + 1])


def _edges(M: int) -> Float[np.ndarray, " e"]:
    """Between the exact counts at either end, panels twice as wide as the one before, from both."""
    if M <= 2 * EXACT:
        return np.empty(0)
    edges = [float(EXACT)]
    while edges[-1] < M / 2:
        edges.append(min(2.0 * edges[-1], M / 2))
    return np.array(edges + [M - edge for edge in edges[-2::-1]])


def _with_nodes(edges: Float[np.ndarray, " e"]) -> list[tuple[float, float, Float[np.ndarray, " n"]]]:
    """Nodes that have those of the next panel's end in common: apart, panels would grow apart in many generations."""
    place = np.sin(np.pi / 2 * np.linspace(-1.0, 1.0, NODES))
    return [
        (low, high, np.array([low, *((low + high) / 2 + (high - low) / 2 * place[1:-1]), high]))
        for low, high in pairwise(edges)
    ]
