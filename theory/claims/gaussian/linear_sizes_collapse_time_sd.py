r"""Sizes that grow linearly: the time to collapse has an infinite standard deviation, also where its mean is finite.

$P(T>t)$ falls no faster than a power of $t$ near $(1+\delta)^2/4M_1$; below 2 it leaves no second moment.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.linear_sizes import bindings, infinite_time, limit, linear, reference, survivors
from theory.claims.gaussian.linear_sizes import powers_of_survival as powers
from theory.claims.gaussian.linear_sizes_collapse_time import evaluate
from theory.claims.gaussian.varying import setting
from theory.derivation import Derivation


def derive() -> Derivation:
    """The chance to go on, and a sum that diverges."""
    d = Derivation(
        "T is the first t with v_t < x, 0 where v_0 < x. S_k is the factor of the variance in fit k, to M_k = k M_1 "
        "points, epsilon and A are positive numbers, epsilon as small as wanted."
    )
    survivors(d)
    spread = d.given(
        sp.Symbol(r"\operatorname{sd}[T]"), infinite_time(), source="asmussen2003", check=powers,
        because="E T^2 is the sum of (2 t + 1) P(T > t) over all t from 0 on, which is infinite where the power of t "
        "is at most 2; and where E T is infinite no number is at a finite mean squared distance of T",
    )  # fmt: skip
    return d.concludes(sp.Eq(spread.lhs, spread.rhs, evaluate=False))


CLAIM = Claim(
    id="gaussian-replace-linear-sizes-collapse-time-sd",
    title="With sizes M_1 k the time to a variance below x up to v_0 has an infinite standard deviation",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=linear(2),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference(2),
    limit=limit,
    examples=(
        Example(setting({"kind": "polynomial", "size": 20, "power": 1.0}, "mle"), t=(np.inf,), at=1.5, simulate=False),
        Example(setting({"kind": "polynomial", "size": 5, "power": 1.0}), t=(np.inf,), at=3.0, simulate=False),
    ),
)  # fmt: skip
