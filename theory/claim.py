"""A claim is a theorem as data: statement, assumptions, derivation, evaluator, independent reference, sources.

Three separate pieces of code give each number: the ``statement`` (algebra, evaluated exactly or with mpmath),
``evaluate`` (float64, fast) and ``reference`` (another route to the true value). An exact claim equals its reference, a
bound does not cross it, an asymptotic claim approaches it, a refuted one misses it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float

from theory.derivation import Derivation
from theory.scenario import Scenario


class Kind(StrEnum):
    """What a claim promises, strongest first."""

    EXACT = "exact"
    UPPER_BOUND = "upper bound"
    LOWER_BOUND = "lower bound"
    ASYMPTOTIC = "asymptotic"
    APPROXIMATION = "approximation"
    CONJECTURE = "conjecture"
    REFUTED = "refuted"

    @property
    def strength(self) -> int:
        """0 for the strongest; both bounds are equally strong."""
        order = [Kind.EXACT, Kind.UPPER_BOUND, Kind.ASYMPTOTIC, Kind.APPROXIMATION, Kind.CONJECTURE, Kind.REFUTED]
        return order.index(Kind.UPPER_BOUND if self is Kind.LOWER_BOUND else self)


@dataclass(frozen=True)
class Assumption:
    """A named predicate on a scenario: part of the exact sufficient conditions of a claim."""

    name: str
    holds: Callable[[Scenario], bool]


@dataclass(frozen=True)
class Source:
    """Where a statement stands, how sure we are of the place, and how the source counts generations."""

    key: str  # BibTeX key
    place: str  # theorem, equation or section; "" where no number is known
    confidence: (
        str  # "read" in the source's own text | "reported" by a careful second reading | "cited" without a place
    )
    counting: str  # the source's generation index in terms of t, e.g. "its n is t"
    states: str = ""  # what the source proves of this, where that is less or other than the claim


@dataclass(frozen=True)
class Example:
    """A setting in which the claim is tested: every route at each ``t`` (inf: the limit), chains where ``simulate``."""

    scenario: Scenario
    t: tuple[float, ...]
    at: float | None = None
    algebra: bool = True
    simulate: bool = True


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One result. Everything here is a value or a pure function; nothing is computed before it is asked for."""

    id: str
    title: str
    kind: Kind
    statistic: str
    assumptions: tuple[Assumption, ...]
    derive: Callable[[], Derivation]
    bindings: Callable[..., Mapping[Any, Any]]
    evaluate: Callable[..., Float[np.ndarray, " T"]]
    reference: Callable[..., mpmath.mpf | list[mpmath.mpf]]
    examples: tuple[Example, ...]
    sources: tuple[Source, ...] = ()
    errata: str = ""
    right_if: tuple[Assumption, ...] = ()  # refuted claims: what more must hold for the statement to be right after all
    regime: str = ""  # asymptotic claims: the limit in which the quotient of the two sides tends to 1
    limit: Callable[..., float | Float[np.ndarray, " *entries"]] | None = None
    settles: Callable[[Scenario], bool] | None = None  # where the limit is known, unless wherever the claim holds
    reach: Callable[[Scenario], float] | None = None  # the largest finite t that evaluate answers within seconds
    quantile: Callable[..., Float[np.ndarray, "T Q"]] | None = None
    tolerance: float = 1e-12  # relative, between the three routes of an exact claim
    error: Callable[..., float] | None = None  # asymptotic and approximate claims: the relative error they promise

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation, built once."""
        return self.derive()

    @property
    def statement(self) -> sp.Basic:
        """The relation the derivation ends in."""
        if self.derivation.conclusion is None:
            raise ValueError(f"the derivation of {self.id} ends in no statement")
        return self.derivation.conclusion

    def failing_assumptions(self, scenario: Scenario) -> list[str]:
        """Names of the assumptions the scenario does not meet; empty where the claim covers it."""
        return [assumption.name for assumption in self.assumptions if not assumption.holds(scenario)]

    def covers(self, scenario: Scenario) -> bool:
        return not self.failing_assumptions(scenario)

    def knows_limit(self, scenario: Scenario) -> bool:
        """Whether t = inf may be asked for."""
        return self.limit is not None and (self.settles is None or self.settles(scenario))

    def algebra_value(
        self, scenario: Scenario, t: int, at: float | None = None, digits: int = 40
    ) -> mpmath.mpf | list[mpmath.mpf]:
        """The right side of the statement at one scenario and generation, to ``digits`` digits.

        A symbol that is bound to a range numbers the entries of a vector: then there is one value for each.
        """
        bound = dict(self.bindings(scenario, t, at))
        for symbol, places in bound.items():
            if isinstance(places, range):
                return [numeric_value(self.statement.rhs, {**bound, symbol: place}, digits) for place in places]
        return numeric_value(self.statement.rhs, bound, digits)

    def value(
        self, scenario: Scenario, t: Float[np.ndarray, " T"], at: float | None = None
    ) -> Float[np.ndarray, "T *entries"]:
        """``evaluate`` at every finite t and ``limit`` at infinity; a further axis where the statistic is a vector."""
        finite = np.isfinite(t)
        if not finite.all() and self.limit is None:
            raise ValueError(f"{self.id} knows no limit as t grows")
        limit = np.asarray(np.nan if finite.all() else self.limit(scenario, at))  # type: ignore[misc]
        value = np.empty((*t.shape, *limit.shape))
        if finite.any():
            value[finite] = self.evaluate(scenario, t[finite].astype(np.int64), at)
        value[~finite] = limit
        return value


def numeric_value(expression: sp.Expr, bindings: Mapping[Any, Any], digits: int = 40) -> mpmath.mpf:
    """Evaluate a sympy expression whose symbols, functions and indexed bases are bound to exact values.

    Symbols are bound to numbers, ``IndexedBase`` to a sequence whose first entry has index 1, undefined functions to a
    callable of exact arguments. Sums and products are expanded, never approximated.
    """
    symbols = {key: sp.sympify(value) for key, value in bindings.items() if isinstance(key, sp.Symbol)}
    sequences = {key: value for key, value in bindings.items() if isinstance(key, sp.IndexedBase)}
    functions = {key: value for key, value in bindings.items() if isinstance(key, sp.core.function.UndefinedFunction)}
    bound = expression.subs(symbols).doit()
    bound = bound.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base in sequences,
        lambda e: sp.sympify(sequences[e.base][int(e.indices[0]) - 1]),
    )
    bound = bound.replace(
        lambda e: isinstance(e, sp.core.function.AppliedUndef) and e.func in functions,
        lambda e: sp.sympify(functions[e.func](*e.args)),
    )
    number = sp.N(bound.doit(), digits)
    if number.free_symbols:
        raise ValueError(f"{sorted(map(str, number.free_symbols))} were left unbound in {expression}")
    if number.is_infinite:
        return mpmath.inf if number.is_extended_positive else -mpmath.inf
    with mpmath.workdps(digits):
        return mpmath.mpf(sp.Float(number, digits)._mpf_)


def exact(number: Any) -> sp.Rational:
    """A number as the rational it was meant to be: 0.1 is 1/10, not its nearest binary fraction."""
    return sp.Rational(str(number))
