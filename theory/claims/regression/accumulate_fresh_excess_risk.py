r"""On new rows, all data kept: the risk tends to a digamma difference, below $\pi^2/6$ times that of one fit.

Generation $t$ moves the model by $(S'S)^{-1}X'\epsilon$, with $X$ the new batch and $S$ all $tM$ rows. The batches of
$S$ are exchangeable, so that this adds one part in $t$ of the error of a fit to $tM$ rows, $\sigma^2d/(tM-d-1)$: less
than $1/t^2$ of that of one batch, as a large design is better than a small one.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS
from theory.claims.regression.least_squares import (
    COMMON,
    EQUAL_BATCHES,
    STEP_BY_STEP,
    bindings,
    design_is,
    dimension,
    inverse_batches_by_quadrature,
    inverse_gram,
    inverse_trace,
    numbers,
    risk,
    setting,
    sigma,
    sum_of_steps,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.least_squares import inverse_batches
from theory.laws.symbols import E, M, k, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """What generation t adds, the sum of all, its closed form and its limit."""
    d = Derivation(
        "Model t minus model t-1 is (S'S)^(-1) X' epsilon, with X the M rows of generation t and S all t M "
        "rows: the old "
        "labels are fitted by the old model already."
    )
    inverse_gram(d)
    pool, c = (t + 1) * M, (dimension + 1) / M
    added = sigma**2 * dimension / ((t + 1) * (pool - dimension - 1))
    sum_of_steps(
        d, sigma**2 * dimension * sp.Sum(1 / (k * (k * M - dimension - 1)), (k, 1, t)), added,
        "given all designs the square is sigma^2 trace (S'S)^(-1) X'X (S'S)^(-1); its mean is the same for each of the "
        "t + 1 batches, and over all of them it adds up to that of trace (S'S)^(-1) for (t+1) M rows",
    )  # fmt: skip
    psi = sp.polygamma(0, t + 1 - c) - sp.polygamma(0, 1 - c) - sp.polygamma(0, t + 1) + sp.polygamma(0, 1)
    solved = sum_of_steps(
        d, sigma**2 * dimension / (dimension + 1) * psi, added,
        "the same in closed form, by partial fractions and psi(x+1) = psi(x) + 1/x",
    )  # fmt: skip
    z = sp.Symbol("z", positive=True)
    d.given(
        sp.Limit(sp.polygamma(0, z - c) - sp.polygamma(0, z), z, sp.oo), sp.Integer(0), source="dlmf",
        check=digammas_meet,
        because="the limit is sigma^2 d/(d+1) (psi(1) - psi(1 - (d+1)/M)); for M far above d it is pi^2/6 times the "
        "risk of one fit, and less for every M",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def digammas_meet() -> list[Verdict]:
    """psi(z-c) - psi(z) is -c/z to first order, for c = 1/3."""
    with mpmath.workdps(40):
        c = mpmath.mpf(1) / 3
        return [agree((mpmath.digamma(z - c) - mpmath.digamma(z)) * z, -c, 1 / mpmath.mpf(z)) for z in (10**6, 10**12)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    return noise * d * inverse_batches(size, d + 1, generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 d/(d+1) (psi(1) - psi(1 - (d+1)/M)), without the cancellation at large M."""
    size, d, noise = numbers(scenario)
    return noise * d * float(inverse_batches(size, d + 1, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the trace of each pool by Bartlett's triangle; after many fits a quadrature."""
    size, d, noise = numbers(scenario)
    if generation > STEP_BY_STEP:
        with mpmath.workdps(DIGITS):
            return mpmath.mpf(str(noise)) * d * inverse_batches_by_quadrature(size, d + 1, generation)
    with mpmath.workdps(DIGITS):
        unit = mpmath.fsum(inverse_trace(i * size, d) / i for i in range(1, int(generation) + 1))
        return mpmath.mpf(str(noise)) * unit


CLAIM = Claim(
    id="regression-accumulate-fresh-excess-risk",
    title="Least squares on all data, new rows in every generation: the excess risk tends to a difference of "
    "digammas, "
    "below pi^2/6 times that of one fit",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("accumulate"), EQUAL_BATCHES, design_is("fresh")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 5, "accumulate"), t=(1, 2, 6)),
        Example(setting(20, 5, "accumulate"), t=(0,), algebra=False, simulate=False),
        Example(setting(10, 2, "accumulate", noise=1e-4), t=(1, 9)),
        Example(setting(3, 1, "accumulate"), t=(9, 10, 11), simulate=False),
        Example(setting(52, 50, "accumulate"), t=(1, 2, 1000), simulate=False),
        Example(setting(20, 5, "accumulate"), t=(13, 100, 1_000_000), simulate=False),
        Example(setting(10**9, 7, "accumulate"), t=(1, 9, 1_000_000), simulate=False),
        Example(setting(20, 5, "accumulate"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10**9, 7, "accumulate"), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "gerstgrasser2024inevitable", "Section 3.2, Theorem 2", "reported", "its n is t",
            "the larger sum for one design that every generation labels again, not this one",
        ),
    ),
)  # fmt: skip
