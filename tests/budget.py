"""The false alarms that the whole suite may raise on a fresh seed: one in a million, shared by every statistical test.

A statistical test declares the probability that it fails though nothing is wrong, and takes its limit from that number.
A failure is then a finding; it is never mended by another seed.
"""

from scipy.stats import norm

SUITE = 1e-6
"""Probability that a run of the whole suite fails somewhere though nothing is wrong."""

_DECLARED: dict[str, float] = {}


def declare(name: str, false_alarm: float) -> float:
    """Enter a test's false-alarm probability, all its comparisons together, and return it.

    Raises ValueError where the name stands for another probability already, or the suite's budget is spent.
    """
    if not 0.0 < false_alarm < 1.0:
        raise ValueError(f"{name}: a false-alarm probability must lie between 0 and 1, got {false_alarm}")
    if _DECLARED.setdefault(name, false_alarm) != false_alarm:
        raise ValueError(f"{name} was declared with {_DECLARED[name]}, now with {false_alarm}: two tests, one name")
    if declared() > SUITE * (1 + 1e-9):
        raise ValueError(f"{name}: the suite's false alarms would add up to {declared():.3g}, more than {SUITE:.0e}")
    return false_alarm


def declared() -> float:
    """The sum of all probabilities entered so far."""
    return sum(_DECLARED.values())


def normal_limit(false_alarm: float, comparisons: int = 1) -> float:
    """The |z| that the largest of so many comparisons exceeds with at most this probability (Bonferroni, two-sided)."""
    return float(norm.isf(false_alarm / (2 * comparisons)))
