"""The independent route of second moments with a known mean: expanded squares, moments of chi-squares by quadrature."""

import mpmath
from mpmath import mpf

from theory.claims.gaussian.known_mean_settings import joining, pools
from theory.claims.gaussian.real_share import share_of
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.scenario import Scenario


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E v^2 itself, with the moments of chi-squares by quadrature; coins one number of real points at a time."""
    with mpmath.workdps(DIGITS):
        unit = mpf(str(scenario.source.variance)) ** 2
        if generation == 0:
            return unit
        first = _moment(scenario.first_size, 2) / scenario.first_size**2
        if pools(scenario):
            size = scenario.sample_size.constant if scenario.sample_size is not None else None
            if generation == mpmath.inf:
                start = scenario.first_size

                def term(fit: mpf) -> mpf:
                    return mpmath.log(1 + 2 * size / (start + (fit - 1) * mpf(size)) ** 2)

                return unit * first * mpmath.exp(mpmath.nsum(term, [2, mpmath.inf]))
            square, points = first, mpf(scenario.first_size)
            for fit in range(2, int(generation) + 1):
                real, drawn = joining(scenario, fit)
                both = _moment(real, 2) + square * _moment(drawn, 2) + 2 * _moment(real, 1) * _moment(drawn, 1)
                old = points**2 * square + 2 * points * (_moment(real, 1) + square * _moment(drawn, 1))
                points += real + drawn
                square = (old + both) / points**2
            return unit * square
        step = mpmath.matrix([list(_step(scenario)), [0, 1]])

        def value(fits: int) -> mpf:
            return unit * linear_iterate(step, [first, mpf(1)], fits - 1)[0]

        return at_infinity(value) if generation == mpmath.inf else value(int(generation))


def _step(scenario: Scenario) -> tuple[mpf, mpf]:
    """E v'^2 as a multiple of E v^2 and a constant."""
    retention = scenario.retention
    if retention.kind == "weighted":
        a, n_, m_ = mpf(str(retention.weight)), retention.real, retention.synthetic
        crossed = 2 * a * (1 - a) * _moment(n_, 1) * _moment(m_, 1) / n_ / m_
        return (1 - a) ** 2 * _moment(m_, 2) / m_**2, a**2 * _moment(n_, 2) / n_**2 + crossed
    size = scenario.sample_size.constant
    if retention.kind == "forgetting":
        rate = mpf(str(retention.rate))
        mean, square = _moment(size, 1) / size, _moment(size, 2) / size**2
        return (1 - rate) ** 2 + 2 * rate * (1 - rate) * mean + rate**2 * square, mpf(0)
    share = share_of(scenario)
    a, whole = mpf(share.numerator) / share.denominator, range(size + 1)
    chances = {int(share * size): mpf(1)}
    if retention.scheme == "iid":
        chances = {k: mpmath.binomial(size, k) * a**k * (1 - a) ** (size - k) for k in whole}
    multiple = mpmath.fsum(p * _moment(size - k, 2) for k, p in chances.items())
    constant = mpmath.fsum(p * (_moment(k, 2) + 2 * _moment(k, 1) * _moment(size - k, 1)) for k, p in chances.items())
    return multiple / size**2, constant / size**2


def _moment(nu: int, order: int) -> mpf:
    """E X^order, X chi-square with nu degrees of freedom; of none it is 0."""
    if nu == 0:
        return mpf(0)
    return chi_square_mean(identity if order == 1 else _squared, nu)


def _squared(x: mpf) -> mpf:
    return x * x
