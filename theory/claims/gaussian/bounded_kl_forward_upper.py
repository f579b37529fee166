r"""Four or more fresh real points in every fit bound the divergence of the source from the model from above.

$E D_{KL}(p_0\Vert p_t)\le\frac12[\Xi+\Psi-1+\log(U/v_0)]$: $\Xi\ge v_0E[1/v_t]$ by a concave recursion, $U=E v_t$, and
$\Psi\ge E[(\mu_t-\mu_0)^2/v_t]$ by a harmonic one. Without real data the same divergence grows exponentially.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.gaussian import real_share, weighted
from theory.claims.gaussian.bounded_forward_reference import divergence_of_source
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    MEAN_ERROR,
    MEAN_VARIANCE,
    VARIANCE,
    U,
    bindings,
    log_of_mean,
    moment,
)
from theory.claims.gaussian.one_fit import cochran, divergence_from_source
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.precision_above import FreshFit, mean_inverse
from theory.laws.symbols import t, v0
from theory.scenario import Scenario

Xi, Psi = sp.Function("Xi"), sp.Function("Psi")
LAST = 10_000
FRESH = Assumption(
    'every fit sees at least 4 fresh real points: the retention policy is "weighted", with a weight on them, or '
    '"real_share" with scheme "stratified" and a constant sample size',
    lambda s: (
        (s.retention.kind == "weighted" and s.retention.real >= 4 and s.retention.weight > 0)
        or (
            s.retention.kind == "real_share"
            and s.retention.scheme == "stratified"
            and CONSTANT_SIZE.holds(s)
            and s.retention.real_points(s.sample_size.constant) >= 4
        )
    ),
)


def derive() -> Derivation:
    """The divergence as an integral, a concave function of the precision, and a harmonic mean."""
    a, b, q, r = sp.symbols("a b q r", positive=True)
    d = Derivation(
        "Xi(1) = L/(N-3) and Psi(1) = Xi(1)/N after the first fit, to N real points. Then Xi(t+1) is the mean of "
        "1/(A + B/Xi(t)), A and B v_t/v_0 the squares of real and synthetic points over the divisors, with those "
        "between the means; and 1/Psi(t+1) = 1/x + 1/y, x = D(t+1)/v_0 E 1/A' and y = E[1/B'] times what Psi(t) and "
        "Xi(t) say of E (mu_(t+1) - mu_0)^2/v_t, A' and B' the squares within the batches."
    )
    divergence_from_source(d)
    cochran(d)
    d.algebra(
        sp.Derivative(1 / (a + b / q), (q, 2)), -2 * a * b / (a * q + b) ** 3,
        because="the next precision is concave in the last one, so that the mean of one bounds the mean of the other; "
        "means that are apart only lower it",
    )  # fmt: skip
    d.algebra(
        1 / (a + b) - (r**2 / a + (1 - r) ** 2 / b), -((r * b - (1 - r) * a) ** 2) / (a * b * (a + b)),
        because="negative: the harmonic mean, here with one r for all chains. Squares within the batches do not know "
        "their means, so that the mean squared error times each of the two is a product of means",
    )  # fmt: skip
    log_of_mean(d)
    bound = d.given(
        KL, (Xi(t) + Psi(t) - 1 + sp.log(U(t) / v0)) / 2, relation=r"\le", source="jensen1906fonctions",
        check=inverse_means, because="put together, with the best r; from the exact values at t = 1 on",
    )  # fmt: skip
    return d.concludes(sp.Le(KL, bound.rhs, evaluate=False))


def inverse_means() -> list[Verdict]:
    """E 1/X of a chi-square, and of a sum of two with scales 1 and 2 below the best of the two alone."""
    two = mean_inverse(np.array([1.0, 2.0]), np.array([5.0, 7.0]))
    return [
        agree(mean_inverse(np.array([3.0]), np.array([7.0])), mpf(1) / 15),
        at_most(two, 1 / (3 + 2 * 5)),
        at_most(1 / (5 + 2 * 7), two),
    ]


def fit_of(scenario: Scenario) -> FreshFit:
    """One fit after the first."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    if retention.kind == "weighted":
        w, n, m = retention.weight, retention.real, retention.synthetic
        drawn = (1 - w) / divide(m) if m > 1 else 0.0
        return FreshFit((w, 1 - w), (n, m), (w / divide(n), drawn), 0.0)
    M = scenario.sample_size.constant
    n = retention.real_points(M)
    return FreshFit((n / M, 1 - n / M), (n, M - n), (1 / divide(M),) * 2, 1 / divide(M))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[Xi + Psi - 1 + log(U/v_0)]/2 in nats; t counts fits. Takes up to 0.3 s at t = 10^4 for small real shares."""
    unit, first = scenario.source.variance, scenario.first_size
    errors = moment(scenario, ERROR, np.arange(int(generations.max(initial=0)) + 1)) / unit
    both = fit_of(scenario).bounds(first, scenario.estimator.divide_by(first), errors).sum(axis=1)
    return (both[generations] - 1 + np.log(moment(scenario, VARIANCE, generations) / unit)) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """Where both recursions lead."""
    mean, error = (float(moment(scenario, name, np.array([np.inf]))[0]) for name in (VARIANCE, ERROR))
    unit = scenario.source.variance
    return (sum(fit_of(scenario).settled(error / unit)) - 1 + float(np.log(mean / unit))) / 2


def bound_symbols(scenario: Scenario, generation: int, at: None = None) -> dict:
    """U by the statement of its own claim, Xi and Psi by their recursions in 25 digits."""
    both = {Xi: 0, Psi: 1}
    recursions = {
        symbol: lambda k, place=place: sp.Float(exactly(scenario, int(k))[place], 25) for symbol, place in both.items()
    }
    return bindings(U)(scenario, generation) | recursions


@cache
def exactly(scenario: Scenario, generation: int) -> tuple[mpf, mpf]:
    """Xi(t) and Psi(t)."""
    with mpmath.workdps(25):
        N = mpf(scenario.first_size)
        if generation <= 1:
            q = mpf(repr(scenario.estimator.divide_by(int(N)))) / (N - 3)
            return (q, q / N) if generation else (mpf(1), mpf(0))
        q, strayed = exactly(scenario, generation - 1)
        retention, unit = scenario.retention, exact(scenario.source.variance)
        error = mpf(exact_claim(scenario, ERROR).algebra_value(scenario, generation)) / mpf(str(sp.N(unit, 30)))
        if retention.kind == "weighted":
            n, m, a = retention.real, retention.synthetic, mpf(repr(retention.weight))
            of_real, of_drawn = (mpf(repr(scenario.estimator.divide_by(k))) for k in (n, m))
            f, g = a / of_real, (1 - a) / of_drawn
            parts = [(f, n - 1), (g / q, m - 1)]
        else:
            M = scenario.sample_size.constant
            n = retention.real_points(M)
            m, a, f = M - n, mpf(n) / M, 1 / mpf(repr(scenario.estimator.divide_by(M)))
            g = f
            parts = [(f, n - 1), (f / q, m - 1), (f * (1 - a + a / q), 1)]
        inverse = mpmath.quad(
            lambda u: 2 * u * mpmath.fprod((1 + 2 * u * u * scale) ** (-mpf(nu) / 2) for scale, nu in parts),
            [0, 1, 3, 10, 100, mpmath.inf],
        )
        by_real = error / (f * (n - 3))
        by_drawn = ((1 - a) ** 2 * strayed + a**2 * q / n + (1 - a) ** 2 / m) / (g * (m - 3))
        return inverse, 1 / (1 / by_real + 1 / by_drawn)


CLAIM = Claim(
    id="gaussian-kl-forward-upper-bound",
    title="Four fresh real points in every fit keep the divergence of the source from the model below [Xi + Psi - 1 + "
    "log(U/v_0)]/2",
    kind=Kind.UPPER_BOUND,
    statistic="kl_forward",
    assumptions=(GAUSSIAN, MOMENTS, FRESH, FAITHFUL, UNDISTURBED, MEAN_VARIANCE, MEAN_ERROR),
    derive=derive,
    bindings=bound_symbols,
    evaluate=evaluate,
    reference=divergence_of_source,
    limit=limit,
    settles=settles(VARIANCE, ERROR),
    reach=reach_of(VARIANCE, ERROR, besides=LAST),
    examples=(
        Example(real_share.setting("stratified", 50, "unbiased", real=10), t=(1,)),
        Example(real_share.setting("stratified", 10, "mle", real=5), t=(1,), simulate=False),
        Example(real_share.setting("stratified", 6, "mle", real=6), t=(0, 1), algebra=False, simulate=False),
        Example(weighted.setting(20, 20, 0.6, "mle"), t=(1, 2)),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(0, 2), simulate=False),
    ),
)  # fmt: skip
