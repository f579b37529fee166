"""A derivation is a list of steps a machine has checked, ending in one relation.

Three kinds of step exist, and a reader is told how many there are of each:

``algebra``  two expressions written apart whose difference reduces to zero,
``solves``   a closed form substituted into its recursion, together with its initial value,
``given``    a named theorem, with its source and a numerical check of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

import mpmath
import sympy as sp

from theory.notation import latex, plain

STRATEGIES: tuple[Callable[[sp.Expr], sp.Expr], ...] = (
    sp.expand,
    sp.factor,
    sp.gammasimp,
    lambda e: sp.powsimp(sp.expand(e), force=True),
    sp.combsimp,
    lambda e: sp.expand(sp.expand_func(sp.expand(e))),
    lambda e: sp.factor(sp.expand_func(e)),
    sp.simplify,
)


class StepKind(StrEnum):
    ALGEBRA = "algebra"
    SOLVES = "solves"
    GIVEN = "given"


class DerivationError(ValueError):
    """A step that says nothing, or that does not hold."""


@dataclass(frozen=True)
class Verdict:
    """One comparison made while a step was checked: whether it held, and the two numbers."""

    held: bool
    detail: str


@dataclass(frozen=True)
class Step:
    """One checked step. ``lhs`` and ``rhs`` are kept apart: ``sp.Eq(a, a)`` would be ``True``, not an equation."""

    kind: StepKind
    lhs: sp.Basic
    rhs: sp.Basic
    relation: str
    because: str
    source: str | None
    verify: Callable[[], list[Verdict]]

    @cached_property
    def latex(self) -> str:
        """The step as LaTeX, unevaluated, so that it prints as it was written."""
        return f"{latex(self.lhs)} {self.relation} {latex(self.rhs)}"

    @cached_property
    def text(self) -> str:
        """The step on one line of a terminal."""
        symbol = {r"\le": "<=", r"\ge": ">=", r"\sim": "~", r"\to": "->"}.get(self.relation, self.relation)
        return f"{plain(self.lhs)} {symbol} {plain(self.rhs)}"


@dataclass(frozen=True)
class Definition:
    """A symbol that the statement uses in place of a longer expression, and what it is."""

    symbol: sp.Symbol
    value: sp.Expr
    words: str


def agree(obtained: Any, expected: Any, tolerance: float = 1e-12) -> Verdict:
    """Two numbers agree to a relative ``tolerance`` (absolute where the expected one is 0)."""
    obtained, expected = mpmath.mpf(obtained), mpmath.mpf(expected)
    scale = abs(expected) if expected else mpmath.mpf(1)
    held = bool(abs(obtained - expected) <= tolerance * scale)
    return Verdict(held, f"{mpmath.nstr(obtained, 15)} = {mpmath.nstr(expected, 15)}")


def at_most(smaller: Any, larger: Any) -> Verdict:
    """The first number does not exceed the second."""
    smaller, larger = mpmath.mpf(smaller), mpmath.mpf(larger)
    return Verdict(bool(smaller <= larger), f"{mpmath.nstr(smaller, 15)} <= {mpmath.nstr(larger, 15)}")


@cache
def reduces_to_zero(expression: sp.Expr) -> bool:
    """Whether some exact rewriting turns the expression into 0; integrals and derivatives in it are carried out first.

    Never a numerical guess. Remembered, as sister claims share steps.
    """
    if expression.has(sp.Integral, sp.Derivative, sp.Subs, sp.Limit):
        # term by term: a square left under an integral can take sympy a hundred times as long
        expression = expression.replace(sp.Integral, lambda f, *over: sp.Integral(sp.expand(f), *over)).doit()
    return any(rewrite(expression) == 0 for rewrite in STRATEGIES)


@dataclass
class Derivation:
    """Steps in order. Read ``conclusion`` last: the statement of the claim, in symbols that may be defined here."""

    introduction: str
    steps: list[Step] = field(default_factory=list)
    conclusion: sp.Basic | None = None
    definitions: list[Definition] = field(default_factory=list)

    def define(self, symbol: sp.Symbol, value: sp.Expr, words: str) -> None:
        """From here on the symbol stands for the value; later definitions may use earlier ones."""
        self.definitions.append(Definition(symbol, value, words))

    def given(
        self,
        lhs: sp.Basic,
        rhs: sp.Basic,
        *,
        because: str,
        source: str,
        check: Callable[[], Iterable[Verdict]],
        relation: str = "=",
    ) -> Step:
        """A named theorem enters, with its BibTeX key and numbers that would fail if it were misquoted."""

        def verify() -> list[Verdict]:
            return list(check()) or [Verdict(False, "the check compared nothing")]

        return self._append(Step(StepKind.GIVEN, lhs, rhs, relation, because, source, verify))

    def algebra(self, lhs: sp.Expr, rhs: sp.Expr, *, because: str, source: str | None = None) -> Step:
        """``lhs = rhs``, verified by reducing the difference to 0 exactly; ``source`` is a BibTeX key, for credit."""
        if lhs == rhs:
            raise DerivationError(f"the two sides are the same expression: {lhs}")

        def verify() -> list[Verdict]:
            return [Verdict(reduces_to_zero(lhs - rhs), f"{lhs} - ({rhs}) reduces to 0")]

        return self._append(Step(StepKind.ALGEBRA, lhs, rhs, "=", because, source, verify))

    def solves(
        self,
        unknown: sp.Expr,
        solution: sp.Expr,
        *,
        index: sp.Symbol,
        next_value: sp.Expr,
        initial: tuple[int, sp.Expr],
        because: str,
    ) -> Step:
        """``unknown(index) = solution`` solves ``unknown(index + 1) = next_value`` from its initial value.

        ``next_value`` may contain ``unknown``; both the recursion and ``initial = (where, value)`` are checked.
        """
        where, value = initial

        def verify() -> list[Verdict]:
            recursion = solution.subs(index, index + 1) - next_value.xreplace({unknown: solution})
            start = solution.subs(index, where).doit() - value
            return [
                Verdict(reduces_to_zero(_fold(recursion)), f"the recursion of {unknown} is solved"),
                Verdict(reduces_to_zero(start), f"its value at {index} = {where} is {value}"),
            ]

        return self._append(Step(StepKind.SOLVES, unknown, solution, "=", because, None, verify))

    def concludes(self, relation: sp.Basic) -> "Derivation":
        """End with the statement. Its right side must have been reached by some step."""
        if not isinstance(relation, sp.core.relational.Relational):
            raise DerivationError(f"a derivation must end in a relation, not in {relation!r}")
        if not any(relation.rhs == side for step in self.steps for side in (step.rhs, step.lhs)):
            raise DerivationError(f"no step reaches the right side of the conclusion: {relation.rhs}")
        self.conclusion = relation
        return self

    def counts(self) -> dict[str, int]:
        """How many steps there are of each kind."""
        return {kind.value: sum(step.kind is kind for step in self.steps) for kind in StepKind}

    def failures(self) -> list[str]:
        """One line for each comparison that did not hold; an empty list is a verified derivation."""
        return [
            f"step {number} ({step.kind}): {verdict.detail}"
            for number, step in enumerate(self.steps, start=1)
            for verdict in step.verify()
            if not verdict.held
        ]

    def _append(self, step: Step) -> Step:
        self.steps.append(step)
        return step


def _fold(expression: sp.Expr) -> sp.Expr:
    """Split the last factor or term off every Product and Sum, so that a recursion in the upper limit can cancel."""

    def split_product(product: sp.Product) -> sp.Expr:
        (k, low, high) = product.limits[0]
        shorter = high - 1
        if high.is_Add and high.as_coeff_Add()[0] == 1:
            return sp.Product(product.function, (k, low, shorter)) * product.function.subs(k, high)
        return product

    def split_sum(total: sp.Sum) -> sp.Expr:
        (k, low, high) = total.limits[0]
        if high.is_Add and high.as_coeff_Add()[0] == 1:
            return sp.Sum(total.function, (k, low, high - 1)) + total.function.subs(k, high)
        return total

    return expression.replace(lambda e: isinstance(e, sp.Product), split_product).replace(
        lambda e: isinstance(e, sp.Sum), split_sum
    )
