r"""A refitted mixture has the mean variance of one normal law fitted by maximum likelihood: components change nothing.

Replaced data take one part in $M$ off it in every fit, $E v_t=v_0(1-1/M)^t$, whether the components lie apart, overlap
or die; with all data kept it ends at $v_0\sin(\pi/\sqrt M)/(\pi/\sqrt M)$.
"""

import sympy as sp

from theory.claim import Claim, Kind
from theory.claims.families.mixture_moments import EXAMPLES, OfOneNormal, assumptions
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t

WHOLE = OfOneNormal("variance", sp.Function("U_1", positive=True))


def derive() -> Derivation:
    """The variance of the fit is that of its points; mixture and normal law follow one linear recursion."""
    return WHOLE.derive("U_1(t) is E v_t of one normal law that starts with the variance 1.", E(v(t)))


CLAIM = Claim(
    id="mixture-variance",
    title="A refitted mixture of normal laws has the expected variance of one normal law fitted by maximum likelihood,"
    " under every policy that pools its points: v_0 (1-1/M)^t where data are replaced",
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
