r"""Draws from all points, put back: the divergence of the model from the source is infinite from the second fit on.

With a chance of $(tM)^{1-M}>0$ or more a model is a single point, at an infinite divergence. The lower bound from
two moments stays true.
"""

from theory.claim import Claim, Kind
from theory.claims.gaussian import replace_kl_reverse
from theory.claims.gaussian.bounded_kl_reverse_lower import KL
from theory.claims.gaussian.put_back import (
    EXAMPLES,
    GAUSSIAN_PUT_BACK,
    UntilCopies,
    all_draws_alike,
    concluded,
    settles,
)
from theory.derivation import Derivation
from theory.laws.symbols import E

MEAN = UntilCopies(replace_kl_reverse.CLAIM, 1)


def derive() -> Derivation:
    """The chance of copies; a divergence."""
    return concluded(
        all_draws_alike(replace_kl_reverse.CLAIM), E(KL), 1,
        "the divergence is at least 0, and infinite with that chance: -log v_t is a part of it",
    )  # fmt: skip


CLAIM = Claim(
    id="gaussian-put-back-kl-reverse",
    title="Fitted to draws from all points so far, put back, the mean divergence of the model from the source is "
    "infinite from the second fit on",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=GAUSSIAN_PUT_BACK,
    derive=derive,
    bindings=MEAN.bindings,
    evaluate=MEAN.evaluate,
    reference=MEAN.reference,
    limit=MEAN.limit,
    settles=settles,
    examples=EXAMPLES,
)
