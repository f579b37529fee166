r"""With a known mean chains that forget drift apart like those of one point more, and weights keep them together.

The spread of the log-variance over chains is that of both moments fitted to it, unbiased.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FORGETTING, WEIGHTS, OnePointMore
from theory.derivation import Derivation

LAW = OnePointMore("log_variance_sd")


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(sp.Symbol(r"\operatorname{sd}[\log v_t]"))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-log-variance-sd",
    title="With a known mean the log-variance spreads over chains under forgetting, or with weights, as with one "
    "point more in every batch, both moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
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
