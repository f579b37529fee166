r"""With a known mean the time until the variance first lies below $x$ is that of one point more in every batch.

Forgetting puts it off by some $1/g^2$, and a weight on real points for as long as it needs a rare run of fits.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FAST, WEIGHTS, OnePointMore
from theory.derivation import Derivation
from theory.laws.symbols import E

LAW = OnePointMore("collapse_time")


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(E(sp.Symbol("T")))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-collapse-time",
    title="With a known mean the variance first lies below x, under forgetting or with weights, when it does with "
    "one point more in every batch, both moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="collapse_time",
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
        Example(WEIGHTS, t=(np.inf,), at=1.0, algebra=False, simulate=False),
        Example(FAST, t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
