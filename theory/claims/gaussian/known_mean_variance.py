r"""With a known mean the mean variance stays $v_0$, whatever data are kept and whatever the sample sizes.

The variance of a model is a weighted mean of squares about $\mu_0$ of points that are real or drawn from models before
it, and of variances of such models: each of these has the mean $v_0$. What is lost is the typical variance alone.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.gaussian.known_mean import KNOWN_MEAN, setting
from theory.claims.gaussian.one_fit import NORMAL, v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean, identity
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0, z
from theory.scenario import Scenario, parse_scenario

MOST = 60  # fits that the reference follows; an average of values v_0 is v_0 for ever


def derive() -> Derivation:
    """The mean square of a point, and their average."""
    d = Derivation("The mean is known to be mu_0; the variance of a fit is the mean square about it of its points.")
    d.algebra(
        sp.Integral((sp.sqrt(v(t)) * z) ** 2 * NORMAL, (z, -sp.oo, sp.oo)), v(t),
        because="the mean square of a point from N(mu_0, v_t): E v_t over chains, and v_0 if it is real",
    )  # fmt: skip
    a = sp.Symbol("a")  # share of what is real, or of an older model
    mean = E(v(t))
    said = d.solves(
        mean, v0, index=t, initial=(0, v0), next_value=a * v0 + (1 - a) * mean,
        because="so the mean variance of a fit is an average of those of its points, in any shares: by induction each "
        "is v_0, of real points, of draws from models before and of what is mixed in of their variances",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return {t: generation, v0: exact(scenario.source.variance)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t = v_0 in squared data units."""
    return np.full(generations.shape, scenario.source.variance)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0."""
    return scenario.source.variance


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Every fit by the numbers of points of every origin that it sees, their mean squares by quadrature."""
    with mpmath.workdps(DIGITS):
        square, unit = chi_square_mean(identity, 1), mpf(str(scenario.source.variance))
        means = [unit]
        for fit in range(1, int(min(generation, MOST)) + 1):
            shares = [mpf(1)] if fit == 1 else _shares(scenario, fit)
            means.append(square * mpmath.fdot(shares, means))
        return means[-1]


def _shares(scenario: Scenario, fit: int) -> list[mpf]:
    """The weights in fit ``fit`` of points, or variances, of the source and of the models 1 ... fit - 1."""
    retention, weights = scenario.retention, [mpf(0)] * fit
    if retention.kind == "weighted":
        weights[0], weights[-1] = mpf(str(retention.weight)), 1 - mpf(str(retention.weight))
    elif retention.kind == "forgetting":  # draws from the last model, and that model
        weights[-1] = mpf(1)
    elif retention.kind == "real_share":
        weights[0] = mpf(retention.share_of(scenario.sample_size.at(fit)))
        weights[-1] = 1 - weights[0]
    elif retention.kind == "pool":
        for one in range(1, fit + 1):
            weights[0] += retention.real_points(one)
            weights[one - 1] += retention.synthetic_points(one)
    else:
        kept = {"replace": 1, "window": getattr(retention, "length", 1)}.get(retention.kind, fit)
        for one in range(max(1, fit - kept + 1), fit + 1):
            size = scenario.first_size if one == 1 else scenario.sample_size.at(one)
            real = retention.real_points(size) if one > 1 and retention.kind == "window" else 0
            weights[0] += real
            weights[one - 1] += size - real
    total = mpmath.fsum(weights)
    return [weight / total for weight in weights]


def _with(size: int, scheduled: dict | None = None, **retention) -> Scenario:
    tables = setting(size, **retention).dump()
    return parse_scenario(tables | ({} if scheduled is None else {"sample_size": scheduled}))


CLAIM = Claim(
    id="gaussian-known-mean-variance",
    title="With a known mean the mean variance stays that of the source, under every policy and for all sizes",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(GAUSSIAN, KNOWN_MEAN, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20), t=(0, 1, 4, np.inf), simulate=False),
        Example(_with(20, {"kind": "explicit", "sizes": [9, 3, 14]}, kind="accumulate"), t=(1, 2, 3)),
        Example(_with(10, kind="real_share", scheme="iid", share=0.3), t=(1, 4)),
        Example(_with(10, kind="real_share", scheme="fixed", share=0.3), t=(5,), simulate=False),
        Example(_with(10, kind="window", length=3), t=(2, 6), simulate=False),
        Example(_with(10, kind="forgetting", rate=0.3), t=(1, 40), simulate=False),
        Example(_with(10, kind="accumulate_subsample", replacement=True), t=(1, 9), simulate=False),
    ),
)  # fmt: skip
