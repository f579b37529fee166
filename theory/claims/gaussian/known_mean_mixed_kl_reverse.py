r"""With a known mean the divergence of the model from the source is half of what the log-variance has lost.

$E\,\mathrm{KL}(p_t\Vert p_0)=\frac12(\log v_0-E\log v_t)$ under every policy, as $E v_t=v_0$ and no mean strays: under
forgetting it grows for ever, with a weight on real points it settles.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.exact_claims import exact_claim, known, reach_of, settles
from theory.claims.gaussian.known_mean import KNOWN_MEAN
from theory.claims.gaussian.known_mean_one_point_more import FORGETTING, NOT_REPLACED, WEIGHTS
from theory.claims.gaussian.one_fit import NORMAL, v
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0, z
from theory.scenario import Scenario
from theory.scenario.source import GaussianSource

LOG = "log_variance"
divergence = sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")
mean_log = sp.Function("lambda_v")


def derive() -> Derivation:
    """The divergence of two normal laws of one mean; the mean of v_t."""
    d = Derivation(
        "The mean is known to be mu_0; lambda_v(t) is E log v_t, by the exact claim that covers it, and E v_t = v_0."
    )
    ratio = v(t) * z**2 / (2 * v0) - z**2 / 2 - sp.log(v(t) / v0) / 2
    d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)), (v(t) / v0 - 1 - sp.log(v(t) / v0)) / 2,
        because="the mean over a draw mu_0 + sqrt(v_t) z of the logarithm of the ratio of the densities",
    )  # fmt: skip
    said = d.solves(
        E(divergence), (sp.log(v0) - mean_log(t)) / 2, index=t, initial=(0, (sp.log(v0) - mean_log(0)) / 2),
        next_value=E(divergence) - (mean_log(t + 1) - mean_log(t)) / 2,
        because="its mean over chains: E v_t = v_0 leaves what the mean logarithm loses",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    number = sp.Float(exact_claim(scenario, LOG).algebra_value(scenario, int(generation), digits=60), 60)
    return {t: generation, v0: exact(scenario.source.variance), mean_log: lambda fit: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits."""
    line = _in_its_units(scenario)
    return np.maximum(-exact_claim(line, LOG).evaluate(line, generations, None) / 2, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """That of the log-variance; infinity under forgetting."""
    line = _in_its_units(scenario)
    return -float(exact_claim(line, LOG).limit(line, None)) / 2


def _in_its_units(scenario: Scenario) -> Scenario:
    """The source with the variance 1, whose logarithm takes no digits of what is lost."""
    return scenario.model_copy(update={"source": GaussianSource(kind="gaussian", mean=0.0, variance=1.0)})


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The mean logarithm by the route that checks it."""
    with mpmath.workdps(40):
        if generation == 0:
            return mpf(0)
        return (mpmath.log(mpf(str(scenario.source.variance))) - exact_claim(scenario, LOG).reference(
            scenario, generation, None
        )) / 2  # fmt: skip


CLAIM = Claim(
    id="gaussian-known-mean-mixed-kl-reverse",
    title="With a known mean the expected divergence of model t from the source is half of what the log-variance has "
    "lost, under forgetting and with weights too",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=(GAUSSIAN, KNOWN_MEAN, NOT_REPLACED, FAITHFUL, UNDISTURBED, known(LOG)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles(LOG),
    reach=reach_of(LOG),
    examples=(
        Example(FORGETTING, t=(1, 4)),
        Example(WEIGHTS, t=(1, 2), algebra=False, simulate=False),
        Example(FORGETTING, t=(0, 1000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
