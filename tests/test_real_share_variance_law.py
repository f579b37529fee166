"""The law of the variance with real points: its moments, the exact ones of linear recursions; quantiles; the means."""

import math

import numpy as np
import pytest
from scipy import special

from theory.claims import claims
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_inversion import law_of
from theory.laws.early_chain import EarlyChain, fits_of, resolved_at
from theory.laws.fresh_chain import stratified
from theory.laws.last_variance import after_the_fit
from theory.laws.strayed_mean import chance_of_straying
from theory.predict import quantiles
from theory.scenario import InputError

SETTINGS = {
    "stratified": setting("stratified", 60, "mle", real=20),
    "fixed": setting("fixed", 80, "mle", real=40),
}
LEVELS = np.linspace(-1.6, 1.6, 33)


@pytest.mark.parametrize("scheme", ["stratified", "fixed"])
def test_the_law_has_the_moments_of_the_linear_recursions(scheme):
    """Mean and mean square, from the distribution function and the density, after some fits and in the end."""
    scenario = SETTINGS[scheme]
    law, unit, width = law_of(scenario), scenario.source.variance, LEVELS[1] - LEVELS[0]
    times = (3.0, np.inf)
    values = np.array([[law.both(t, math.exp(y)) for t in times] for y in LEVELS])
    for t, both in zip(times, values.swapaxes(0, 1), strict=True):
        for power in (1, 2):
            name = f"gaussian-{scheme}-real-share-variance" + ("-second-moment" if power == 2 else "")
            exact = claims()[name].value(scenario, np.array([t]))[0] / unit**power
            density = both[:, 1] * np.exp((power + 1) * LEVELS)
            assert width * density.sum() == pytest.approx(exact, rel=2e-8)
            apart = both[:, 0] - special.expit(12 * LEVELS)  # the logistic law, of a known mean power
            logistic = math.pi * power / 12 / math.sin(math.pi * power / 12)
            found = logistic - width * float(np.sum(apart * power * np.exp(power * LEVELS)))
            assert found == pytest.approx(exact, rel=5e-6)


@pytest.mark.parametrize("scheme", ["stratified", "fixed"])
def test_quantiles_invert_the_law(scheme):
    scenario = SETTINGS[scheme]
    found = quantiles(scenario, "variance", (math.inf,), (0.05, 0.9)).value
    below = claims()["gaussian-real-share-variance-cdf"]
    for row, t in zip(found, (math.inf,), strict=True):
        chances = [below.value(scenario, np.array([t]), level)[0] for level in row]
        np.testing.assert_allclose(chances, (0.05, 0.9), atol=1e-10)


def test_late_laws_are_the_stationary_one():
    law = law_of(SETTINGS["stratified"])
    np.testing.assert_allclose(law.both(60.0, 0.9), law.both(math.inf, 0.9), atol=1e-9)


def test_levels_that_no_chain_reaches():
    below = claims()["gaussian-real-share-variance-cdf"]
    for scenario in (SETTINGS["stratified"], SETTINGS["fixed"]):
        for t in (1.0, 2.0, math.inf):
            assert below.value(scenario, np.array([t]), 1e-9)[0] == pytest.approx(0.0, abs=1e-9)
            assert below.value(scenario, np.array([t]), 1e9)[0] == pytest.approx(1.0, abs=1e-9)


def test_narrow_early_laws_and_late_ones_meet():
    """A small share: the finer grid of the first fits hands over to the matrix of the others."""
    chain = stratified(40, 14.0, 1.0)
    early = [t for t in range(2, 20) if isinstance(resolved_at(chain, t), EarlyChain)]
    assert early
    assert not isinstance(resolved_at(chain, early[-1] + 1), EarlyChain)
    tails = [chance_of_straying(chain, t, 0.2) for t in (early[-1], early[-1] + 1, math.inf)]
    assert tails[0] < tails[1] < tails[2]
    finer, late = resolved_at(chain, early[-1]), early[-1] + 1
    one, other = (
        after_the_fit(law.grid, fits_of(law), 0.9) @ law.weights(late - 1) for law in (chain, finer)
    )  # fmt: skip
    np.testing.assert_allclose(one, other, atol=1e-8)


def test_quantiles_are_refused_where_the_law_is_not_resolved():
    with pytest.raises(InputError, match="at least 10 points are real"):
        quantiles(setting("stratified", 50, "mle", real=5), "variance", (3,), (0.5,))
