r"""The divergence of the model from the source is exact wherever the log-determinant is; all else is the line's.

$E D_{KL}(p_t\Vert p_0)=\frac12\left[d\,(U_1+D_1-1)-E\log\det Q_t\right]$ with $U_1$ and $D_1$ the mean variance and
squared error of a chain on the line. Where all data are kept it has a finite limit; under forgetting it grows linearly
for the unbiased divisor.
"""

import numpy as np
import sympy as sp

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import SEVERAL_DIMENSIONS
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
from theory.claims.vector.source import PLANE, SHEET, SPACE
from theory.claims.vector.whitened import KEPT, setting
from theory.derivation import Derivation


def derive() -> Derivation:
    """The divergence coordinate by coordinate, and three means."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of s's + tr Q_t - d - log det Q_t, s the mean of the model. Delta_d(t) is E log "
        "det Q_t by the exact claim that covers log_determinant."
    )
    in_three_means(d)
    found = total(
        d, "E s's and E tr Q_t are d times the squared error D_1 and the mean variance U_1 of a chain on the line"
    )
    return d.concludes(sp.Eq(REVERSE, found, evaluate=False))


EVERY = Kind.EXACT
MOST_POINTS = 1_000_000
NOT_TOO_MANY = Assumption(
    f"the first fit has at most {MOST_POINTS} points, beyond which the means of the line cancel",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and s.first_size <= MOST_POINTS,
)
CLAIM = Claim(
    id="vector-kl-reverse",
    title="In several dimensions the divergence of the model from the source is [d (U_1 + D_1 - 1) - E log det Q_t]/2, "
    "wherever the log-determinant is known, U_1 and D_1 those of the line",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=(*LINES, knows_volume(EVERY), NOT_TOO_MANY),
    derive=derive,
    bindings=bindings(EVERY),
    evaluate=evaluated(EVERY),
    reference=reference,
    limit=lambda scenario, at=None: float(evaluated(EVERY)(scenario, np.array([np.inf]))[0]),
    settles=settles(EVERY),
    reach=reach_of(EVERY),
    tolerance=1e-9,
    examples=(
        Example(setting(KEPT, "mle", PLANE, 10), t=(0, 1, 2, 5)),
        Example(setting(KEPT, "mle", SHEET, 10), t=(2, np.inf), algebra=False, simulate=False),
        Example(setting(KEPT | {"first": 8}, "unbiased", SPACE, 10), t=(2, 4), simulate=False),
        Example(setting({"kind": "window", "length": 4}, "mle", SPACE, 2), t=(1, 4), algebra=False, simulate=False),
        Example(setting(KEPT | {"first": 2}, "unbiased", PLANE, 5), t=(0, 1, 3), algebra=False, simulate=False),
        Example(setting({"kind": "forgetting", "rate": 0.5}, "unbiased", SPACE, 7), t=(1, 2, 5), simulate=False),
        Example(setting({"kind": "forgetting", "rate": 0.3}, "mle", PLANE, 10), t=(100,), simulate=False),
        Example(setting({"kind": "replace"}, "unbiased", PLANE, 10), t=(3, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
