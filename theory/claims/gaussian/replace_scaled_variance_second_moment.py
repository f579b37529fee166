r"""A sampler that scales the variance by $c_v$ stops the growth of its second moment where $c_v^2E S^2<1$.

$E v_t^2=v_0^2\,c_v^{2(t-r_1)}\left(\frac{M^2-1}{L^2}\right)^t$; for the unbiased divisor the second moment vanishes for
$c_v<1-\frac1M$, about.
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
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.symbols import E, L, M, c, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean square of the factor of one fit with scaled draws, and its powers."""
    d = Derivation("Independent factors multiply their second moments.")
    cochran(d)
    square = moment_of_factor(
        d, mellin(d), sp.Integer(2), (M**2 - 1) / L**2, "the second moment of a chi-square is nu (nu + 2)"
    )
    solved = d.solves(
        E(v(t) ** 2), v0**2 / c ** (2 * r1) * (c**2 * square) ** t, index=t,
        initial=(1, v0**2 * c ** (2 - 2 * r1) * square), next_value=c**2 * square * E(v(t) ** 2),
        because=FIRST_AND_LATER,
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    size, offset, log_factor = read(scenario)
    rate = log_mean_squared_factor(size, offset)
    with np.errstate(over="ignore"):
        value = np.exp(generations * rate + biased_fits(scenario, generations) * 2 * log_factor)
    return scenario.source.variance**2 * value


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where c^2 (M^2-1)/L^2 is below 1, infinity above, and where it is 1 the power 2 r_1 of 1/c times v_0^2."""
    size, offset, factor = rationals(scenario)
    kept = factor**2 * (size**2 - 1) / (size - 1 + offset) ** 2
    if kept != 1:
        return 0.0 if kept < 1 else np.inf
    return (scenario.source.variance / float(factor ** real_fits(scenario))) ** 2


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the mean square of the chi-square by quadrature."""
    return scaled.reference(scenario, generation, lambda state, unit: unit**2 * state[1])


CLAIM = Claim(
    id="gaussian-replace-scaled-variance-second-moment",
    title="With draws of c_v times the variance its second moment is v_0^2 c_v^(2(t - r_1)) ((M^2-1)/L^2)^t (t from 1 "
    "on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
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
        Example(setting(20, 0.9, "unbiased", first_fit="biased"), t=(0, 1, 2, 6), simulate=False),
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
