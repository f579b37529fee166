r"""What the claims about accumulated Gaussian data share: derivation steps, how a scenario is read, the recurrence.

The recurrence is that of the covariances of the points in the pool, and knows no law of a sample variance. With $Q$ the
sum of $E(x_i-\mu_0)^2$ and $S$ that of $E(x_i-\mu_0)(x_j-\mu_0)$ over all pairs, a pool of $N$ points has
$E v=(Q-S/N)/(N-1+\delta)$ and $E(\mu-\mu_0)^2=S/N^2$; the divisor has the offset $\delta$, 1 under maximum likelihood.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.one_fit import mellin, moments_of_small_samples, order, v
from theory.claims.gaussian.reference import DIGITS, iterate
from theory.derivation import Derivation
from theory.laws.accumulation import log_variance_left
from theory.laws.symbols import N1, M, delta, nu, t, v0
from theory.scenario import Scenario, parse_scenario

N = sp.Symbol("N", positive=True)  # points in the pool before a batch joins
STEP_BY_STEP = 1_000  # generations up to which the recurrence itself is iterated


def factor_of_one_batch(d: Derivation) -> sp.Expr:
    """The mean factor of the variance as M points of model t join a pool of N: 1 - M/((N+M)(N+M-1+delta))."""
    Qa, Qb, Sa, Sb = sp.symbols("Q_a Q_b S_a S_b", real=True)
    d.algebra(
        (Qa + Qb) - (Sa + Sb) ** 2 / (N + M),
        (Qa - Sa**2 / N) + (Qb - Sb**2 / M) + N * M / (N + M) * (Sa / N - Sb / M) ** 2,
        because="the centred sum of squares of a pool (a) and a batch (b), from their sums S and sums of squares Q: "
        "that of each, and the squared distance of their means",
    )  # fmt: skip
    d.given(
        (Qb - Sb**2 / M) / v(t), sp.Symbol(r"\chi^2_{M-1}"), relation=r"\sim", source="cochran1934",
        check=moments_of_small_samples,
        because="the batch is drawn from N(mu_t, v_t), where mu_t = S_a/N and (N - 1 + delta) v_t = Q_a - S_a^2/N; its "
        "mean S_b/M is N(mu_t, v_t/M), independent of this",
    )  # fmt: skip
    mean = d.algebra(sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square is its degrees of freedom").rhs
    divisor = N + M - 1 + delta
    return d.algebra(
        ((N - 1 + delta) + mean.subs(nu, M - 1) + N * M / (N + M) / M) / divisor, 1 - M / ((N + M) * divisor),
        because="the new mean variance over v_t: N - 1 + delta from the pool, M - 1 from within the batch, N/(N+M) "
        "from between the means",
    ).rhs  # fmt: skip


def first_and_later(scenario: Scenario) -> tuple[int, int]:
    """N_1 and M: points in the first batch, all real, and in each later one."""
    return scenario.first_size, scenario.sample_size.constant


def variance_left(scenario: Scenario, generations: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """log(E v_t / v_0), for t = inf too."""
    first, size = first_and_later(scenario)
    return log_variance_left(size, first, generations, offset(scenario))


def offset(scenario: Scenario) -> int:
    """Of the divisor from one less than the size of the pool: 1 for "mle", 0 for "unbiased"."""
    return {"mle": 1, "unbiased": 0}[scenario.estimator.divisor]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers."""
    first, size = first_and_later(scenario)
    return {M: size, N1: first, delta: offset(scenario), t: generation, v0: exact(scenario.source.variance)}


def variance_and_error(scenario: Scenario, generation: float) -> tuple[mpf, mpf]:
    """E v_t and E (mu_t - mu_0)^2, by the recurrence of the covariances.

    After many fits the logarithm of the variance, analytic in one over the size of the pool, is the polynomial through
    its values after 4, 8, ... 4096 fits; the error then is what the variance has lost, for maximum likelihood alone.
    """
    first, size = first_and_later(scenario)
    with mpmath.workdps(2 * DIGITS):  # a first batch of many sizes makes the polynomial reach far beyond its points
        v = mpf(str(scenario.source.variance))
        if generation == 0:
            return v, mpf(0)
        if generation <= STEP_BY_STEP:
            Q, S, N = _after(int(generation), first, size, offset(scenario))
            return v * _variance(Q, S, N, offset(scenario)), v * S / N**2
        places, logarithms = _many_fits(first, size, offset(scenario))
        share = mpmath.exp(_polynomial(places, logarithms, 1 / (first + (generation - 1) * mpf(size))))
        return v * share, v * (1 - share)


def _after(fits: int, first: int, size: int, shift: int) -> tuple[mpf, mpf, mpf]:
    """Q, S and N after so many fits, from a source of variance 1; the real points of the first batch share nothing."""
    start = (mpf(first), mpf(first), mpf(first))
    return iterate(lambda state, _: _join(*state, size, shift), start, fits - 1)


def _variance(Q: mpf, S: mpf, N: mpf, shift: int) -> mpf:
    return (Q - S / N) / (N - 1 + shift) if N > 1 else mpf(0)


def _join(Q: mpf, S: mpf, N: mpf, M: int, shift: int) -> tuple[mpf, mpf, mpf]:
    """M points of the model of a pool join it: old with new, new with new, new with itself."""
    error = S / N**2
    own = _variance(Q, S, N, shift) + error
    return Q + M * own, S + 2 * M * S / N + M * (M - 1) * error + M * own, N + M


@cache
def _many_fits(first: int, size: int, shift: int) -> tuple[list[mpf], list[mpf]]:
    """One over the size of the pool, and log E v, after 4, 8, ... 4096 fits."""
    state = _after(4, first, size, shift)
    states = [state]
    for power in range(2, 12):
        state = iterate(lambda state, _: _join(*state, size, shift), state, 2**power)
        states.append(state)
    return [1 / N for _, _, N in states], [mpmath.log(_variance(*state, shift)) for state in states]


def _polynomial(places: list[mpf], values: list[mpf], at: mpf) -> mpf:
    """The value of the polynomial through these points, by Neville's scheme."""
    values = list(values)
    for width in range(1, len(values)):
        for i in range(len(values) - width):
            left, right = at - places[i], at - places[i + width]
            values[i] = (right * values[i] - left * values[i + 1]) / (places[i] - places[i + width])
    return values[0]


def setting(
    size: int, variance: float = 2.25, divisor: str = "mle", offset: float | None = None, **first: int
) -> Scenario:
    """A scenario of accumulated data for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "accumulate", **first},
        "estimator": {"kind": "moments", "divisor": divisor} | ({} if offset is None else {"offset": offset}),
    })  # fmt: skip
