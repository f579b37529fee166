"""Second moments of a covariance under every policy by the route of single points: which points a fit sees."""

from fractions import Fraction
from functools import lru_cache, reduce

import mpmath
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.claims.vector.batches import of_a_window
from theory.claims.vector.draws import of_draws
from theory.claims.vector.points import (
    DRAWN,
    KEEPING,
    REAL,
    Fit,
    from_kept_points,
    mixture,
    pooled,
    source,
    weighed,
)  # fmt: skip
from theory.scenario import Scenario

DIGITS = 60
ALL = Fraction(1)
CROSSED = (False, True)


def two_moments(scenario: Scenario, generation: float) -> tuple[mpf, mpf]:
    """p and q of E V_ab V_cd = p [ab][cd] + q ([ac][bd] + [ad][bc]), V the covariance in coordinates of the source."""
    if scenario.retention.kind == "accumulate_subsample" and generation:
        drawn = of_draws(
            scenario.sample_size.constant, scenario.retention.replacement, offset_of(scenario), int(generation)
        )
        return drawn[-1]
    if scenario.retention.kind == "window":
        return of_a_window(
            scenario.sample_size.constant, scenario.retention.length, offset_of(scenario), int(generation)
        )
    with mpmath.workdps(DIGITS):
        places = _fit(scenario, 1).places
        start = _start(scenario)
        where = [places.index(("VV", crossed)) for crossed in CROSSED]

        def after(fits: int) -> list[mpf]:
            if not fits:
                return start
            if _changes(scenario):
                return list(
                    reduce(lambda state, k: _matrix(scenario, k) * state, range(1, fits + 1), mpmath.matrix(start))
                )
            return linear_iterate(_matrix(scenario, 2), list(_matrix(scenario, 1) * mpmath.matrix(start)), fits - 1)

        if generation == mpmath.inf:
            p, q = (at_infinity(lambda later, at=at: after(later)[at]) for at in where)
        else:
            state = after(int(generation))
            p, q = (state[at] for at in where)
        return p, q


def determinant_in_the_plane(scenario: Scenario, generation: float) -> mpf:
    """E det V of two coordinates, p - q."""
    if generation == mpmath.inf:
        raise ValueError("a difference of two limits")
    p, q = two_moments(scenario, generation)
    with mpmath.workdps(DIGITS):
        return p - q


def _changes(scenario: Scenario) -> bool:
    """Whether the map of a fit changes after the second one."""
    kept = scenario.retention.kind in ("accumulate", "pool")
    return kept or (scenario.sample_size is not None and scenario.sample_size.constant is None)


def _start(scenario: Scenario) -> list[mpf]:
    places = _fit(scenario, 1).places
    if places is KEEPING:
        return from_kept_points(int(share_of(scenario) * scenario.sample_size.constant)).start()
    return source(places)


@lru_cache(maxsize=256)
def _matrix(scenario: Scenario, k: int) -> mpmath.matrix:
    with mpmath.workdps(DIGITS):
        return _fit(scenario, k).matrix()


def _fit(scenario: Scenario, k: int) -> Fit:
    """Fit k, of points drawn from the model before, which at k = 1 is the source."""
    retention, offset = scenario.retention, offset_of(scenario)
    if retention.kind == "pool":
        old = sum(retention.real_points(i) + retention.synthetic_points(i) for i in range(1, k))
        sets = {"r": (retention.real_points(k), REAL), "s": (retention.synthetic_points(k), DRAWN)}
        return pooled(sets, offset, old)
    if retention.kind == "weighted":
        weight = Fraction(repr(retention.weight)) if k > 1 else ALL
        parts = {"r": (weight, retention.real, REAL)}
        return weighed(parts | ({"s": (1 - weight, retention.synthetic, DRAWN)} if k > 1 else {}), ALL - 1, offset)
    if retention.kind == "accumulate":
        first, size = scenario.first_size, scenario.sample_size.constant
        return pooled({"s": (size if k > 1 else first, DRAWN)}, offset, first + (k - 2) * size if k > 1 else 0)
    size = scenario.sample_size.at(k)
    if retention.kind == "real_share":
        if retention.scheme == "iid":
            return pooled({"x": (size, mixture(share_of(scenario)))}, offset)
        real = int(share_of(scenario) * size)
        if retention.scheme == "fixed":
            return pooled({"s": (size - real, DRAWN)}, offset, real, kept=True)
        return pooled({"r": (real, REAL), "s": (size - real, DRAWN)}, offset)
    rate = Fraction(repr(retention.rate)) if retention.kind == "forgetting" and k > 1 else ALL
    return weighed({"s": (rate, size, DRAWN)}, 1 - rate, offset)
