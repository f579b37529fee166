r"""A sampler that scales the variance by $c_v$ makes it fall as $c_v^t$, on top of what the divisor loses.

$E v_t=v_0\,c_v^{t-r_1}\left(\frac{M-1}L\right)^t$, with $r_1=1$ where the first fit sees real points and $r_1=0$ where
it sees biased ones. Where $1-c_v$ is beyond the order of
$1/M$ the bias of the sampler, not the noise of the fits, decides how fast a chain collapses.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import scaled
from theory.claims.gaussian.one_fit import cochran, mellin, moment_of_factor, v
from theory.claims.gaussian.scaled import (
    FIRST_AND_LATER,
    GAUSSIAN_SCALED,
    biased_fits,
    bindings,
    rationals,
    read,
    real_fits,
    setting,
)
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_factor
from theory.laws.symbols import E, L, M, c, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean factor of one fit with scaled draws, and its powers."""
    d = Derivation("Each fit multiplies the variance of what it sees by an independent factor.")
    cochran(d)
    mean = moment_of_factor(
        d, mellin(d), sp.Integer(1), (M - 1) / L, "the mean factor of one fit, from the variance of the points it sees"
    )
    solved = d.solves(
        E(v(t)), v0 / c**r1 * (c * mean) ** t, index=t, initial=(1, v0 * c ** (1 - r1) * mean),
        next_value=c * mean * E(v(t)), because=FIRST_AND_LATER,
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    size, offset, log_factor = read(scenario)
    rate = log_mean_factor(size, offset)
    with np.errstate(over="ignore"):
        return scenario.source.variance * np.exp(generations * rate + biased_fits(scenario, generations) * log_factor)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where c (M-1)/L is below 1, infinity above; where it is 1, v_0/c, or v_0 with a biased first fit."""
    size, offset, factor = rationals(scenario)
    kept = factor * (size - 1) / (size - 1 + offset)
    if kept != 1:
        return 0.0 if kept < 1 else np.inf
    return scenario.source.variance / float(factor ** real_fits(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the mean of the chi-square by quadrature."""
    return scaled.reference(scenario, generation, lambda state, unit: unit * state[0])


CLAIM = Claim(
    id="gaussian-replace-scaled-variance",
    title="With draws of c_v times the variance the expected variance is v_0 c_v^(t - r_1) ((M-1)/L)^t (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_SCALED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.9, "mle"), t=(1, 2, 10, 30)),
        Example(setting(50, 0.85, "unbiased", variance=1e-6), t=(1, 2, 8)),
        Example(setting(20, 1.1, "offset", offset=0.5), t=(1, 3, 8)),
        Example(setting(2, 0.7, "mle"), t=(1, 2, 20), simulate=False),
        Example(setting(10, 0.9, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(20, 0.9, "unbiased", first_fit="biased"), t=(1, 2, 6)),
        Example(setting(10, 1.25, "offset", 1.0, "biased", offset=2.25), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting(10, 1.2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 1.0, "unbiased"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 0.99999, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 3", "reported", "its t is t",
            "biased sampling with this factor in d dimensions, the first fit on real data; no formula for finite t",
        ),
    ),
)  # fmt: skip
