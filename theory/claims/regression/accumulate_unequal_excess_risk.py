r"""On new rows, all kept, in unequal batches: fit $k$ adds $M_k/N_k$ of the risk of a fit to the pool of $N_k$ rows.

The rows of the pool are exchangeable, so that a new batch of $M_k$ of them has its part of
$E\operatorname{tr}S^{-1}=d/(N_k-d-1)$. A large first batch of real rows is diluted as slowly as it was gathered:
$\sigma^2d/(N_1-d-1)$ comes from it alone, and all later generations together add less than $\sigma^2d/(N_1-d-1)$ more,
whatever their sizes.
"""

import itertools
import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.varying import ENORMOUS, MOST_FITS, sizes
from theory.claims.regression.least_squares import dimension, inverse_gram, inverse_trace, risk, sigma, sum_of_steps
from theory.claims.regression.unequal import COMMON, FIRST_IS_ENOUGH, batch_sizes, bindings, pools, setting
from theory.derivation import Derivation
from theory.laws.least_squares import batches_after_first
from theory.laws.symbols import E, k, t
from theory.scenario import InputError, Scenario
from theory.scenario.sample_size import Geometric

TENS = {"kind": "constant", "size": 10}
DOUBLING = {"kind": "geometric", "size": 20, "ratio": 2.0}
ACCUMULATE = {"kind": "accumulate"}


def derive() -> Derivation:
    """What generation t adds to the risk, and the sum of all."""
    d = Derivation(
        "Model t minus model t-1 is (S'S)^(-1) X' epsilon, with X the M_t rows of generation t and S all rows so far: "
        "the old labels are fitted by the old model already."
    )
    inverse_gram(d)

    def added(fit: sp.Expr) -> sp.Expr:
        return sigma**2 * dimension * sizes[fit] / (pools[fit] * (pools[fit] - dimension - 1))

    solved = sum_of_steps(
        d, sp.Sum(added(k), (k, 1, t)), added(t + 1),
        "given all designs the square is sigma^2 trace (S'S)^(-1) X'X (S'S)^(-1); every row of the pool has the same "
        "part of the mean of trace (S'S)^(-1), the new ones M_(t+1) such parts",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    d, noise, size = scenario.source.dimension, scenario.source.noise_variance, scenario.sample_size.constant
    if size is not None:
        return noise * d * _equal_after_first(size, scenario.first_size, d, generations.astype(np.float64))
    terms = _terms(np.array(batch_sizes(scenario, int(generations.max(initial=0))), np.float64), d)
    return noise * d * np.concatenate([[0.0], np.cumsum(terms)])[generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """The sum over all fits, for batches of one size after the first and for sizes in geometric progression.

    Raises InputError for other sizes.
    """
    d, noise, size = scenario.source.dimension, scenario.source.noise_variance, scenario.sample_size.constant
    if size is not None:
        return noise * d * float(_equal_after_first(size, scenario.first_size, d, np.array([np.inf]))[0])
    if not isinstance(scenario.sample_size, Geometric):
        raise InputError("t must be finite where sample_size is neither constant nor geometric and all data are kept")
    first, ratio = scenario.sample_size.size, scenario.sample_size.ratio
    count = max(2, math.ceil(math.log(ENORMOUS / first) / math.log(ratio)) + 1)
    terms = _terms(np.array(batch_sizes(scenario, count), np.float64), d)
    return noise * d * (math.fsum(terms) + float(terms[-1]) / (ratio - 1))


def _equal_after_first(M: int, N1: int, d: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    return np.where(t >= 1, 1 / (N1 - d - 1) + batches_after_first(M, N1, d + 1, t), 0.0)


def _terms(batches: Float[np.ndarray, " T"], d: int) -> Float[np.ndarray, " T"]:
    pool = np.cumsum(batches)
    return batches / (pool * (pool - d - 1))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the trace of each pool by Bartlett's triangle; sizes that double have settled after 50 fits.

    After many batches of one size it is a quadrature.
    """
    d, size = scenario.source.dimension, scenario.sample_size.constant
    with mpmath.workdps(DIGITS):
        noise = mpmath.mpf(repr(scenario.source.noise_variance))
        if generation > MANY and size is not None:
            first = scenario.first_size
            later = _sum_by_integral(size, first, d + 1, generation)
            return noise * d * (mpmath.mpf(1) / (first - d - 1) + later)
        listed = batch_sizes(scenario, 45 if generation == mpmath.inf else int(generation))
        filled = itertools.accumulate(listed)
        return noise * mpmath.fsum(M * inverse_trace(N, d) / N for M, N in zip(listed, filled, strict=True))


MANY = 50  # fits up to which the recurrence is iterated


def _sum_by_integral(M: int, N1: int, g: int, t: float) -> mpmath.mpf:
    """sum_{k=2}^t M/(N_k (N_k - g)) from 1/(y-c) - 1/y = int_0^inf (e^{cu} - 1) e^{-yu} du, y = N_k/M, c = g/M."""
    with mpmath.workdps(25):
        c, y = mpmath.mpf(g) / M, mpmath.mpf(N1) / M + 1

        def density(u: mpmath.mpf) -> mpmath.mpf:
            count = 1 if t == mpmath.inf else -mpmath.expm1(-(t - 1) * u)
            return mpmath.expm1(c * u) * mpmath.exp(-y * u) / -mpmath.expm1(-u) * count

        return mpmath.quad(density, [0, *(mpmath.mpf(10) ** i for i in range(-9 if t != mpmath.inf else -1, 4))]) / g


CLAIM = Claim(
    id="regression-accumulate-unequal-excess-risk",
    title="Least squares on all data, new rows in unequal batches: fit k adds sigma^2 d M_k/(N_k (N_k - d - 1)) to the "
    "excess risk, N_k the rows so far",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("accumulate"), FIRST_IS_ENOUGH),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: np.inf if scenario.sample_size.constant else MOST_FITS,
    examples=(
        Example(setting(TENS, {**ACCUMULATE, "first": 30}, 5), t=(0, 1, 2, 6)),
        Example(setting({"kind": "explicit", "sizes": [20, 3, 40]}, ACCUMULATE, 5), t=(1, 2, 3), simulate=False),
        Example(setting({"kind": "polynomial", "size": 10, "power": 1.0}, ACCUMULATE), t=(1, 12), simulate=False),
        Example(setting({"kind": "constant", "size": 1}, {**ACCUMULATE, "first": 12}, 10), t=(2, 5), simulate=False),
        Example(setting({"kind": "constant", "size": 1}, {**ACCUMULATE, "first": 12}, 10), t=(1_000, np.inf),
                algebra=False, simulate=False),
        Example(setting(TENS, {**ACCUMULATE, "first": 1_000_000_000}, 7), t=(10**6, np.inf), algebra=False,
                simulate=False),
        Example(setting({"kind": "constant", "size": 10**9}, {**ACCUMULATE, "first": 10}, 7), t=(3, 50),
                simulate=False),
        Example(setting(TENS, {**ACCUMULATE, "first": 30}, 5), t=(100, np.inf), algebra=False, simulate=False),
        Example(setting(DOUBLING, ACCUMULATE), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
