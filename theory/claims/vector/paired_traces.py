r"""The route by pairings to the mean products of traces of powers after a fit that keeps a part of the model.

The fit makes of $\Sigma$ a multiple of itself and a sum of outer products of normal vectors, with weights: each factor
of a trace is one or the other, vectors are paired as Isserlis' theorem has it, which links traces of powers of
$\Sigma$, and a circle of $l$ vectors, which need be the same, counts the sum of the weights to the power $l$.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

import mpmath
from mpmath import mpf

from theory.claims.vector.powers import Partition, pairings
from theory.laws import zonal


def mean_products(order: int, nu: int, kept: mpf, weight: mpf, divisor: mpf) -> mpmath.matrix:
    """The means of products of traces of powers after a fit, from those before it."""
    shapes = zonal.partitions(order)
    step = mpmath.zeros(len(shapes))
    sums = {length: nu + weight**length for length in range(1, order + 1)}
    for row, shape in enumerate(shapes):
        for (other, own, circles), x in _mixed(shape).items():
            drawn = mpmath.fprod(sums[length] for length in circles)
            step[row, shapes.index(other)] += x * kept**own * drawn / divisor**order
    return step


@cache
def _mixed(shape: Partition) -> dict[tuple[Partition, int, Partition], int]:
    """Traces of Sigma, the number of kept factors, circles of vectors, and how often each such term comes."""
    counted: dict[tuple[Partition, int, Partition], int] = {}
    for drawn in product((False, True), repeat=sum(shape)):
        beside, extra, whole = _neighbours(shape, drawn)
        ends = tuple(sorted(beside))
        own = {end: end ^ 1 for end in ends}
        for pairing in pairings(ends):
            traces = tuple(sorted([*whole, *_lengths(pairing, beside, extra)], reverse=True))
            circles = tuple(sorted(_lengths(pairing, own, {}), reverse=True))
            key = traces, sum(shape) - sum(drawn), circles
            counted[key] = counted.get(key, 0) + 1
    return counted


def _neighbours(shape: Partition, drawn: tuple[bool, ...]) -> tuple[dict[int, int], dict[int, int], list[int]]:
    """Ends of vectors that follow each other in a trace, kept factors between them, and traces without a vector."""
    beside, extra, whole, first = {}, {}, [], 0
    for length in shape:
        vectors = [i for i in range(length) if drawn[first + i]]
        if not vectors:
            whole.append(length)
        for one, other in zip(vectors, [*vectors[1:], vectors[0]] if vectors else [], strict=True):
            ends = 2 * (first + one) + 1, 2 * (first + other)
            between = (other - one - 1) % length
            for here, there in (ends, ends[::-1]):
                beside[here], extra[here] = there, between
        first += length
    return beside, extra, whole


def _lengths(pairing: dict[int, int], other: dict[int, int], extra: dict[int, int]) -> Iterator[int]:
    """Pairs in each circle that two pairings make, and what lies beside them."""
    left = set(pairing)
    while left:
        start = end = min(left)
        length = 0
        while True:
            left -= {end, pairing[end]}
            length += 1 + extra.get(pairing[end], 0)
            end = other[pairing[end]]
            if end == start:
                break
        yield length


def two_kinds(order: int, d: int, real: tuple[int, mpf], drawn: tuple[int, mpf]) -> mpmath.matrix:
    """The means of products of traces of up to so many factors after a fit to real points and to points of the model.

    Of each kind the degrees of freedom and the weight; the source is N(0, I) in d dimensions.
    """
    shapes = [(), *(shape for r in range(1, order + 1) for shape in zonal.partitions(r))]
    step = mpmath.zeros(len(shapes))
    step[0, 0] = 1
    for row, shape in enumerate(shapes[1:], start=1):
        for of_model in product((False, True), repeat=sum(shape)):
            beside, _, _ = _neighbours(shape, (True,) * sum(shape))
            kinds = [tuple(end for end in sorted(beside) if of_model[end // 2] is kind) for kind in (False, True)]
            weight = real[1] ** of_model.count(False) * drawn[1] ** of_model.count(True)
            for one, other in product(*(list(pairings(ends)) for ends in kinds)):
                lengths = list(_marked_lengths(one | other, beside, set(other)))
                traces = tuple(sorted((length for length in lengths if length), reverse=True))
                ways = mpf(d) ** lengths.count(0)
                for (n, _), pairing in ((real, one), (drawn, other)):
                    ways *= mpf(n) ** len(list(_lengths(pairing, {end: end ^ 1 for end in pairing}, {})))
                step[row, shapes.index(traces)] += weight * ways
    return step


def _marked_lengths(pairing: dict[int, int], beside: dict[int, int], marked: set[int]) -> Iterator[int]:
    """Of each circle the pairs whose ends are marked."""
    left = set(pairing)
    while left:
        start = end = min(left)
        length = 0
        while True:
            left -= {end, pairing[end]}
            length += end in marked
            end = beside[pairing[end]]
            if end == start:
                break
        yield length
