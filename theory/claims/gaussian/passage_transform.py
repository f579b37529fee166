r"""Passages of a walk from its characteristic function alone: integrals over one frequency, for every size.

Spitzer's sums over $n$ of what $n$ steps do, $\sum_n\frac1nP(S_n\le0)$ and $\sum_n\frac1nE S_n^-$, are integrals of
$\log(1-\varphi(\tau))$, $\varphi$ that of a step of positive mean $m$; the sums of an exponential step of the same
mean, which vanish, take away what is singular at 0. The first gives the mean number of steps until the walk is above
where it began, the second the mean overshoot of a level far away; that of the walk tilted until it turns, too, the
chance that it ever comes so far.
"""

from functools import cache

import mpmath
from mpmath import mpf

DIGITS = 60
STEP = mpf("0.065")  # of log tau: the integrands are analytic in a strip around the line
LOWEST, HIGHEST = 40, 40  # logarithms of the frequencies left out, about those of the walk


@cache
def mean_time_from_threshold(size: int, offset: float) -> mpf:
    """E T from v_0 = x: exp of the sum of P(S_n <= 0)/n for the steps -log S."""
    return mpmath.exp(_sums(size, offset, mpf(0))[0])


@cache
def far_overshoot(size: int, offset: float) -> mpf:
    """The mean overshoot of a level far below: E X^2/(2 m) less the sum of E S_n^-/n."""
    return _sums(size, offset, mpf(0))[1]


@cache
def far_rise(size: int, offset: float) -> tuple[mpf, mpf]:
    """theta and C of P(some v_t > x) = C (v_0/x)^theta far above: Cramer's constant by Spitzer's sums."""
    with mpmath.workdps(DIGITS):
        a, half_divisor = mpf(size - 1) / 2, (size - 1 + mpf(str(offset))) / 2

        def growth(s: mpf) -> mpf:
            return (mpmath.loggamma(a + s) - mpmath.loggamma(a)) / s - mpmath.log(half_divisor)

        theta = mpmath.findroot(growth, (1 + mpf(str(offset)), 2 + mpf(str(offset))), tol=1e-80)
        rises = mpmath.digamma(a + theta) - mpmath.log(half_divisor)
        below = _sums(size, offset, mpf(0))[0] + _sums(size, offset, theta)[0]
        return theta, mpmath.exp(-below) / (theta * rises)


@cache
def _sums(size: int, offset: float, tilt: mpf) -> tuple[mpf, mpf]:
    """Both sums by the trapezoidal rule in log tau, of the step -log S, or of log S tilted so that it rises."""
    with mpmath.workdps(DIGITS):
        a, half_divisor, sign = mpf(size - 1) / 2 + tilt, (size - 1 + mpf(str(offset))) / 2, 1 if tilt else -1
        m, spread = sign * (mpmath.digamma(a) - mpmath.log(half_divisor)), mpmath.psi(1, a)
        log_gamma, log_divisor = mpmath.loggamma(a), mpmath.log(half_divisor)
        high = HIGHEST + int(mpmath.log(1 / m + mpmath.sqrt(1 / spread) + 1))
        below, shortfall = mpf(0), mpf(0)
        for k in range(int(-LOWEST / STEP), int(high / STEP) + 1):
            tau = mpmath.exp(k * STEP)
            moment = mpmath.loggamma(mpmath.mpc(a, sign * tau)) - log_gamma - mpmath.mpc(0, sign * tau * log_divisor)
            walk = mpmath.log(-mpmath.expm1(moment)) if moment.real > -DIGITS * 3 else mpf(0)
            steady = mpmath.log(mpmath.mpc(0, -m * tau) / mpmath.mpc(1, -m * tau))
            below += (walk - steady).imag
            shortfall += (walk - steady).real / tau
        # the sum of E S_n^-/n is (Var X - m^2)/(4 m) more than the integral: frequencies that vanish as n grows
        return below * STEP / mpmath.pi, (3 * m * m + spread) / (4 * m) - shortfall * STEP / mpmath.pi
