"""Check one claim by every route that needs no simulation, and say how closely the routes agree.

The simulated route lives with the tests and the paper: nothing below ``theory`` knows a sampler.
"""

from dataclasses import dataclass, field

import mpmath
import numpy as np

from theory.claim import Claim, Example, Kind

MISS = 1e-6  # a refuted statement must be off by at least this, relatively, in one of its examples


@dataclass
class Verification:
    """What was compared and how it came out. ``failures`` empty and ``comparisons`` > 0 mean verified."""

    id: str
    kind: Kind
    steps: dict[str, int] = field(default_factory=dict)  # checked steps of each kind
    comparisons: int = 0
    algebra_error: float = 0.0  # largest relative difference of evaluator and statement
    reference_error: float = 0.0  # the same of evaluator and independent route; slack for a bound
    failures: list[str] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        return not self.failures and self.comparisons > 0


def verify(claim: Claim) -> Verification:
    """Derivation steps, then statement = evaluator = reference over every example (as the claim's kind promises)."""
    report = compare_routes(claim)
    report.steps = claim.derivation.counts()
    report.failures[:0] = claim.derivation.failures()
    if claim.kind is Kind.EXACT and not report.steps["algebra"] + report.steps["solves"]:
        report.failures.append("an exact claim needs a step that is not given")
    return report


def compare_routes(claim: Claim, *, to_first_failure: bool = False) -> Verification:
    """The numbers alone, over every example, or those up to the first that fails.

    Of the derivation only the statement is read, where one asks for it.
    """
    report = Verification(claim.id, claim.kind)
    missed = False
    for example in claim.examples:
        if to_first_failure and report.failures:
            return report
        failing = claim.failing_assumptions(example.scenario)
        if failing:
            report.failures.append(f"an example is outside the assumptions: {failing[0]}")
            continue
        missed |= _compare(claim, example, report)
    if claim.kind is Kind.REFUTED and not missed:
        report.failures.append("the counter-example does not contradict the statement")
    if not report.comparisons:
        report.failures.append("nothing was compared")
    return report


def relative_difference(value: float | np.ndarray, truth: mpmath.mpf | list[mpmath.mpf]) -> float:
    """|value - truth| / |truth|, or |value| where the truth is 0; infinite unless both are when one is.

    Of a vector the largest over its entries; infinite where the two have not as many.
    """
    if isinstance(truth, list):
        if np.shape(value) != (len(truth),):
            return np.inf
        return max(relative_difference(one, other) for one, other in zip(np.asarray(value), truth, strict=True))
    if mpmath.isinf(truth) or np.isinf(value):
        return 0.0 if mpmath.mpf(value) == truth else np.inf
    with mpmath.workdps(40):
        difference = abs(mpmath.mpf(float(value)) - truth)
        return float(difference / abs(truth)) if truth else float(difference)


def _compare(claim: Claim, example: Example, report: Verification) -> bool:
    """Compare the routes at every t of one example; whether a refuted statement was missed here."""
    missed = False
    values = claim.value(example.scenario, np.asarray(example.t, dtype=np.float64), example.at)
    for t, value in zip(example.t, values, strict=True):
        report.comparisons += 1
        where = f"t = {t}, {example.scenario.canonical()}"
        if example.algebra:
            error = relative_difference(value, claim.algebra_value(example.scenario, t, example.at))
            report.algebra_error = max(report.algebra_error, error)
            if not error <= claim.tolerance:
                report.failures.append(f"evaluator and statement differ by {error:.1e} at {where}")
        truth = claim.reference(example.scenario, t, example.at)
        error = relative_difference(value, truth)
        report.reference_error = max(report.reference_error, error)
        if claim.kind is Kind.REFUTED and not _right_after_all(claim, example):
            missed |= error > MISS
            if claim.right_if and error <= MISS:
                report.failures.append(f"the refuted statement holds where it is said not to, at {where}")
        elif problem := _against_truth(claim, example, t, value, truth, error):
            report.failures.append(f"{problem} at {where}")
    return missed


def _right_after_all(claim: Claim, example: Example) -> bool:
    """Whether a refuted statement names further assumptions and the example meets them: there it must hold."""
    return bool(claim.right_if) and all(assumption.holds(example.scenario) for assumption in claim.right_if)


def _against_truth(claim: Claim, example: Example, t: int, value: float, truth: mpmath.mpf, error: float) -> str:
    """What is wrong between a value and the truth, in words; empty where the promise of the kind is kept."""
    if claim.kind in (Kind.UPPER_BOUND, Kind.LOWER_BOUND):
        slack = claim.tolerance * abs(truth) if mpmath.isfinite(truth) else 0
        if claim.kind is Kind.UPPER_BOUND:
            kept, where = value >= truth - slack, "upper bound {} lies below"
        else:
            kept, where = value <= truth + slack, "lower bound {} lies above"
        return "" if kept else f"the {where.format(value)} the truth {mpmath.nstr(truth, 15)}"
    promised = claim.tolerance if claim.error is None else claim.error(example.scenario, t, example.at)
    return "" if error <= promised else f"evaluator and reference differ by {error:.1e} (promised {promised:.1e})"
