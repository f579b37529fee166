r"""What claims about one of two components far apart share: which one is meant, its moments and those of the other."""

from typing import NamedTuple

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.scenario import Scenario


class Component(NamedTuple):
    """Of two components of positive weight: share and variance of one, variance of the other, squared distance."""

    weight: sp.Rational
    own: sp.Rational
    other: sp.Rational
    apart: sp.Rational


def component(scenario: Scenario, at: float) -> Component | None:
    """The component at this place of the source's list; None where its weight is 0."""
    source, place = scenario.source, int(at)
    if not source.weights[place]:
        return None
    rest = next(j for j, weight in enumerate(source.weights) if weight > 0 and j != place)
    own, other = exact(source.weights[place]), exact(source.weights[rest])
    apart = exact(source.means[place]) - exact(source.means[rest])
    return Component(own / (own + other), exact(source.variances[place]), exact(source.variances[rest]), apart**2)


def binomial(size: int, share: mpf) -> list[mpf]:
    """The chances of 0 ... ``size`` points of the component."""
    return [mpmath.binomial(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]


def ratio(number: sp.Rational) -> mpf:
    """A fraction with the digits of the context."""
    return mpf(int(number.p)) / int(number.q)
