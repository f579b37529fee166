r"""With a known mean and all data kept the log-variance converges in mean: fits multiply by $F_k=1+(\chi^2_M-M)/P_k$.

The factors are independent and have the mean 1; $\ell_k=E\log F_k\approx-M/P_k^2$ with $P_k$ points in the pool, so
that equal batches lose about $\frac{\pi^2}{6M}$ for ever.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, UNDISTURBED, retains
from theory.claims.gaussian.accumulate import N
from theory.claims.gaussian.accumulate_factor import DIGITS, FITS, F, polynomial
from theory.claims.gaussian.accumulate_log_variance import ell, frullani
from theory.claims.gaussian.known_mean import KNOWN_MEAN, factor, setting
from theory.claims.gaussian.one_fit import order, v
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import mean_log_chi_square
from theory.laws.pooled_fit import mean_log_of_squares
from theory.laws.sums_over_fits import sum_over_fits
from theory.laws.symbols import N1, E, M, k, s, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean logarithm of the first fit, that of every later one as an integral, and their sum."""
    d = Derivation(
        "The mean is known to be mu_0; the variance of a fit is the mean square about it of all points so far."
    )
    transform = factor(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform), order), order, 0),
        sp.polygamma(0, M / sp.Integer(2)) - sp.log(M / sp.Integer(2)),
        because="a fit to M points alone: the slope at 0 of the logarithm of E S^s",
    )  # fmt: skip
    first = sp.log(v0) + slope.rhs.subs(M, N1)
    old, chi = sp.symbols("v X", positive=True)
    d.algebra(
        (N * old + old * chi) / (N + M) / old, 1 + (chi - M) / (N + M),
        because="F: M points of the model, of the sum of squares v X with X chi-square with M degrees of freedom, join "
        "N points with the mean square v",
    )  # fmt: skip
    d.given(
        sp.log(F), sp.Integral((sp.exp(-s) - sp.exp(-s * F)) / s, (s, 0, sp.oo)), source="dlmf", check=frullani,
        because="Frullani's integral; with the mean over F inside, exp(-s F) is a Laplace transform",
    )  # fmt: skip
    P = N + M
    d.given(
        ell(k), sp.Integral((sp.exp(-s) - sp.exp(-s * N / P) * (1 + 2 * s / P) ** (-M / 2)) / s, (s, 0, sp.oo)),
        source="dlmf", check=integral_against_density,
        because="l(k) = E log F with P = N + M, N = N_1 + (k-2) M points before fit k",
    )  # fmt: skip
    solved = d.solves(
        E(sp.log(v(t))), first + sp.Sum(ell(k), (k, 2, t)), index=t, initial=(1, first),
        next_value=E(sp.log(v(t))) + ell(t + 1),
        because="the terms add up; the first fit is to N_1 real points",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def integral_against_density() -> list[Verdict]:
    """The integral over the Laplace transform beside one over the density."""
    return [agree(_by_transform(size, pool), _by_density(size, pool)) for size, pool in ((3, 3), (1, 4), (10, 40))]


def _by_transform(size: int, pool: int) -> mpf:
    with mpmath.workdps(40):
        P = mpf(size + pool)

        def integrand(s: mpf) -> mpf:
            laplace = mpmath.exp(-s * pool / P) * (1 + 2 * s / P) ** (-mpf(size) / 2)
            return (mpmath.exp(-s) - laplace) / s

        return mpmath.quad(integrand, [0, 1, 8, 64, 512, mpmath.inf])


def _by_density(size: int, pool: int) -> mpf:
    return chi_square_mean(lambda x: mpmath.log((pool + x) / (pool + size)), size)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and l as a function of the fit."""
    first, size = scenario.first_size, scenario.sample_size.constant
    return {
        M: size, N1: sp.Float(first, 60), t: generation, v0: exact(scenario.source.variance),
        ell: lambda fit: sp.Float(_by_transform(size, first + (int(fit) - 2) * size), 35),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits. The error is relative to |log v_0| and the change."""
    first, size, t_ = scenario.first_size, scenario.sample_size.constant, np.asarray(generations, dtype=np.float64)
    later = sum_over_fits(lambda y: mean_log_of_squares(size, y * size), 2, first / size, np.maximum(t_, 1))
    return math.log(scenario.source.variance) + np.where(t_ > 0, mean_log_chi_square(first) + later, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite: what is lost in the long run is lost once."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E log F by quadrature against the density of the chi-square, fit by fit; late ones by their powers of 1/t."""
    first, size = scenario.first_size, scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        start = mpmath.log(mpf(repr(scenario.source.variance)))
        if generation == 0:
            return start
        start += chi_square_mean(mpmath.log, first) - mpmath.log(first)
        sums, last = [mpf(0)], int(min(generation, FITS[-1]))
        for fit in range(2, last + 1):
            sums.append(sums[-1] + _by_density(size, first + (fit - 2) * size))
        if generation <= FITS[-1]:
            return start + sums[-1]
        places = [size / (first + (fits - 1) * mpf(size)) for fits in FITS]
        at_ = mpf(0) if np.isinf(generation) else size / (first + (int(generation) - 1) * mpf(size))
        return start + polynomial(places, [sums[fits - 1] for fits in FITS], at_)


def _kept(size: int, variance: float = 2.25, **first: int) -> Scenario:
    return setting(size, variance, kind="accumulate", **first)


CLAIM = Claim(
    id="gaussian-known-mean-accumulate-log-variance",
    title="With a known mean and all data kept the expected log-variance tends to a finite limit (t from 1 on)",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=(GAUSSIAN, KNOWN_MEAN, retains("accumulate"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_kept(8, first=3), t=(1, 2, 6)),
        Example(_kept(1, 1.0), t=(1, 3), simulate=False),
        Example(_kept(5), t=(0, 1000, np.inf), algebra=False, simulate=False),
        Example(_kept(10**6, 1.0, first=2), t=(2,), algebra=False, simulate=False),
    ),
)  # fmt: skip
