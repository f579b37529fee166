r"""A value drawn from model $t$ scatters by $v_0\left(1+\sum_k1/M_k\right)$, unbiased, and by exactly $v_0$ under mle.

What the mean variance loses the error of the mean gains: one fit multiplies $E v_t$ by
$r_k=\frac{M_k-1}{M_k-1+\delta}$ and adds $E v_t/M_k$ to the squared error, so the total changes by
$(1-\delta)\,r_k E v_t/M_k$. For every schedule and every $t$, with no higher order.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian import varying
from theory.claims.gaussian.one_fit import NORMAL, mellin, order, squared_error, v
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.varying import bindings, cochran, sizes
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_factor, powers_of_mean_factor
from theory.laws.symbols import E, delta, j, k, nu, t, v0
from theory.laws.varying_sizes import log_mean_factors, running_sums
from theory.scenario import InputError, Scenario

drawn = sp.Symbol("X_t", real=True)


def derive() -> Derivation:
    """The squared distance of a draw, split at the mean of its model; the change of both parts in one fit."""
    z, mut, mu0 = sp.symbols("z mu_t mu_0", real=True)
    d = Derivation(
        "X_t is a value drawn from model t, delta the offset of the divisor, M_k the size of generation k, the same "
        "or not in every generation."
    )
    d.algebra(
        sp.Integral((mut + sp.sqrt(v(t)) * z - mu0) ** 2 * NORMAL, (z, -sp.oo, sp.oo)), (mut - mu0) ** 2 + v(t),
        because="the mean over a normal draw given its model: the error of the mean and the variance add up",
    )  # fmt: skip
    cochran(d)
    mean = d.algebra(
        sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square with nu degrees of freedom"
    )  # fmt: skip

    def factor(index: sp.Expr) -> sp.Expr:
        return mean.rhs.subs(nu, sizes[index] - 1) / (sizes[index] - 1 + delta)

    variance = v0 * sp.Product(factor(j), (j, 1, t))
    d.solves(
        E(v(t)), variance, index=t, initial=(0, v0), next_value=factor(t + 1) * E(v(t)),
        because="the factor is independent of v_t",
    )  # fmt: skip
    d.algebra(
        factor(t + 1) - 1 + 1 / sizes[t + 1], (1 - delta) * factor(t + 1) / sizes[t + 1],
        because="what fit t + 1 adds to E v_t, and E v_t/M_(t+1), which it adds to the squared error of the mean: 0 "
        "under maximum likelihood",
    )  # fmt: skip
    both, added = E(squared_error + v(t)), factor(k) * sp.Product(factor(j), (j, 1, k - 1)) / sizes[k]
    solved = d.solves(
        both, v0 * (1 + (1 - delta) * sp.Sum(added, (k, 1, t))), index=t,
        next_value=both + (1 - delta) * v0 * added.subs(k, t + 1), initial=(0, v0),
        because="so the total grows by the mean variance after the fit, over its size, times 1 - delta",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((drawn - mu0) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^2 in squared data units, as E v_t and the squared error of the mean; t counts fits."""
    size, offset = size_and_offset(scenario)
    if offset == 1:
        return np.full(generations.shape, scenario.source.variance)
    if size is not None:
        left = np.exp(generations * log_mean_factor(size, offset))
        strayed = powers_of_mean_factor(size, offset, generations) * (1 + offset / (size - 1)) / size
    else:
        listed = scenario.sample_size.schedule(int(generations.max(initial=0))).astype(np.float64)
        means = np.exp(np.concatenate([[0.0], running_sums(log_mean_factors(listed, offset))]))
        left, strayed = means[generations], np.concatenate([[0.0], running_sums(means[:-1] / listed)])[generations]
    return scenario.source.variance * (left + strayed)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 under maximum likelihood; with one size infinite for the unbiased divisor and v_0 L/(delta M) above it.

    Raises InputError where the sizes vary and the divisor is neither.
    """
    size, offset = size_and_offset(scenario)
    v = scenario.source.variance
    if offset == 1:
        return v
    if size is not None:
        return v * (size - 1 + offset) / (offset * size) if offset > 0 else np.inf
    if offset == 0:
        return v * (1 + varying.total(scenario.sample_size, np.reciprocal, 1.0))
    raise InputError('t must be finite where sample_size varies and the divisor is neither "unbiased" nor "mle"')


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of (v, (mu - mu_0)^2), the mean of each chi-square by quadrature."""
    size, offset = size_and_offset(scenario)
    if generation == mpmath.inf:
        if size is not None:
            return at_infinity(lambda later: reference(scenario, later))
        return reference(scenario, 40 if scenario.sample_size.kind == "geometric" else 0)
    with mpmath.workdps(DIGITS):
        state = [mpf(str(scenario.source.variance)), mpf(0)]
        if size is not None:
            return mpmath.fsum(linear_iterate(_one_fit(size, mpf(str(offset))), state, int(generation)))
        for listed in scenario.sample_size.schedule(int(generation)):
            state = linear_iterate(_one_fit(int(listed), mpf(str(offset))), state, 1)
        return mpmath.fsum(state)


def _one_fit(size: int, offset: mpf) -> mpmath.matrix:
    step = mpmath.eye(2)
    step[0, 0] = chi_square_mean(identity, size - 1) / (size - 1 + offset)
    step[1, 0] = chi_square_mean(identity, 1) / size
    return step


CLAIM = Claim(
    id="gaussian-replace-draw-variance",
    title="A value drawn from model t scatters about the mean of the source by v_0 (1 + sum 1/M_k) if unbiased, by "
    "exactly v_0 under maximum likelihood, for all t and all sizes",
    kind=Kind.EXACT,
    statistic="draw_variance",
    reach=lambda scenario: np.inf if scenario.sample_size.constant else varying.MOST_FITS,
    assumptions=(GAUSSIAN, MOMENTS, retains("replace"), sample_size_at_least(2), FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased"), t=(0, 1, 4)),
        Example(setting(10, "mle"), t=(0, 1, 5, 20)),
        Example(setting(50, "offset", offset=0.5), t=(1, 20)),
        Example(varying.setting({"kind": "explicit", "sizes": [20, 9, 100]}), t=(1, 2, 3)),
        Example(varying.setting({"kind": "explicit", "sizes": [20, 9, 100]}, "offset", offset=0.5), t=(3,),
                simulate=False),
        Example(varying.setting({"kind": "polynomial", "size": 20, "power": 2.0}, "mle"), t=(1, 5), simulate=False),
        Example(setting(2, "offset", offset=3.0), t=(1, 30), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 30), simulate=False),
        Example(setting(1_000_000_000, "offset", offset=1e12), t=(1, 3), simulate=False),
        Example(setting(100, "mle"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "offset", offset=0.25), t=(1000, np.inf), algebra=False, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 20, "ratio": 2.0}), t=(np.inf,), algebra=False,
                simulate=False),
        Example(varying.setting({"kind": "polynomial", "size": 20, "power": 2.0}, "mle"), t=(np.inf,), algebra=False,
                simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Supplement 3.1.1", "reported", "its n is t",
            "Var X^n = sigma^2 (1 + sum_i 1/M_i) up to second order in 1/M, unbiased; the second order is zero",
        ),
    ),
)  # fmt: skip
