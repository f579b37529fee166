r"""What claims about a known variance and mixed data share: mean products of single points of all batches.

The reference knows no sum of powers and no mean of a pool: it follows the mean products of points of every two batches,
of real and of synthetic points, from all generations. Policies differ by the batches that join and what a fit weighs.
"""

import mpmath
from mpmath import mpf

from theory.claims.gaussian.known_variance import setting
from theory.claims.gaussian.reference import DIGITS
from theory.scenario import Scenario, parse_scenario

LATE = 150  # fits after which what the examples forget is forgotten
Fit = tuple[list[tuple[int, bool]], dict[int, mpf], int]
"""Batches that join (points, whether they are real), the places of those that are seen with weights, points drawn."""


def unit(scenario: Scenario) -> mpf:
    return mpf(str(scenario.source.variance))


def reference(scenario: Scenario, generation: float) -> mpf:
    """E (mu_t - mu_0)^2 in units of v_0 from the mean products of points of all batches."""
    retention, sizes = scenario.retention, []
    product: list[list[mpf]] = []  # of two different points; the square of one has 1 more, as all models are as wide
    with mpmath.workdps(DIGITS):
        error, weights = mpf(0), {}
        for fit in range(1, int(min(generation, LATE)) + 1):

            def means(g: int, h: int) -> mpf:
                return product[g][h] + (1 / mpf(sizes[g]) if g == h else 0)

            joined, seen, drawn = _fit(scenario, fit, sizes)
            for size, real in joined:
                shared = [mpf(0) if real else _with_model(weights, g, means) for g in range(len(sizes))]
                for g, old in enumerate(product):
                    old.append(shared[g])
                product.append([*shared, mpf(0) if real else error])
                sizes.append(size)
            weights = seen
            error = mpmath.fsum(a * b * means(g, h) for g, a in seen.items() for h, b in seen.items())
            if drawn:
                pool = sum(sizes)
                square = mpmath.fsum(share * (product[g][g] + 1) for g, share in seen.items())
                lone = retention.kind == "accumulate_subsample" and not retention.replacement
                error += (square - error) / drawn * (mpf(pool - drawn) / (pool - 1) if lone else 1)
        return error


def _with_model(weights: dict[int, mpf], g: int, means) -> mpf:
    """The mean product of a point of batch g and the mean of the model before, and so of a point of that model."""
    return mpmath.fsum(weight * means(g, h) for h, weight in weights.items())


def _fit(scenario: Scenario, fit: int, sizes: list[int]) -> Fit:
    """What joins in a fit, and what it sees."""
    retention, before = scenario.retention, len(sizes)
    if retention.kind == "weighted":
        if fit == 1:
            return [(retention.real, True)], {0: mpf(1)}, 0
        weight = mpf(str(retention.weight))
        return [(retention.real, True), (retention.synthetic, False)], {before: weight, before + 1: 1 - weight}, 0
    if retention.kind == "pool":
        joined = [(retention.real_points(fit), True), (retention.synthetic_points(fit), False)]
        drawn = 0 if retention.budget is None or fit == 1 else retention.budget
    else:
        size, drawn = scenario.first_size if fit == 1 else scenario.sample_size.at(fit), 0
        real = size if fit == 1 else 0
        if retention.kind == "accumulate_subsample":
            drawn = size if fit > 1 else 0
        elif fit > 1 and (retention.kind == "real_share" or getattr(retention, "refreshed", False)):
            real = retention.real_points(size)
        joined = [(real, True), (size - real, False)]
        if retention.kind == "real_share":
            kept = retention.real_points(size)
            joined = [(kept, True), (size - kept, True)] if fit == 1 else [(size - kept, False)]
    joined = [(count, real) for count, real in joined if count]
    every = [*sizes, *(count for count, _ in joined)]
    places = range(len(every))
    if retention.kind == "real_share":
        places = [*range(len(joined))] if fit == 1 else [0, *range(before, len(every))]
    elif retention.kind == "window":
        parts = 1 + (retention.refreshed and 0 < retention.real_points(scenario.sample_size.constant) < every[0])
        places = range(max(0, len(every) - parts * retention.length), len(every))
    total = mpf(sum(every[place] for place in places))
    return joined, {place: every[place] / total for place in places}, drawn


def with_policy(size: int | dict | None, variance: float = 2.25, **retention) -> Scenario:
    """A scenario of the examples; without a size the policy has its own."""
    if size is not None:
        return setting(size, variance, **retention)
    tables = setting(1, variance).dump() | {"retention": retention}
    return parse_scenario({name: table for name, table in tables.items() if name != "sample_size"})
