r"""With a known mean the mean precision grows exponentially, where data are replaced and under forgetting.

It is that of one point more, both moments fitted and the unbiased divisor: $\frac{M}{M-2}$ a fit to replaced data.
"""

import numpy as np

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FORGETTING, REPLACED, OnePointMore
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t

LAW = OnePointMore("mean_precision", ("replace", "forgetting"))


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(E(1 / v(t)))


CLAIM = Claim(
    id="gaussian-known-mean-mixed-mean-precision",
    title="With a known mean the mean precision, by replacement or under forgetting, is that of one point more, "
    "both moments fitted, unbiased: a factor M/(M-2) per fit by replacement",
    kind=Kind.EXACT,
    statistic="mean_precision",
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
        Example(REPLACED, t=(1, 5), simulate=False),
        Example(FORGETTING, t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
