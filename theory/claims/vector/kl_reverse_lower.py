r"""The divergence of the model from the source is at least d times what mean variance, error and log-variance say.

$E D_{KL}(p_t\Vert p_0)\ge\frac d2\left[U_1+D_1-1-E\log v_t\right]$, on the line for a source of variance 1: d times the
divergence there, whatever the policy. What is missing is that models turn.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.vector.distance import ROUND
from theory.claims.vector.kept_divergence import (
    LINES,
    REVERSE,
    bindings,
    evaluated,
    in_three_means,
    knows_volume,
    reach_of,
    reference,
    settles,
    total,
)
from theory.claims.vector.log_determinant_upper_bound import determinants_of_matrices
from theory.claims.vector.source import PLANE, SPACE
from theory.claims.vector.whitened import POOL, STRATIFIED, SUBSAMPLE, WEIGHTED, setting
from theory.derivation import Derivation


def derive() -> Derivation:
    """The divergence in three means, and the largest value of one of them."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of s's + tr Q_t - d - log det Q_t, s the mean of the model. Delta_d(t) is what "
        "bounds E log det Q_t from above: E log det Q_t itself, or d times E log v_t on "
        "the line, or what bounds that, or the logarithm of the mean determinant."
    )
    in_three_means(d)
    found = total(
        d, "E s's and E tr Q_t are d times the squared error D_1 and the mean variance U_1 of a chain on the line, and "
        "E log det Q_t is at most Delta_d",
    )  # fmt: skip
    bound = d.given(
        REVERSE, found, relation=r"\ge", source="muirhead1982", check=determinants_of_matrices,
        because="as log det Q_t is at most the sum of the logarithms of the diagonal entries (Hadamard's inequality), "
        "and its mean at most the logarithm of the mean determinant (Jensen's)",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


ABOVE = Kind.UPPER_BOUND
CLAIM = Claim(
    id="vector-kl-reverse-lower-bound",
    title="In several dimensions the divergence of the model from the source is at least [d (U_1 + D_1 - 1) - "
    "Delta_d]/2, and so d times that on the line, whatever the policy",
    kind=Kind.LOWER_BOUND,
    statistic="kl_reverse",
    assumptions=(*LINES, knows_volume(ABOVE)),
    derive=derive,
    bindings=bindings(ABOVE),
    evaluate=evaluated(ABOVE),
    reference=reference,
    limit=lambda scenario, at=None: float(evaluated(ABOVE)(scenario, np.array([np.inf]))[0]),
    settles=settles(ABOVE),
    reach=reach_of(ABOVE),
    tolerance=1e-9,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2)),
        Example(setting({"kind": "window", "length": 3}, "unbiased", PLANE, 10), t=(1, 2, 3), simulate=False),
        Example(setting(WEIGHTED, "mle", SPACE), t=(1,), algebra=False, simulate=False),
        Example(setting(SUBSAMPLE, "mle", PLANE, 20), t=(0, 1), simulate=False),
        Example(setting(POOL, "mle", PLANE), t=(1, 2), simulate=False),
    ),
)  # fmt: skip
