r"""With a known mean the chance that some model is wider than $x$ is that of one point more in every batch.

By replacement and under forgetting the variance is a martingale, $P\le v_0/x$; with weights it rises above every level.
"""

import numpy as np

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.highest_variance import risen
from theory.claims.gaussian.known_mean_one_point_more import FAST, REPLACED, WEIGHTS, OnePointMore
from theory.claims.gaussian.known_variance_mixed_mean_tail import P
from theory.derivation import Derivation

LAW = OnePointMore("variance_ever_above", ("replace", "forgetting", "weighted"))


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(P(risen))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-variance-ever-above",
    title="With a known mean some model is wider than x as often as with one point more in every batch, both "
    "moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="variance_ever_above",
    assumptions=LAW.assumptions,
    derive=derive,
    bindings=LAW.bindings,
    evaluate=LAW.evaluate,
    reference=LAW.reference,
    limit=LAW.limit,
    settles=LAW.settles,
    reach=LAW.reach,
    examples=(
        Example(FAST, t=(np.inf,), at=4.5, simulate=False),
        Example(REPLACED, t=(np.inf,), at=4.5, algebra=False, simulate=False),
        Example(WEIGHTS, t=(np.inf,), at=4.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
