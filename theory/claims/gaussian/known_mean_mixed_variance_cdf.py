r"""With a known mean the law of the variance under forgetting, or with weights, is that of one point more in a batch.

The chance of a variance up to $x$ with both moments fitted to it, and the unbiased divisor.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FORGETTING, WEIGHTS, OnePointMore
from theory.claims.gaussian.known_variance_mixed_mean_tail import P
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import t, x

LAW = OnePointMore("variance_cdf")


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(P(sp.Le(v(t), x)))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-variance-cdf",
    title="With a known mean the variance under forgetting, or with weights, lies below x as often as with one "
    "point more in every batch, both moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=LAW.assumptions,
    derive=derive,
    bindings=LAW.bindings,
    evaluate=LAW.evaluate,
    reference=LAW.reference,
    limit=LAW.limit,
    settles=LAW.settles,
    reach=LAW.reach,
    examples=(
        Example(FORGETTING, t=(1, 4), at=1.5),
        Example(WEIGHTS, t=(2,), at=2.0, algebra=False, simulate=False),
        Example(FORGETTING, t=(0, np.inf), at=1.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
