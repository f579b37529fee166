r"""Means, spreads and standard errors over chains from sums that merge: nothing is kept per chain.

A summary of n chains is their number, mean and central sums $M_k = \sum (x - \bar x)^k$, k = 2, 3, 4. Two summaries
merge exactly (Chan, Golub and LeVeque 1983; to order 4 Pébay 2008); raw powers would cancel. Infinite values are
counted apart, so that one chain that is absorbed does not erase the others.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

FIELDS = ("count", "mean", "second", "third", "fourth", "above", "below", "invalid")


class Summary(NamedTuple):
    """Of finite values: number, mean, central sums of order 2 to 4. Then the numbers of +inf, -inf and nan."""

    count: Float64[Any, "*n"]
    mean: Float64[Any, "*n"]
    second: Float64[Any, "*n"]
    third: Float64[Any, "*n"]
    fourth: Float64[Any, "*n"]
    above: Float64[Any, "*n"]
    below: Float64[Any, "*n"]
    invalid: Float64[Any, "*n"]


def merged_summaries(a: Summary, b: Summary) -> Summary:
    """The summary of both sets of chains."""
    n = a.count + b.count
    divisor = np.maximum(n, 1.0)
    d = b.mean - a.mean
    share_a, share_b = a.count / divisor, b.count / divisor
    weight = a.count * share_b
    mean = np.where(a.count == 0, b.mean, a.mean + d * share_b)
    second = a.second + b.second + weight * d**2
    third = a.third + b.third + weight * (share_a - share_b) * d**3 + 3 * d * (share_a * b.second - share_b * a.second)
    fourth = (
        a.fourth
        + b.fourth
        + weight * (share_a**2 - share_a * share_b + share_b**2) * d**4
        + 6 * d**2 * (share_a**2 * b.second + share_b**2 * a.second)
        + 4 * d * (share_a * b.third - share_b * a.third)
    )
    return Summary(n, mean, second, third, fourth, a.above + b.above, a.below + b.below, a.invalid + b.invalid)


class Reading(NamedTuple):
    """A number about many chains, its standard error, and how many chains it effectively rests on."""

    value: Float64[Any, "*n"]
    standard_error: Float64[Any, "*n"]
    effective: Float64[Any, "*n"]


def mean_reading(s: Summary, positive: bool) -> Reading:
    r"""The mean; its standard error s.d./sqrt(n); and $(\sum x)^2 / \sum x^2$ chains where x is never negative, else n.

    The effective number is n where all chains carry the mean alike, and near 1 where one carries all of it; for an
    indicator it is the number of chains that showed the event. A mean of 0 rests on 0 chains. Infinite values make the
    mean infinite and its standard error unknown (nan); it then rests on the chains that are infinite.
    """
    value, error = s.mean, _root(s.second / np.maximum(s.count - 1, 1) / np.maximum(s.count, 1))
    square = s.second / np.maximum(s.count, 1) + s.mean**2
    share = np.divide(s.mean**2, square, out=np.zeros_like(square), where=square > 0)
    return _with_infinities(s, value, np.where(s.count > 1, error, np.nan), s.count * share if positive else s.count)


def variance_reading(s: Summary) -> Reading:
    r"""The variance over chains, divisor n - 1; its standard error from the fourth central moment.

    $\operatorname{Var} s^2 = (m_4 - m_2^2 (n-3)/(n-1)) / n$. It rests on $(\sum d^2)^2 / \sum d^4$ chains, d the
    deviation from the mean.
    """
    n = np.maximum(s.count, 2)
    value = s.second / (n - 1)
    error = _root((s.fourth / n - value**2 * (n - 3) / (n - 1)) / n)
    effective = np.divide(s.second**2, s.fourth, out=np.zeros_like(value), where=s.fourth > 0)
    single = s.count < 2
    value, error = np.where(single, np.nan, value), np.where(single, np.nan, error)
    return _with_infinities(s, value, error, effective, np.nan)


def deviation_reading(s: Summary) -> Reading:
    """The standard deviation over chains; its standard error is that of the variance / (2 s.d.), the delta method."""
    variance = variance_reading(s)
    value = _root(variance.value)
    error = np.divide(variance.standard_error, 2 * value, out=np.zeros_like(value), where=~(value <= 0))
    return Reading(value, error, variance.effective)


def _root(x: Float64[Any, "*n"]) -> Float64[Any, "*n"]:
    return np.sqrt(np.maximum(x, 0.0))


def _with_infinities(
    s: Summary,
    value: Float64[Any, "*n"],
    error: Float64[Any, "*n"],
    effective: Float64[Any, "*n"],
    infinite: float = np.inf,
) -> Reading:
    lost = (s.invalid > 0) | ((s.above > 0) & (s.below > 0))
    value = np.where(s.above > 0, infinite, np.where(s.below > 0, -infinite, value))
    beyond = lost | (s.above > 0) | (s.below > 0)
    return Reading(
        np.where(lost, np.nan, value),
        np.where(beyond, np.nan, error),
        np.where(beyond, s.above + s.below, effective),
    )
