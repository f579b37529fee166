r"""With a known variance the divergence of the model from the source is $D(t)/(2v_0)$ under every policy.

Models are as wide as the source: what sets them apart is where they are, and it does so alike in both directions.
"""

import sympy as sp

from theory.claim import Claim, Kind
from theory.claims.gaussian.known_variance_error import (
    EXAMPLES,
    INTRODUCTION,
    ON_THE_ERROR,
    bindings,
    divergence,
    half,
    half_reference,
    half_settled,
    known_limit,
    reach,
)
from theory.claims.gaussian.one_fit import mu0, mut
from theory.derivation import Derivation


def derive() -> Derivation:
    """The divergence of N(mu_t, v_0) from N(mu_0, v_0), the model first; its mean."""
    return divergence(Derivation(INTRODUCTION), sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)"), mut, mu0)


CLAIM = Claim(
    id="gaussian-known-variance-mixed-kl-reverse",
    title="With a known variance and mixed data the expected "
    "divergence of model t from the source is half of the squared error of the mean over v_0",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=ON_THE_ERROR,
    derive=derive,
    bindings=bindings,
    evaluate=half,
    reference=half_reference,
    limit=half_settled,
    settles=known_limit,
    reach=reach,
    examples=EXAMPLES,
)
