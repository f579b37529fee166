r"""With a known mean the density of the variance, by replacement or under forgetting, is that of one point more.

A product of independent factors, each a multiple of $\chi^2_M/M$ and a constant.
"""

import numpy as np

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean_one_point_more import FORGETTING, REPLACED, OnePointMore
from theory.claims.gaussian.replace_variance_density import density
from theory.derivation import Derivation

LAW = OnePointMore("variance_density", ("replace", "forgetting"))


def derive() -> Derivation:
    """The law of a fit about a known mean is that of one point more."""
    return LAW.derive(density)


CLAIM = Claim(
    id="gaussian-known-mean-mixed-variance-density",
    title="With a known mean the density of the variance by replacement, or under forgetting, is that of one point "
    "more, both moments fitted, unbiased",
    kind=Kind.EXACT,
    statistic="variance_density",
    assumptions=LAW.assumptions,
    derive=derive,
    bindings=LAW.bindings,
    evaluate=LAW.evaluate,
    reference=LAW.reference,
    limit=LAW.limit,
    settles=LAW.settles,
    reach=LAW.reach,
    examples=(
        Example(REPLACED, t=(1, 4), at=1.5, algebra=False, simulate=False),
        Example(FORGETTING, t=(2,), at=2.0, simulate=False),
        Example(FORGETTING, t=(0, np.inf), at=1.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
