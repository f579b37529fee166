r"""The rate as reported: a token survives t >= 1 generations with probability at least $1-e^{-Mp_i/t}$.

The source has a Poisson number of copies in mind; $\lambda=Mp_i$ for multinomial draws is our reading. Valid for
every sample size, and a factor up to 2 loose in the exponent, since copies survive with $s_t\sim
2/t$, not $1/t$. With $Mp_i = 20$ and t = 100 it promises 0.181; the truth is 0.324 and more.
"""

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.absence_upper_bound import ABSENT, reference
from theory.claims.tokens.duality import source_bindings, token_probability
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, at_most
from theory.laws.survival import absence_given
from theory.laws.symbols import M, i, p, s, t, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """1/s grows by at most 1 in a generation; in truth by a half and little more."""
    d = Derivation("For t >= 1: s_1 = 1, s_{t+1} = 1 - exp(-s_t), and absence is at most exp(-M p_i s_t).")
    reciprocal = sp.Function("r")
    d.given(
        1 / (1 - sp.exp(-x)),
        1 / x + 1,
        relation=r"\le",
        because="exp(x) >= 1 + x",
        source="hardy1952inequalities",
        check=lambda: [at_most(1 / (1 - mpmath.exp(-mpf(w))), 1 / mpf(w) + 1) for w in ("0.001", "0.3", "1")],
    )
    bound = d.solves(
        reciprocal(t),
        t,
        index=t,
        next_value=reciprocal(t) + 1,
        initial=(1, sp.Integer(1)),
        because="so 1/s_t grows by at most 1 from 1",
    )
    rate = d.algebra(
        sp.exp(-M * p[i] * s) * sp.exp(M * p[i] * (s - 1 / bound.rhs)),
        sp.exp(-M * p[i] / t),
        because="put into exp(-M p_i s_t): what is given away is s_t - 1/t, which becomes 1/t",
    )
    return d.concludes(sp.Le(ABSENT, rate.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: int) -> dict:
    return {M: scenario.sample_size.constant, t: generation, **source_bindings(scenario, at)}


def evaluate(scenario: Scenario, generations: np.ndarray, at: int) -> np.ndarray:
    """exp(-M p_i / t), float64 [T]; t counts fits."""
    with np.errstate(divide="ignore"):
        rate = 1.0 / np.asarray(generations, dtype=np.float64)
    return absence_given(rate, -scenario.sample_size.constant * token_probability(scenario, at))


def limit(scenario: Scenario, at: int) -> float:
    """1: no more than that is said of the end."""
    return 1.0


CLAIM = Claim(
    id="tokens-replace-absence-inverse-time-bound",
    title="A token survives t >= 1 generations with probability at least 1 - exp(-M p_i / t): valid, up to a factor 2 "
    "loose",
    kind=Kind.UPPER_BOUND,
    statistic="absence",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 2, 10, 40), at=0),
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 8), at=0),
        Example(example(10**9, (3e-9, 1 - 3e-9)), t=(1, 4), at=0, simulate=False),
    ),
    sources=(
        Source(
            "suresh2025rate",
            "",
            "reported",
            "its k is t",
            "survival of a token with probability at least 1 - exp(-lambda/k); lambda = M p_i for multinomial draws is "
            "our reading",
        ),
    ),
    errata="Valid as reported, read with lambda = M p_i for multinomial draws. Kept to the end, the same argument "
    "gives exp(-M p_i s_t), up to twice the exponent.",
)
