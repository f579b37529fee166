r"""The divergence of the source from a refitted Gaussian grows exponentially for M >= 4 and is infinite for M <= 3.

With $\rho=E[L/\chi^2_{M-1}]=\frac L{M-3}$ and $\ell=E\log(\chi^2_{M-1}/L)$,
$$E D_{KL}(p_0\Vert p_t)=\frac12\left[t\ell+\rho^t-1+\frac1M\sum_{k\le t}\rho^k\right].$$
Under three real points or fewer a nearly vanished variance is too likely: $E[1/v_1]=\infty$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, divergence_from_source, mellin, mu0, mut, order, v
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, linear_iterate
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.derivation import Derivation
from theory.laws.chi_square import (
    exponential_remainder,
    log_mean_reciprocal,
    mean_log_over_mean_reciprocal,
)  # fmt: skip
from theory.laws.symbols import E, L, M, k, nu, t, v0
from theory.scenario import Scenario

divergence = sp.Symbol(r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)")
reciprocal = sp.Symbol("rho", positive=True)  # E[1/S] for the factor S of one fit, L/(M-3)


def derive() -> Derivation:
    """The divergence as an integral; the means of 1/v_t, of the error over v_t and of log v_t; their sum."""
    d = Derivation(
        "The divergence is half of v_0/v_t - 1 + (mu_t - mu_0)^2/v_t + log(v_t/v_0). Both quotients have linear "
        "recursions with the factor E[1/S] = L/(M-3), finite where M >= 4; for M <= 3 it is infinite, and so is the "
        "divergence from the first fit on."
    )
    divergence_from_source(d)
    cochran(d)
    transform = mellin(d)
    closed = d.algebra(
        sp.Subs(transform.subs(nu, M - 1) / L**order, order, -1), L / (M - 3),
        because="E[1/S] for the factor S of one fit: the transform at -1, where the integral converges if M > 3",
    )  # fmt: skip
    d.define(reciprocal, closed.rhs, "the mean factor of 1/v_t in one fit, infinite if M <= 3")
    narrow = d.solves(
        E(v0 / v(t)), reciprocal**t, index=t, next_value=reciprocal * E(v0 / v(t)), initial=(0, sp.Integer(1)),
        because="the factors are independent",
    )  # fmt: skip
    error = E((mut - mu0) ** 2 / v(t))
    strayed = d.solves(
        error, reciprocal**t * sp.Sum(reciprocal ** (1 - k), (k, 1, t)) / M, index=t, initial=(0, sp.Integer(0)),
        next_value=reciprocal * (error + 1 / M),
        because="a fit adds v_t/M to the mean squared error and multiplies v_t by S",
    )  # fmt: skip
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform.subs(nu, M - 1) / L**order), order), order, 0),
        sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="E log S is the derivative of the log-Mellin transform at 0",
    )  # fmt: skip
    logarithm = d.solves(
        E(sp.log(v(t) / v0)), t * slope.rhs, index=t, initial=(0, sp.Integer(0)),
        next_value=E(sp.log(v(t) / v0)) + slope.rhs,
        because="the logarithms of independent factors add up",
    )  # fmt: skip
    total = d.algebra(
        (logarithm.rhs + narrow.rhs - 1 + strayed.rhs) / 2,
        (reciprocal**t * (1 + sp.Sum(reciprocal ** (1 - k), (k, 1, t)) / M) - 1 + logarithm.rhs) / 2,
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    bound = replace_bindings(scenario, generation)
    return {**bound, reciprocal: bound[L] / (bound[M] - 3)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats, in positive terms; t counts fits."""
    size, offset = size_and_offset(scenario)
    if size <= 3:
        return np.where(generations > 0, np.inf, 0.0)
    rise = log_mean_reciprocal(size, offset)
    with np.errstate(over="ignore"):
        powers = generations if rise == 0 else np.expm1(generations * rise) / -np.expm1(-rise)
    drift = generations * mean_log_over_mean_reciprocal(size)
    return (drift + exponential_remainder(generations * rise) + powers / size) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity for every size and divisor: where 1/v_t does not grow in the mean, log v_t does."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrences of E 1/v, E (mu-mu_0)^2/v and E log v, the moments of the chi-square by quadrature."""
    size, offset = size_and_offset(scenario)
    if generation > 0 and not reciprocal_moment_exists(size - 1):
        return mpf(mpmath.inf)
    if generation == mpmath.inf:
        return at_infinity(lambda later: reference(scenario, later))
    with mpmath.workdps(DIGITS):
        divisor = size - 1 + mpf(str(offset))
        step = mpmath.eye(4)  # of (v_0/v, (mu-mu_0)^2/v, log(v/v_0), 1)
        if generation:
            grows = divisor * chi_square_mean(one_over, size - 1)
            step[0, 0] = step[1, 1] = grows
            step[1, 3] = grows / size
            step[2, 3] = chi_square_mean(mpmath.log, size - 1) - mpmath.log(divisor)
        narrow, strayed, log, _ = linear_iterate(step, [mpf(1), mpf(0), mpf(0), mpf(1)], int(generation))
        return (narrow - 1 + strayed + log) / 2


def one_over(x: mpf) -> mpf:
    return 1 / x


def reciprocal_moment_exists(nu_: int) -> bool:
    """Whether the integral of 1/x against the density settles as its lower end goes to 0."""
    with mpmath.workdps(15):
        ends = [mpf(10) ** -exponent for exponent in (100, 200, 400)]
        deeper = [mpmath.quad(lambda y: mpmath.exp((mpf(nu_) / 2 - 1) * y), mpmath.linspace(mpmath.log(end), 0, 9))
                  for end in ends]  # fmt: skip
        return deeper[2] - deeper[1] < deeper[2] / 1000


CLAIM = Claim(
    id="gaussian-replace-kl-forward",
    title="The expected divergence of the source from the model grows exponentially if M >= 4 and is infinite from the "
    "first fit on if M <= 3",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(50, "unbiased"), t=(0, 1, 2, 5)),
        Example(setting(50, "mle"), t=(1, 5)),
        Example(setting(100, "offset", offset=0.5), t=(1, 10)),
        Example(setting(400, "mle", variance=1e-6), t=(1, 20)),
        Example(setting(10, "unbiased"), t=(1, 5, 1000), simulate=False),
        Example(setting(4, "mle"), t=(1, 10), simulate=False),
        Example(setting(5, "offset", offset=-2.0), t=(1, 100), simulate=False),
        Example(setting(7, "offset", offset=-3.5), t=(1, 100), simulate=False),
        Example(setting(20, "offset", offset=1000.0), t=(1, 10), simulate=False),
        Example(setting(3, "unbiased"), t=(0, 1, 5), algebra=False, simulate=False),
        Example(setting(2, "mle"), t=(0, 1, 5), algebra=False, simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1, 1_000_000), simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(7, "offset", offset=-3.5), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(2, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)
