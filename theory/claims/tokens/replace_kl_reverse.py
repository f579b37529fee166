r"""Refitted tokens diverge from their source by just the entropy that they lose:
$E\,\mathrm{KL}(p_t\,\Vert\,p_0)=h(p_0)-E\,h(p_t)$.

The expected frequencies stay those of the source, so that the cross-entropy does not move. The divergence
ends at $h(p_0)$. The other direction, $\mathrm{KL}(p_0\,\Vert\,p_t)$, is infinite as soon as a token is lost.
"""

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.count_law import INTRODUCTION, ONE_TOKEN, bindings, entropy, one_token_is_enough, summed
from theory.claims.tokens.forward_chain import expectation, share, sum_over_tokens, surprise
from theory.claims.tokens.replace_entropy import SURPRISE
from theory.claims.tokens.replace_heterozygosity import example
from theory.claims.tokens.replace_vocabulary import zipf_example
from theory.derivation import Derivation
from theory.laws.count_chain import divergences
from theory.laws.symbols import E, K, i, p, t
from theory.laws.token_sums import token_sum
from theory.scenario import Scenario


def derive() -> Derivation:
    """A martingale has the source's cross-entropy at every t; the rest is the entropy."""
    d = Derivation(INTRODUCTION)
    one_token_is_enough(d)
    mean = sp.Function("m")
    stays = d.solves(
        mean(t),
        p[i],
        index=t,
        next_value=mean(t),
        initial=(0, p[i]),
        because="E X/M = q given q: the expected frequency stays that of the source",
    )
    total = d.algebra(
        sp.Sum(-SURPRISE - stays.rhs * sp.log(p[i]), (i, 1, K)),
        sp.Sum(-p[i] * sp.log(p[i]), (i, 1, K)) - sp.Sum(SURPRISE, (i, 1, K)),
        because="E sum p ln(p/p_0): E p_{t,i} ln p_{t,i} under the law of one count, E p_{t,i} ln p_i = p_i ln p_i",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("KL_t")), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E KL(p_t || p_0) in nats, float64 [T], as a sum of positive terms; t counts fits."""
    return summed(scenario, generations, divergences, token_sum(scenario.source.distribution()), 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """h(p_0)."""
    return entropy(scenario.source.distribution())


def reference(scenario: Scenario, t: float, at: None = None) -> mpf:
    """E p ln p - E p ln p_0 from each token's own count, neither mean taken for granted."""
    size = scenario.sample_size.constant
    if t == 0:
        return mpf(0)

    def of_one(q: mpf) -> mpf:
        return -expectation(size, q, t, surprise) - expectation(size, q, t, share) * mpmath.log(q) if q else mpf(0)

    return sum_over_tokens(scenario, of_one)


CLAIM = Claim(
    id="tokens-replace-kl-reverse",
    title="The divergence from the source is the entropy lost: E KL(p_t || p_0) = h(p_0) - E h(p_t)",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 2, 8)),
        Example(zipf_example(20, 30, 1.0), t=(0, 1, 8, 60), algebra=False),
        Example(example(9, (0.5, 0.5)), t=(0, np.inf), algebra=False, simulate=False),
        Example(example(9, (0.7, 0.3, 0.0)), t=(0, 1, 4), algebra=False, simulate=False),
        Example(example(1, (0.5, 0.3, 0.2)), t=(1, 3), algebra=False, simulate=False),
    ),
    sources=(ONE_TOKEN,),
)
