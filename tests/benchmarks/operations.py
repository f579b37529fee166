"""Arithmetic operations in a traced function, counted primitive by primitive for one chain."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

ARITHMETIC = frozenset({
    "abs", "add", "and", "div", "exp", "expm1", "floor", "integer_pow", "log", "log1p", "max", "min", "mul", "neg",
    "not", "or", "rem", "select_n", "shift_left", "shift_right_arithmetic", "shift_right_logical", "sign", "sqrt",
    "sub", "xor", "eq", "ge", "gt", "le", "lt", "ne",
})  # fmt: skip
"""Primitives that count as one operation for each element they make; an exponential is one, though it takes longer."""


def operations(function: Callable[..., Any], *arguments: Any) -> Counter[str]:
    """Operations by what they work on, "integer" or "float"; of a condition the first branch is counted."""
    counted: Counter[str] = Counter()
    _count(jax.make_jaxpr(function)(*arguments).jaxpr, counted)
    return counted


def _count(jaxpr: Any, counted: Counter[str]) -> None:
    for equation in jaxpr.eqns:
        if equation.primitive.name == "cond":
            _count(equation.params["branches"][0].jaxpr, counted)
            continue
        for parameter in equation.params.values():
            inner = getattr(parameter, "jaxpr", None)
            if inner is not None:
                _count(getattr(inner, "jaxpr", inner), counted)
        if equation.primitive.name in ARITHMETIC:
            kind = "float" if np.issubdtype(equation.invars[-1].aval.dtype, np.floating) else "integer"
            counted[kind] += int(np.prod(equation.outvars[0].aval.shape))
