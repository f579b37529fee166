r"""Fresh real data bound the divergence of the model from the source from above, in every number of dimensions.

$E D_{KL}(p_t\Vert p_0)\le\frac12\left[d\,(U_1+D_1-1)-\Delta_d\right]$ with $\Delta_d$ the recursion below the mean
log-determinant: finite for ever with one fresh real point in every fit.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.bounded_log import sums_of_exponentials
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
from theory.claims.vector.source import PLANE, SPACE
from theory.claims.vector.whitened import POOL, STRATIFIED, WEIGHTED, setting
from theory.derivation import Derivation


def derive() -> Derivation:
    """The divergence in three means, and the least value of one of them."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of s's + tr Q_t - d - log det Q_t, s the mean of the model. Delta_d(t) is what "
        "bounds E log det Q_t from below, by the claims about log_determinant: a convex recursion of one number."
    )
    in_three_means(d)
    found = total(
        d, "E s's and E tr Q_t are d times the squared error D_1 and the mean variance U_1 of a chain on the line, and "
        "E log det Q_t is at least Delta_d",
    )  # fmt: skip
    bound = d.given(
        REVERSE, found, relation=r"\le", source="jensen1906fonctions", check=sums_of_exponentials,
        because="the recursion stands on the convexity of logarithms of sums of exponentials",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


BELOW = Kind.LOWER_BOUND
CLAIM = Claim(
    id="vector-kl-reverse-upper-bound",
    title="In several dimensions the divergence of the model from the source is at most "
    "[d (U_1 + D_1 - 1) - Delta_d]/2, Delta_d a lower bound of the mean log-determinant",
    kind=Kind.UPPER_BOUND,
    statistic="kl_reverse",
    assumptions=(*LINES, knows_volume(BELOW)),
    derive=derive,
    bindings=bindings(BELOW),
    evaluate=evaluated(BELOW),
    reference=reference,
    limit=lambda scenario, at=None: float(evaluated(BELOW)(scenario, np.array([np.inf]))[0]),
    settles=settles(BELOW),
    reach=reach_of(BELOW),
    tolerance=1e-9,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2)),
        Example(setting(WEIGHTED | {"real": 10}, "unbiased", PLANE), t=(2,), simulate=False),
        Example(setting(WEIGHTED, "mle", SPACE), t=(1,), simulate=False),
        Example(setting(POOL, "mle", PLANE), t=(0, 1, 2), simulate=False),
    ),
)  # fmt: skip
