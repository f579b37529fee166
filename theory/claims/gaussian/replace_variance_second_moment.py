r"""The second moment of the variance multiplies by $(M^2-1)/L^2$ per fit: rare chains carry the mean.

For the unbiased divisor it grows as $(1+2/(M-1))^t$ while the mean stays, so the relative standard deviation of $v_t$
over chains grows without bound: averages of $v_t$ itself say little, those of $\log v_t$ much.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, moment_of_factor, v
from theory.claims.gaussian.replace import bindings, expected, setting, size_and_offset
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.symbols import E, L, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """E v_t^2 from the Mellin transform at 2."""
    d = Derivation("Independent factors multiply their second moments.")
    cochran(d)
    factor = moment_of_factor(
        d,
        mellin(d),
        sp.Integer(2),
        (M**2 - 1) / L**2,
        "the second moment of a chi-square is nu (nu + 2), here (M-1)(M+1)",
    )
    solved = d.solves(
        E(v(t) ** 2), v0**2 * factor**t, index=t, next_value=factor * E(v(t) ** 2), initial=(0, v0**2),
        because="the factor is independent of v_t",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    with np.errstate(over="ignore"):
        return scenario.source.variance**2 * np.exp(generations * log_mean_squared_factor(*size_and_offset(scenario)))


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where L^2 exceeds M^2 - 1, as under maximum likelihood; infinity below, as for the unbiased divisor."""
    rate = log_mean_squared_factor(*size_and_offset(scenario))
    return scenario.source.variance**2 if rate == 0 else (0.0 if rate < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the second moment of the chi-square by quadrature."""
    return expected(lambda state: state["square"], scenario, generation)


CLAIM = Claim(
    id="gaussian-replace-variance-second-moment",
    title="The second moment of the variance is v_0^2 ((M^2-1)/L^2)^t: it grows for the unbiased divisor",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(50, "unbiased"), t=(0, 1, 2, 5)),
        Example(setting(50, "mle"), t=(1, 5)),
        Example(setting(100, "offset", offset=0.5), t=(1, 5)),
        Example(setting(2, "mle"), t=(1, 4), simulate=False),
        Example(setting(10, "unbiased"), t=(5, 100), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)
