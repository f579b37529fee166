r"""With a known mean the time until the variance first lies below $x$ varies as with one point more in every batch.

By replacement, under forgetting and with weights: the walk of the log-variance is the same.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FAST, REPLACED, WEIGHTS, OnePointMore
from theory.derivation import Derivation

LAW = OnePointMore("collapse_time_sd", ("replace", "forgetting", "weighted"))


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(sp.Symbol(r"\operatorname{sd}[T]"))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-collapse-time-sd",
    title="With a known mean the time until the variance lies below x varies over chains as with one point more in "
    "every batch, both moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=LAW.assumptions,
    derive=derive,
    bindings=LAW.bindings,
    evaluate=LAW.evaluate,
    reference=LAW.reference,
    limit=LAW.limit,
    settles=LAW.settles,
    reach=LAW.reach,
    examples=(
        Example(FAST, t=(np.inf,), at=0.5, simulate=False),
        Example(REPLACED, t=(np.inf,), at=0.5, algebra=False, simulate=False),
        Example(WEIGHTS, t=(np.inf,), at=1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
