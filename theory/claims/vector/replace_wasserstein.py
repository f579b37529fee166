r"""In the plane the expected squared Wasserstein distance is a power of t and one integral of powers of t.

With $r=\frac{M-1}L$, $c=E\sqrt{\chi^2_{M-1}/L}$ and, for a source with the covariance $v_0I$,
$$\frac{E W_2^2}{2v_0}=\frac{M-L}M\sum_{k\le t}r^k+2-\frac\pi2c^t-\int_0^\infty\frac{\mu(s)^t\,ds}{(1+s^2)\cosh\pi s},
\quad\mu(s)=\sqrt{\tfrac2L}\,\frac{|\Gamma(\frac{M-1+is}2)|^2}{\Gamma(\frac{M-1}2)\Gamma(\frac{M-2}2)}:$$
$\mu(s)$ is what a fit multiplies the mean of a spherical function by. Other sources have elliptic integrals and
Legendre functions for $\frac\pi2$ and 1. To first order it is $\frac72v_0t/M$; at $\mu<c$ the last term goes first.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import moment_of_factor, order, root_mean_factor
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector import distance, source
from theory.claims.vector.distance import LONG, ROUND, excess_of_parts, limit, mean_excess, wasserstein
from theory.claims.vector.nuclear_norm import fitted_cloud, mean_singular_values
from theory.claims.vector.one_fit import triangular_factor
from theory.claims.vector.reference import expectations
from theory.claims.vector.source import SHEET, eigenvalues, exact_covariance, lam, trace0, vector_setting
from theory.claims.vector.spherical import (
    INTRODUCTION,
    TWO_DIRECTIONS,
    conical,
    frequency,
    quarter,
    sum_of_singular_values,
)
from theory.derivation import Derivation
from theory.laws.spherical_plane import log_fitted, lost_singular_values
from theory.laws.symbols import E, L, M, nu, t
from theory.laws.wishart import log_mean_pivot_roots
from theory.scenario import Scenario

spherical = sp.Function("I_mu", nonnegative=True)


def derive() -> Derivation:
    """The sum of singular values as an integral of spherical functions, each of which a fit multiplies by a number."""
    s, half = frequency, sp.Rational(1, 2)
    d = Derivation(INTRODUCTION)
    excess, transform = excess_of_parts(d)
    sum_of_singular_values(d)
    triangular_factor(d)
    first, second = (
        transform.subs(nu, M - i).subs(order, power) for i, power in ((1, sp.I * s / 2), (2, (1 - sp.I * s) / 2))
    )
    gammas = sp.gamma((M - 1 + sp.I * s) / 2) * sp.gamma((M - 1 - sp.I * s) / 2)
    multiplier = sp.sqrt(2 / L) * gammas / (sp.gamma((M - 1) * half) * sp.gamma((M - 2) * half))
    d.algebra(
        first * second / sp.sqrt(L), multiplier,
        because="N'Y'e for a unit vector e: turned so that Y'e is the first axis N has the diagonal r_1, r_2, the "
        "roots of independent chi-squares over L. So the square of |Y'e| is multiplied by r_1^2 and q by r_1 r_2; with "
        "nu = -1/2 + i s the product of powers is multiplied by a number whose mean is this, mu(s)",
    )  # fmt: skip
    c = moment_of_factor(
        d, transform, half, root_mean_factor,
        "and with nu = 1/2 by r_1: the factor of the mean standard deviation on the line",
    )  # fmt: skip
    length, start = E(sp.Symbol(r"\Vert Y_t'e\Vert")), sp.Symbol(r"\Vert \Sigma_0e\Vert", positive=True)
    d.solves(
        length, start * c**t, index=t, next_value=c * length, initial=(0, start),
        because="the fits are independent: so this mean, and likewise every other, is a power, and so is its mean over "
        "all e; of the length of Sigma_0 e that is 2/pi times a quarter of the perimeter of an ellipse",
    )  # fmt: skip
    kept = quarter * c**t + sp.sqrt(lam[1] * lam[2]) * spherical(t)
    total = d.algebra(
        excess + sp.Mul(2, trace0 - kept, evaluate=False), excess + 2 * trace0 - 2 * kept,
        because="put together, I_mu the integral of mu(s)^t times P at the source over (1 + s^2) cosh(pi s)",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(wasserstein**2), total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, the integral by mpmath's quadrature."""
    known = source.bindings(scenario, generation)
    size, divisor = int(known[M]), mpf(known[L])
    first, second = (mpf(x) for x in known[lam][:2])

    def mean(s: mpf) -> mpf:
        multiplier = mpmath.re(mpmath.gamma((size - 1 + 1j * s) / 2) * mpmath.gamma((size - 1 - 1j * s) / 2))
        multiplier *= mpmath.sqrt(2 / divisor) * mpmath.rgamma(mpf(size - 1) / 2) * mpmath.rgamma(mpf(size - 2) / 2)
        at_source = conical(s, (first / second + second / first) / 2)
        return at_source * multiplier**generation / ((1 + s**2) * mpmath.cosh(mpmath.pi * s))

    with mpmath.workdps(20):
        return known | {spherical: lambda _: sp.Float(mpmath.quad(mean, [0, 1, 3, 8, 16]), 18)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units, to 1e-12 of it; t counts fits."""
    size, offset = size_and_offset(scenario)
    first, second = (float(x) for x in eigenvalues(scenario)[:2])
    root, multipliers = log_mean_pivot_roots(size, offset, 2)[0], log_fitted(size, offset)
    with np.errstate(over="ignore", invalid="ignore"):
        excess = mean_excess(scenario, generations)
        lost = lost_singular_values(
            first, second, lambda t_: t_ * root, lambda t_: t_[:, None] * multipliers, generations.astype(np.float64)
        )
        return np.where(excess == np.inf, np.inf, excess + 2 * lost)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Recurrences of the traces, the sum of singular values backwards by quadrature over gaps and angles."""
    size, offset = size_and_offset(scenario)
    if size == 2 or generation in (0, mpmath.inf):
        return distance.reference(scenario, generation)
    with mpmath.workdps(DIGITS):
        later = expectations(scenario, int(generation), 1)
        whole = exact_covariance(scenario).trace()
        parts = mpf(int(whole.p)) / int(whole.q) * (1 + later["length"] + later["spread"])
        clouds = [fitted_cloud(size, offset)] * int(generation)
        return parts - 2 * mpf(mean_singular_values(*(float(x) for x in eigenvalues(scenario)[:2]), clouds))


CLAIM = Claim(
    id="vector-replace-wasserstein2-squared",
    title="In the plane the expected squared Wasserstein distance is a power of t and an integral of powers, one for "
    "each spherical function",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=(*VECTOR_REPLACE, TWO_DIRECTIONS, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(vector_setting(10, "unbiased"), t=(1, 2, 5)),
        Example(vector_setting(10, "mle", ROUND), t=(1, 5, 40)),
        Example(vector_setting(30, "offset", SHEET, offset=0.5), t=(1, 3)),
        Example(vector_setting(6, "mle", LONG), t=(1, 4), simulate=False),
        Example(vector_setting(3, "mle", ROUND), t=(1,), simulate=False),
        Example(vector_setting(4, "unbiased", ROUND), t=(2,), simulate=False),
        Example(vector_setting(300, "unbiased", ROUND), t=(1, 3, 200), algebra=False, simulate=False),
        Example(vector_setting(20, "offset", offset=-2.0), t=(0, 1, 30), algebra=False, simulate=False),
        Example(vector_setting(8, "mle", ((1.0, 0.0), (0.0, 1e-9))), t=(1, 2), algebra=False, simulate=False),
        Example(vector_setting(2, "mle"), t=(0, 1, 2, 10, 100), algebra=False, simulate=False),
        Example(vector_setting(2, "unbiased", LONG), t=(1, 10), algebra=False, simulate=False),
        Example(vector_setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(vector_setting(10, "offset", offset=0.25), t=(np.inf,), algebra=False, simulate=False),
        Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(Source("gelbrich1990", "", "cited", "not about refitting", "the distance of two Gaussian laws"),),
)  # fmt: skip
