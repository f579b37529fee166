r"""The mean of a refitted mixture wanders like that of one normal law fitted by maximum likelihood.

Replaced data take it $v_0(1-(1-1/M)^t)$ away in the mean square, in the end the whole variance of the source, that
between its components too: components die and the last of them decides.
"""

import sympy as sp

from theory.claim import Claim, Kind
from theory.claims.families.mixture_moments import EXAMPLES, OfOneNormal, assumptions
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E

WHOLE = OfOneNormal("mean_squared_error", sp.Function("D_1", positive=True))


def derive() -> Derivation:
    """The mean of the fit is that of its points; mixture and normal law follow one linear recursion."""
    return WHOLE.derive(
        "D_1(t) is E(mu_t - mu_0)^2 of one normal law that starts with the variance 1.", E(squared_error)
    )


CLAIM = Claim(
    id="mixture-mean-squared-error",
    title="The mean of a refitted mixture of normal laws wanders as that of one normal law fitted by maximum "
    "likelihood, under every policy that pools its points: in the end by the variance of the source if data are "
    "replaced",
    kind=Kind.EXACT,
    statistic=WHOLE.statistic,
    assumptions=assumptions(WHOLE.statistic),
    derive=derive,
    bindings=WHOLE.bindings,
    evaluate=WHOLE.evaluate,
    reference=WHOLE.reference,
    limit=WHOLE.limit,
    settles=WHOLE.settles,
    reach=WHOLE.reach,
    examples=EXAMPLES,
)
