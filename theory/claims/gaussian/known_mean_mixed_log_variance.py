r"""With a known mean the log-variance falls for ever under forgetting too, and settles with a weight on real points.

It is that of one point more in every batch, both moments fitted and the unbiased divisor.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FORGETTING, WEIGHTS, OnePointMore
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t

LAW = OnePointMore("log_variance")


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(E(sp.log(v(t))))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-log-variance",
    title="With a known mean the expected log-variance under forgetting, or with weights, is that of one point more "
    "in every batch, both moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=LAW.assumptions,
    derive=derive,
    bindings=LAW.bindings,
    evaluate=LAW.evaluate,
    reference=LAW.reference,
    limit=LAW.limit,
    settles=LAW.settles,
    reach=LAW.reach,
    examples=(
        Example(FORGETTING, t=(1, 4)),
        Example(WEIGHTS, t=(1, 2), algebra=False, simulate=False),
        Example(FORGETTING, t=(0, 1000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
