"""Laws of small token chains by adding up every way that they can go, in whole fractions."""

from collections import defaultdict
from fractions import Fraction
from itertools import product
from math import factorial, prod

Counts = tuple[int, ...]
Law = dict[Counts, Fraction]


def draws(p: tuple[Fraction, ...], n: int) -> Law:
    """Counts of n independent draws."""
    law = {}
    for counts in product(range(n + 1), repeat=len(p)):
        if sum(counts) == n:
            ways = factorial(n) // prod(map(factorial, counts))
            law[counts] = ways * prod((q**c for q, c in zip(p, counts, strict=True)), start=Fraction(1))
    return {counts: chance for counts, chance in law.items() if chance}


def joined(*laws: Law) -> Law:
    """Counts of independent batches together."""
    total: Law = {(0,) * len(next(iter(laws[0]))): Fraction(1)}
    for law in laws:
        longer: Law = defaultdict(Fraction)
        for (a, x), (b, y) in product(total.items(), law.items()):
            longer[tuple(i + j for i, j in zip(a, b, strict=True))] += x * y
        total = longer
    return total


def last_counts(policy: str, p: tuple[Fraction, ...], sizes: list[int], real: Fraction | int) -> Law:
    """The law of the counts of the last generation; `real` is the share of scheme "iid", or a number of cells."""
    if policy == "fixed":
        law: Law = defaultdict(Fraction)
        for kept, chance in draws(p, int(real)).items():
            for counts, more in _run("fixed", p, sizes, real, kept).items():
                law[counts] += chance * more
        return law
    return _run(policy, p, sizes, real, (0,) * len(p))


def _run(policy, p, sizes, real, kept):
    law = joined({kept: Fraction(1)}, draws(p, sizes[0] - sum(kept)))
    for M in sizes[1:]:
        after: Law = defaultdict(Fraction)
        for counts, chance in law.items():
            q = tuple(Fraction(c, sum(counts)) for c in counts)
            if policy == "iid":
                batch = draws(tuple(real * a + (1 - real) * b for a, b in zip(p, q, strict=True)), M)
            elif policy == "stratified":
                batch = joined(draws(p, real), draws(q, M - real))
            else:
                batch = joined({kept: Fraction(1)}, draws(q, M - sum(kept)))
            for more, likely in batch.items():
                after[more] += chance * likely
        law = after
    return law
