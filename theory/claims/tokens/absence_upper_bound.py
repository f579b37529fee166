r"""A token with $\lambda=Mp_i$ expected copies is absent at t >= 1 with probability at most $e^{-\lambda s_t}$.

$s_t$ is the chance that one copy has descendants in the branching limit, where the bound is an equality:
$s_1=1$, $s_{t+1}=1-e^{-s_t}$, $s_t\sim2/t$. Binomial resampling loses a token no more often than independent
copies would, whatever M.
"""

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.duality import P, source_bindings, token_probability
from theory.claims.tokens.enumeration import source_probabilities
from theory.claims.tokens.forward_chain import DIGITS, absence_probability, in_full_digits
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, agree, at_most
from theory.laws.survival import absence_given, copy_survival
from theory.laws.symbols import M, i, p, s, t, x
from theory.scenario import Scenario

survival = sp.Function("s")
ABSENT = P(sp.Symbol("X_{t,i} = 0"))
MOST_GENERATIONS = 10_000_000  # of a recursion in t, two seconds


def derive() -> Derivation:
    """One generation: the generating function of a binomial is below that of a Poisson law. The rest is iteration."""
    d = Derivation(
        "x is the share of the token in a model, X its count among M draws; s_1 = 1, s_{t+1} = 1 - exp(-s_t). t >= 1."
    )
    generating, miss = sp.Function("F"), x * (1 - sp.exp(-s))
    binomial = d.solves(
        generating(M),
        (1 - miss) ** M,
        index=M,
        next_value=(1 - x + x * sp.exp(-s)) * generating(M),
        initial=(0, sp.Integer(1)),
        because="F(M) = E exp(-sX): each draw is the token with probability x, apart from the others",
    )
    d.given(
        binomial.rhs,
        sp.exp(-M * miss),
        relation=r"\le",
        because="1 - w <= exp(-w): the bound is exponential in M x again, its rate going from s to 1 - exp(-s)",
        source="hardy1952inequalities",
        check=lambda: [at_most((1 - mpf(w) / 10) ** 30, mpmath.exp(-3 * mpf(w))) for w in range(11)],
    )
    bound = d.given(
        ABSENT,
        sp.exp(-M * p[i] * survival(t)),
        relation=r"\le",
        because="absence at t is (1-x)^M <= exp(-M x s_1) given the generation before; "
        "then once more for each generation, down to p_i",
        source="athreya1972branching",
        check=lambda: [
            *(
                at_most(absence_probability(size, q, g), mpmath.exp(-size * q * copy_survival_exactly(g)))
                for size, q, g in ((2, mpf("0.4"), 3), (5, mpf("0.9"), 2), (9, mpf("0.1"), 6))
            ),
            agree(float(copy_survival_exactly(10)), 0.172254624906, 1e-11),
        ],
    )
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: int) -> dict:
    size = scenario.sample_size.constant
    exactly = {survival: lambda g: sp.Float(copy_survival_exactly(int(g)), DIGITS)}
    return {M: size, t: generation, **exactly, **source_bindings(scenario, at)}


def copy_survival_exactly(t: int) -> mpf:
    """s_t to 50 digits."""
    with in_full_digits():
        s = mpf(1)
        for _ in range(t - 1):
            s = 1 - mpmath.exp(-s)
        return s


def evaluate(scenario: Scenario, generations: np.ndarray, at: int) -> np.ndarray:
    """exp(-M p_i s_t), float64 [T]; t counts fits."""
    return absence_given(copy_survival(generations), -scenario.sample_size.constant * token_probability(scenario, at))


def limit(scenario: Scenario, at: int) -> float:
    """1, as s_t tends to 0: no more than that is said of the end."""
    return 1.0


def reference(scenario: Scenario, t: float, at: int) -> mpf:
    """P(X_{t,i} = 0) by the token's own count, forwards in time."""
    return absence_probability(scenario.sample_size.constant, source_probabilities(scenario)[int(at)], t)


CLAIM = Claim(
    id="tokens-replace-absence-upper-bound",
    title="A token is absent at t >= 1 with probability at most exp(-M p_i s_t), s_{t+1} = 1 - exp(-s_t), for every M",
    kind=Kind.UPPER_BOUND,
    statistic="absence",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_GENERATIONS,
    examples=(
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 2, 10, 40), at=0),
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 8), at=0),
        Example(example(10**9, (3e-9, 1 - 3e-9)), t=(1, 4), at=0, simulate=False),
        Example(example(9, (0.5, 0.5)), t=(0, np.inf), at=1, algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "athreya1972branching",
            "",
            "cited",
            "generations of a Galton-Watson process",
            "the branching limit, an equality there",
        ),
        Source("suresh2025rate", "", "reported", "its k is t", "the weaker bound exp(-lambda/t), lambda read as M p_i"),
    ),
)
