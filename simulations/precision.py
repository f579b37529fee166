r"""How far a simulated mean may be trusted: a mean that few chains carry has no normal error.

The t-statistic of $R$ chains of skewness $\gamma$ is normal up to a term of order $\gamma/\sqrt R$. The
skewness is taken from what a store keeps: an indicator of probability $p$ has $(1-2p)/\sqrt{p(1-p)}$; a count
that leaves an end $c$ of its range in few chains is nearly Poisson beyond it, with $\gamma = \operatorname{cv}$
of the distance from $c$; anything else positive is judged like a lognormal of its effective replicates, $\gamma
= \operatorname{cv}(3+\operatorname{cv}^2)$ with $\operatorname{cv}^2 = R/R_{\mathrm{eff}} - 1$.
"""

import numpy as np
from jaxtyping import Bool, Float

from theory.scenario import Scenario

ALLOWED_SKEWNESS = 1 / 8  # of the sampled mean, gamma/sqrt(R)
INDICATORS = ("absence", "fixation_probability", "variance_cdf", "mean_tail")


def carried_by_few(
    scenario: Scenario,
    statistic: str,
    mean: Float[np.ndarray, " T"],
    standard_error: Float[np.ndarray, " T"],
    effective_replicates: Float[np.ndarray, " T"],
    replicates: int,
) -> Bool[np.ndarray, " T"]:
    """True where so few chains carry the mean, or its spread, that its standard error is not that of a normal."""
    spread = standard_error * np.sqrt(replicates)
    with np.errstate(divide="ignore", invalid="ignore"):
        if statistic in INDICATORS:
            skewness = np.abs(1 - 2 * mean) / np.sqrt(mean * (1 - mean))
        elif statistic == "vocabulary":
            ends = (1, getattr(scenario.source, "vocabulary", 1))
            skewness = np.max([spread / np.abs(mean - end) for end in ends], axis=0)
        else:
            variation = np.sqrt(np.maximum(replicates / effective_replicates - 1, 0))
            skewness = variation * (3 + variation**2)
    few = skewness > ALLOWED_SKEWNESS * np.sqrt(replicates)
    return (few | ~np.isfinite(skewness)) & (standard_error > 0)
