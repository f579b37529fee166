"""Expressions in the notation of the paper: as LaTeX, and on one line of a terminal."""

import re
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

LONGEST_FRACTION = 260
"""Characters of LaTeX from which a fraction is printed term by term: nothing breaks a line within it."""

OUTERMOST = 3
"""Levels of the printer at which a sum needs no brackets: a side of a relation, or a term of a side."""


class Asymptotically(sp.core.relational.Relational):
    """``lhs ~ rhs``: the quotient of the two sides tends to 1 in a limit that the claim names."""

    __slots__ = ()
    rel_op = "~"


class NotationPrinter(LatexPrinter):
    """Expectations in brackets, generations as indices, psi for polygamma; names that are LaTeX already stay so."""

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        if not (isinstance(expr, AppliedUndef) and len(expr.args) == 1):
            return super()._print_Function(expr, exp)
        name, argument = expr.func.__name__, self._print(expr.args[0])
        if name in ("E", "P", "Var", "Cov"):
            printed = rf"\operatorname{{{name}}}\left[{argument}\right]"
        elif len(name) == 1 and expr.args[0].is_integer:
            printed = f"{name}_{{{argument}}}"
        else:
            return super()._print_Function(expr, exp)
        return printed if exp is None else rf"{{\left({printed}\right)}}^{{{exp}}}"

    def _print_polygamma(self, expr: Any, exp: Any = None) -> str:
        order, argument = expr.args
        primes = "'" * int(order) if order.is_Integer and order <= 3 else rf"^{{({self._print(order)})}}"
        printed = rf"\psi{primes}\left({self._print(_over_one_bar(argument))}\right)"
        return printed if exp is None else rf"{{{printed}}}^{{{exp}}}"

    def _print_gamma(self, expr: Any, exp: Any = None) -> str:
        printed = rf"\Gamma\left({self._print(_over_one_bar(expr.args[0]))}\right)"
        return printed if exp is None else rf"{printed}^{{{exp}}}"

    def _print_Mul(self, expr: Any) -> str:
        over, under = sp.fraction(expr)
        printed = super()._print_Mul(expr)
        if under == 1 or not over.is_Add or self._print_level > OUTERMOST or len(printed) < LONGEST_FRACTION:
            return printed
        return self._print(sp.Add(*(term / under for term in over.args)))

    def _print_betainc_regularized(self, expr: Any, exp: Any = None) -> str:
        a, b, _, z = (self._print(argument) for argument in expr.args)
        printed = rf"I_{{{z}}}\left({a}, {b}\right)"
        return printed if exp is None else rf"{{{printed}}}^{{{exp}}}"

    def _print_Sum(self, expr: Any) -> str:
        *outer, inner = reversed(expr.limits)
        if not outer:
            return super()._print_Sum(expr)
        signs = [rf"\sum_{{{self._print(k)}={self._print(low)}}}^{{{self._print(high)}}}" for k, low, high in outer]
        return " ".join([*signs, super()._print_Sum(sp.Sum(expr.function, inner))])

    def _print_Subs(self, expr: Any) -> str:
        inner, old, new = expr.args
        where = ", ".join(f"{self._print(x)}={self._print(value)}" for x, value in zip(old, new, strict=True))
        return rf"\left. {self._print(inner)} \right|_{{{where}}}"

    def _print_ExpBase(self, expr: Any, exp: Any = None) -> str:
        argument = self._print(expr.args[0])
        if r"\frac" not in argument and r"\sum" not in argument:
            return super()._print_ExpBase(expr, exp)
        printed = rf"\exp\left({argument}\right)"
        return printed if exp is None else rf"{{{printed}}}^{{{exp}}}"

    def _print_Asymptotically(self, expr: Any) -> str:
        return rf"{self._print(expr.lhs)} \sim {self._print(expr.rhs)}"

    def _print_Symbol(self, expr: Any, *args: Any, **options: Any) -> str:
        if re.fullmatch(r"[A-Za-z]+( [A-Za-z]+)+", expr.name):
            return rf"\text{{{expr.name}}}"
        return expr.name if re.search(r"[\\ ]", expr.name) else super()._print_Symbol(expr, *args, **options)


def _over_one_bar(argument: sp.Expr) -> sp.Expr:
    """M/2 - 1/2 as (M-1)/2, M/2 - j/2 as (M-j)/2; with a single fraction, as in nu/2 + s, it stays as it is."""
    fractions = [term for term in sp.Add.make_args(argument) if not term.as_coeff_Mul()[0].is_Integer]
    return sp.together(argument) if len(fractions) > 1 else argument


def latex(expression: sp.Basic) -> str:
    """The expression as LaTeX that both engines of the paper can set."""
    return NotationPrinter({"mul_symbol": None, "ln_notation": False}).doprint(expression).replace(r"\;", r"\:")


class PlainPrinter(StrPrinter):
    """Python's notation, with limits, evaluations at a point and the digamma function as a person writes them."""

    def _print_polygamma(self, expr: Any) -> str:
        order, argument = expr.args
        primes = "'" * int(order) if order.is_Integer and order <= 3 else f"^({self._print(order)})"
        return f"psi{primes}({self._print(_over_one_bar(argument))})"

    def _print_gamma(self, expr: Any) -> str:
        return f"Gamma({self._print(_over_one_bar(expr.args[0]))})"

    def _print_betainc_regularized(self, expr: Any) -> str:
        a, b, _, z = (self._print(argument) for argument in expr.args)
        return f"I_[{z}]({a}, {b})"

    def _print_Subs(self, expr: Any) -> str:
        inner, old, new = expr.args
        where = ", ".join(f"{self._print(x)} = {self._print(value)}" for x, value in zip(old, new, strict=True))
        return f"[{self._print(inner)} at {where}]"

    def _print_Limit(self, expr: Any) -> str:
        inner, variable, end, _ = expr.args
        return f"lim_{{{self._print(variable)} -> {self._print(end)}}} {self._print(inner)}"

    def _print_Infinity(self, expr: Any) -> str:
        return "inf"

    def _print_NegativeInfinity(self, expr: Any) -> str:
        return "-inf"

    def _print_Symbol(self, expr: Any) -> str:
        name = re.sub(r"\\(?:operatorname|mathrm)\{(\w+)\}", r"\1", expr.name)
        name = re.sub(r"\\bar\{(\w+)\}", r"\1bar", name.replace(r"\infty", "inf"))
        name = name.replace(r"\,\Vert\,", " || ").replace(r"\Vert", "|")
        name = name.replace(r"\sum_", "sum_").replace("_{KL}", "_KL")
        return name.replace("\\", "")


def plain(expression: sp.Basic) -> str:
    """The expression on one line of a terminal."""
    return PlainPrinter().doprint(expression)
