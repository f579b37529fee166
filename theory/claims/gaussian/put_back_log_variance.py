r"""Draws from all points, put back: the mean log-variance is minus infinity from the second fit on.

$P(v_t=0)\ge(tM)^{1-M}>0$, as all draws may be the same point: chains that can end, however rarely. The upper bound
from the mean variance stays true; of the chains that go on it says more.
"""

import sympy as sp

from theory.claim import Claim, Kind
from theory.claims.gaussian import replace_log_variance
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

MEAN = UntilCopies(replace_log_variance.CLAIM, -1)


def derive() -> Derivation:
    """The chance of copies; a logarithm."""
    return concluded(
        all_draws_alike(replace_log_variance.CLAIM), E(sp.log(v(t))), -1,
        "log v_t is minus infinity with that chance, and its positive part has a mean of at most E v_t",
    )  # fmt: skip


CLAIM = Claim(
    id="gaussian-put-back-log-variance",
    title="Fitted to draws from all points so far, put back, the mean log-variance is minus infinity from the second "
    "fit on: all draws may be the same point",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=GAUSSIAN_PUT_BACK,
    derive=derive,
    bindings=MEAN.bindings,
    evaluate=MEAN.evaluate,
    reference=MEAN.reference,
    limit=MEAN.limit,
    settles=settles,
    examples=EXAMPLES,
)
