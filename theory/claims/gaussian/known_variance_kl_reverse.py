r"""With a known variance the divergence of model t from the source is half the squared error of the mean over $v_0$.

$\frac12\sum_kq_k$, so $\frac t{2M}$ where data are replaced: linear for ever, with no exponential part.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_variance import (
    FORGOTTEN,
    GAUSSIAN_KNOWN_VARIANCE,
    GROWING,
    INTRODUCTION,
    KEPT,
    LISTED,
    MOST_FITS,
    bindings,
    half_of_the_error,
    half_reference,
    half_settled,
    half_squared_error,
    setting,
    settles,
)
from theory.claims.gaussian.one_fit import mu0, mut
from theory.derivation import Derivation

divergence = sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")


def derive() -> Derivation:
    """The divergence of two normal laws of one width; the walk of the mean."""
    return half_of_the_error(Derivation(INTRODUCTION), divergence, mut, mu0)


CLAIM = Claim(
    id="gaussian-known-variance-kl-reverse",
    title="With a known variance the expected divergence of model t from the source is t/(2M) where data are replaced",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=GAUSSIAN_KNOWN_VARIANCE,
    derive=derive,
    bindings=bindings,
    evaluate=half_squared_error,
    reference=half_reference,
    limit=half_settled,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20), t=(0, 1, 5)),
        Example(setting(8, **KEPT, first=3), t=(1, 2, 9)),
        Example(setting(10, **FORGOTTEN), t=(1, 6), simulate=False),
        Example(setting(LISTED), t=(3,), simulate=False),
        Example(setting(8, **KEPT), t=(100_000, np.inf), algebra=False, simulate=False),
        Example(setting(GROWING), t=(2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
