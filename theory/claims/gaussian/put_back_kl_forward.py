r"""Draws from all points, put back: the divergence of the source from the model is infinite from the second fit on.

With a chance of $(tM)^{1-M}>0$ or more a model is a single point, which gives the source no density. Of the first
fit the mean is that of replaced data, finite from four points on.
"""

from theory.claim import Claim, Kind
from theory.claims.gaussian import replace_kl_forward
from theory.claims.gaussian.put_back import (
    EXAMPLES,
    GAUSSIAN_PUT_BACK,
    UntilCopies,
    all_draws_alike,
    concluded,
    settles,
)
from theory.claims.gaussian.replace_kl_forward import divergence
from theory.derivation import Derivation
from theory.laws.symbols import E

MEAN = UntilCopies(replace_kl_forward.CLAIM, 1)


def derive() -> Derivation:
    """The chance of copies; a divergence."""
    return concluded(
        all_draws_alike(replace_kl_forward.CLAIM), E(divergence), 1,
        "the divergence is at least 0, and infinite with that chance: a single point has no density",
    )  # fmt: skip


CLAIM = Claim(
    id="gaussian-put-back-kl-forward",
    title="Fitted to draws from all points so far, put back, the mean divergence of the source from the model is "
    "infinite from the second fit on",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=GAUSSIAN_PUT_BACK,
    derive=derive,
    bindings=MEAN.bindings,
    evaluate=MEAN.evaluate,
    reference=MEAN.reference,
    limit=MEAN.limit,
    settles=settles,
    examples=EXAMPLES,
)
