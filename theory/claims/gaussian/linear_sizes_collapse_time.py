r"""Sizes that grow linearly: almost every chain collapses, but the mean time that it takes is infinite.

$\sum_k1/M_k$ diverges as $\log t/M_1$, so $v_t$ vanishes. But $P(T>t)$ falls no faster than a power of $t$ near
$(1+\delta)^2/4M_1$, below 1 for every $M_1\ge2$ under both usual divisors: $1/4M_1$ if unbiased.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.linear_sizes import T, bindings, infinite_time, limit, linear, reference, survivors
from theory.claims.gaussian.linear_sizes import powers_of_survival as powers
from theory.claims.gaussian.varying import setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The chance to go on, and a sum that diverges."""
    d = Derivation(
        "T is the first t with v_t < x, 0 where v_0 < x. S_k is the factor of the variance in fit k, to M_k = k M_1 "
        "points, epsilon and A are positive numbers, epsilon as small as wanted."
    )
    survivors(d)
    mean = d.given(
        E(T), infinite_time(), source="asmussen2003", check=powers,
        because="E T is the sum of P(T > t) over all t from 0 on, which is infinite where the power of t is at most 1",
    )  # fmt: skip
    return d.concludes(sp.Eq(mean.lhs, mean.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


CLAIM = Claim(
    id="gaussian-replace-linear-sizes-collapse-time",
    title="With sizes M_1 k almost every chain collapses, but the mean time to a variance below x up to v_0 is "
    "infinite",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=linear(1),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference(1),
    limit=limit,
    examples=(
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}, "mle"), t=(np.inf,), at=1.5, simulate=False),
        Example(setting({"kind": "polynomial", "size": 5, "power": 1.0}), t=(np.inf,), at=2.25, simulate=False),
        Example(setting({"kind": "polynomial", "size": 10, "power": 1.0}, "offset", offset=0.5),
                t=(np.inf,), at=3.0, simulate=False),
    ),
)  # fmt: skip
