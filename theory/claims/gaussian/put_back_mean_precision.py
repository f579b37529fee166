r"""Draws from all points, put back: the mean precision is infinite from the second fit on.

With a chance of $(tM)^{1-M}>0$ or more all draws are the same point, and $1/v_t=\infty$. After one fit, to real
points, it is $L/(M-3)$ over the variance of the source.
"""

from theory.claim import Claim, Kind
from theory.claims.gaussian import replace_mean_precision
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.put_back import (
    EXAMPLES,
    GAUSSIAN_PUT_BACK,
    UntilCopies,
    all_draws_alike,
    concluded,
    settles,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t

MEAN = UntilCopies(replace_mean_precision.CLAIM, 1)


def derive() -> Derivation:
    """The chance of copies; a reciprocal."""
    return concluded(
        all_draws_alike(replace_mean_precision.CLAIM), E(1 / v(t)), 1,
        "one over v_t is positive, and infinite with that chance",
    )  # fmt: skip


CLAIM = Claim(
    id="gaussian-put-back-mean-precision",
    title="Fitted to draws from all points so far, put back, the mean precision is infinite from the second fit on",
    kind=Kind.EXACT,
    statistic="mean_precision",
    assumptions=GAUSSIAN_PUT_BACK,
    derive=derive,
    bindings=MEAN.bindings,
    evaluate=MEAN.evaluate,
    reference=MEAN.reference,
    limit=MEAN.limit,
    settles=settles,
    examples=EXAMPLES,
)
