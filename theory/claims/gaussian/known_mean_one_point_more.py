r"""With a known mean variances have the law of those fitted with their means, unbiased, to one point more in a batch.

$M$ squares about a known mean and $M+1$ about their own are both $\chi^2_M$ over $M$; forgetting and weights do the
same to either. So every statistic of the variances alone is that of another scenario, which an exact claim covers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.gaussian.known_mean import KNOWN_MEAN, factor
from theory.claims.gaussian.known_mean_settings import FORGOTTEN, WEIGHTED, with_policy
from theory.derivation import Derivation
from theory.laws.symbols import M
from theory.scenario import Scenario, parse_scenario

H = sp.Function("H_nu")
INTRODUCTION = (
    "The mean is known to be mu_0. H_nu is this statistic as a function of the degrees of freedom of the chi-square of "
    "a fit, or of both with weights, under the same policy."
)
NOT_REPLACED = Assumption('the retention policy is not "replace"', lambda s: s.retention.kind != "replace")
FORGETTING = with_policy(10, **FORGOTTEN)
WEIGHTS = with_policy(None, **WEIGHTED)
REPLACED = with_policy(10, kind="replace")
FAST = with_policy(9, kind="forgetting", rate=0.9)


def twin(scenario: Scenario) -> Scenario:
    """One point more in every batch, both moments fitted, the unbiased divisor."""
    tables = scenario.dump() | {"estimator": {"kind": "moments", "divisor": "unbiased"}}
    if scenario.retention.kind == "weighted":
        policy = tables["retention"]
        tables["retention"] = policy | {name: policy[name] + 1 for name in ("real", "synthetic")}
    else:
        tables["sample_size"] = {"kind": "constant", "size": scenario.sample_size.constant + 1}
    return parse_scenario(tables)


@dataclass(frozen=True)
class OnePointMore:
    """What a claim about one statistic of the variances needs, under these policies."""

    statistic: str
    policies: tuple[str, ...] = ("forgetting", "weighted")

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """A known mean, one of the policies, and an exact claim about one point more."""
        named = " or ".join(f'"{policy}"' for policy in self.policies)
        policy = Assumption(
            f"the retention policy is {named} with one sample size", lambda s: s.retention.kind in self.policies
            and (s.retention.kind == "weighted" or s.sample_size.constant is not None),
        )  # fmt: skip
        covered = Assumption(
            f"an exact claim covers {self.statistic} with one point more in every batch, both moments fitted and the "
            "unbiased divisor",
            lambda s: policy.holds(s) and KNOWN_MEAN.holds(s) and GAUSSIAN.holds(s)
            and exact_claim(twin(s), self.statistic) is not None,
        )  # fmt: skip
        return (GAUSSIAN, KNOWN_MEAN, policy, FAITHFUL, UNDISTURBED, covered)

    def claim(self, scenario: Scenario) -> Claim:
        """The claim about one point more."""
        found = exact_claim(twin(scenario), self.statistic)
        assert found is not None
        return found

    def bindings(self, scenario: Scenario, generation: float, at: float | None = None) -> dict:
        number = sp.Float(self.claim(scenario).algebra_value(twin(scenario), generation, at, digits=60), 60)
        return {M: getattr(scenario.sample_size, "constant", 1), H: lambda points: number}

    def evaluate(
        self, scenario: Scenario, generations: Int[np.ndarray, " T"], at: float | None = None
    ) -> Float[np.ndarray, " T"]:
        """The statistic with one point more; t counts fits. Takes as long as that: up to 3 s for a collapse time."""
        return self.claim(scenario).evaluate(twin(scenario), generations, at)

    def limit(self, scenario: Scenario, at: float | None = None) -> float:
        """Its limit."""
        return float(self.claim(scenario).limit(twin(scenario), at))

    def reference(self, scenario: Scenario, generation: float, at: float | None = None) -> mpf:
        """The route that checks the claim about one point more; chains test that the laws are the same."""
        return self.claim(scenario).reference(twin(scenario), generation, at)

    @property
    def settles(self) -> Callable[[Scenario], bool]:
        return lambda scenario: settles(self.statistic)(twin(scenario))

    @property
    def reach(self) -> Callable[[Scenario], float]:
        return lambda scenario: reach_of(self.statistic)(twin(scenario))

    def derive(self, said: sp.Expr) -> Derivation:
        """The law of a sum of squares about a known mean, and what follows for a statistic of the variances."""
        d = Derivation(INTRODUCTION)
        factor(d)
        same = d.algebra(
            sp.Subs(H(M - 1), M, M + 1), H(M),
            because="the M squares about mu_0 have the law of those of M + 1 points about their own mean, and the "
            "unbiased divisor of these is M: forgetting and weights act on equal laws, independent of what was before",
        )  # fmt: skip
        return d.concludes(sp.Eq(said, same.rhs, evaluate=False))
