r"""With sizes $M_k$ a replaced regression adds up risks $\sigma^2d/(M_k-d-1)$: finite where $\sum1/M_k$ is.

Each fit moves the coefficients by its own error, whatever came before. So sizes that grow faster than in proportion to
the generation leave a risk that is bounded, and slower ones do not, as with the error of a Gaussian's mean.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import retains
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.varying import MOST_FITS, sizes, sums, total
from theory.claims.regression.least_squares import dimension, inverse_gram, inverse_trace, risk, sigma, sum_of_steps
from theory.claims.regression.unequal import COMMON, ENOUGH_ROWS_ALWAYS, batch_sizes, bindings, setting
from theory.derivation import Derivation
from theory.laws.symbols import E, k, t
from theory.scenario import Scenario

SQUARES = {"kind": "polynomial", "size": 20, "power": 2.0}
DOUBLING = {"kind": "geometric", "size": 20, "ratio": 2.0}
REPLACE = {"kind": "replace"}


def derive() -> Derivation:
    """The law of one fit, and the sum over fits."""
    d = Derivation("One fit adds (X'X)^(-1) X' epsilon to the coefficients, X the M_t new rows of the generation.")
    inverse_gram(d)
    solved = sum_of_steps(
        d, sigma**2 * dimension * sp.Sum(1 / (sizes[k] - dimension - 1), (k, 1, t)),
        sigma**2 * dimension / (sizes[t + 1] - dimension - 1),
        "the noise is independent of the design and of all models before: squared errors add up, each that of a fit to "
        "M_(t+1) rows",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(risk), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t in squared units of the coefficients; t counts fits."""
    d = scenario.source.dimension
    return scenario.source.noise_variance * d * sums(scenario.sample_size, lambda M: 1 / (M - d - 1), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The sum over all fits.

    Raises InputError where the sizes end, or are rounded from a power that is not whole.
    """
    d, noise = scenario.source.dimension, scenario.source.noise_variance
    return noise * d * total(scenario.sample_size, lambda M: 1 / (M - d - 1), 1.0) if noise else 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, what one fit adds by Bartlett's triangle; 50 fits where geometric sizes have settled."""
    if generation == mpmath.inf and scenario.sample_size.kind == "polynomial":
        return mpmath.inf  # of the examples only one whose sizes grow in proportion to t
    with mpmath.workdps(DIGITS):
        listed = batch_sizes(scenario, 45 if generation == mpmath.inf else int(generation))
        unit = mpmath.fsum(inverse_trace(M, scenario.source.dimension) for M in listed)
        return mpmath.mpf(repr(scenario.source.noise_variance)) * unit


CLAIM = Claim(
    id="regression-replace-unequal-excess-risk",
    title="With sizes M_k the excess risk of a replaced regression is the sum of sigma^2 d/(M_k - d - 1), bounded "
    "where the sum of 1/M_k is",
    kind=Kind.EXACT,
    statistic="excess_risk",
    assumptions=(*COMMON, retains("replace"), ENOUGH_ROWS_ALWAYS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting({"kind": "explicit", "sizes": [20, 9, 40]}, REPLACE, 5), t=(0, 1, 2, 3)),
        Example(setting(SQUARES, REPLACE), t=(1, 5, 10), simulate=False),
        Example(setting(DOUBLING, REPLACE, noise=1e-4), t=(1, 7), simulate=False),
        Example(setting({"kind": "explicit", "sizes": [3, 3, 3]}, REPLACE, 1), t=(1, 3), simulate=False),
        Example(setting(DOUBLING, REPLACE), t=(np.inf,), algebra=False, simulate=False),
        Example(setting({**SQUARES, "power": 1.0}, REPLACE), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(SQUARES, REPLACE, noise=0.0), t=(3,), algebra=False, simulate=False),
    ),
)  # fmt: skip
