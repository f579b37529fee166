"""What every symbol that may stand in a statement means, by the name under which it is printed.

A meaning is a phrase to stand after "is". Symbols with a closed form of their own, such as a fixed point, are explained
by the derivation that defines them; the meaning of all others is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.laws.symbols import i, j, n, p, t, x


@dataclass(frozen=True)
class Meaning:
    """A symbol as it is printed, and the phrase that says what it is."""

    shown: sp.Basic
    words: str


def _symbols(**words: str) -> dict[str, Meaning]:
    return {name: Meaning(sp.Symbol(name), phrase) for name, phrase in words.items()}


def _applied(*arguments: sp.Basic, **words: str) -> dict[str, Meaning]:
    return {name: Meaning(sp.Function(name)(*arguments), phrase) for name, phrase in words.items()}


INDEX = "t"
"""Named wherever another name carries it as an index."""

SYMBOLS = {
    **_symbols(
        t="the number of fits (t = 0: the source)",
        M="the sample size of a generation",
        K="the number of tokens in the vocabulary",
        N_1="the number of points in the first batch, all of them real",
        L="the divisor of the variance estimate: M under maximum likelihood, M - 1 if unbiased, M - 1 plus the offset "
        "otherwise",
        delta="the offset of the divisor, added to the number of points less one: 1 under maximum likelihood, 0 if "
        "unbiased",
        alpha="the share of real data, n/M with n real points among the M (or the chance of a point to be real)",
        n="the number of real points among the M",
        r="the order of the moment",
        i="a token",
        v_0="the variance of the source",
        H_0="the heterozygosity of the source, 1 - sum_i p_i^2",
        mu_0="the mean of the source",
        mu_t="the mean of model t",
        W_t="the Wasserstein-2 distance between model t and the source",
        H_t="the heterozygosity of model t, the chance that two tokens drawn from it differ",
        h_t="the entropy of model t in nats",
        KL_t="the divergence KL(p_t || p_0) of model t from the source in nats",
        TV_t="the total variation distance between model t and the source",
        S_t="the number of types alive in generation t",
        L_t="the probability under the source of all types lost by generation t",
    ),
    r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)": Meaning(
        sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)"), "the divergence of model t from the source in nats"
    ),
    r"\operatorname{sd}[\log v_t]": Meaning(
        sp.Symbol(r"\operatorname{sd}[\log v_t]"), "the standard deviation of log v_t over chains, v_t the variance "
        "of model t",
    ),
    r"H_\infty": Meaning(sp.Symbol(r"H_\infty"), "the limit of H_t, the heterozygosity of model t"),
    r"\sum_i p_{t,i}^r": Meaning(
        sp.Symbol(r"\sum_i p_{t,i}^r"), "the moment of order r of the probabilities that model t gives to the tokens"
    ),
    "X_{t,i} = 0": Meaning(sp.Symbol("X_{t,i} = 0"), "the event that generation t has no copy of token i"),
    r"p_{\infty,i} = 1": Meaning(sp.Symbol(r"p_{\infty,i} = 1"), "the event that token i is the last one left"),
    "absorbing supports of a bigram model refitted to its own text": Meaning(
        sp.Symbol("absorbing supports of a bigram model refitted to its own text"),
        "the number of sets of transitions that all later texts are made of, and can contain again, once one is",
    ),
}  # fmt: skip
FUNCTIONS = {
    "E": Meaning(sp.Symbol(r"\operatorname{E}"), "the mean over chains"),
    "P": Meaning(sp.Symbol(r"\operatorname{P}"), "the probability over chains"),
    "Var": Meaning(sp.Symbol(r"\operatorname{Var}"), "the variance over chains"),
    **_applied(
        t,
        v="the variance of model t",
        m="the mean number of ancestors if no generation varied about it: m_0 = M, m_{g+1} = M (1 - (1-1/M)^{m_g})",
        s="the chance that one copy has descendants in the branching limit: s_1 = 1, s_{t+1} = 1 - exp(-s_t)",
    ),
    **_applied(
        n,
        **{"a_{t-1}": "the chance that the M tokens of generation t descend from n tokens of generation 1"},
    ),
    **_applied(x, p[i], c_t="the chance that a token of source probability p_i has x copies in generation t"),
    **_applied(j, b_t="the chance that r draws from model t descend from j distinct draws from the source"),
    **_applied(
        sp.Symbol("z"),
        psi_t="the mean of z^A, A the number of tokens of generation 1 from which those of generation t descend",
    ),
}
BASES = {"p": Meaning(p[i], "the probability of token i under the source")}
SPECIAL = {
    sp.gamma: Meaning(sp.gamma(sp.Symbol("x")), "the Gamma function"),
    sp.polygamma: Meaning(
        sp.polygamma(0, sp.Symbol("x")), "the digamma function, the slope of log Gamma(x); psi' is its own slope"
    ),
}


def meanings(expression: sp.Basic) -> list[Meaning]:
    """What each symbol, function and indexed base of the expression means, in the order of their kinds and names.

    Raises KeyError, with the name, where one has no meaning.
    """
    found = [one for table, name in sorted(_names(expression), key=_place) for one in [_TABLES[table][name]]]
    if any("_t" in _name(one.shown) or "_{t" in _name(one.shown) for one in found) or expression.has(t):
        found = [one for one in found if one is not SYMBOLS[INDEX]] + [SYMBOLS[INDEX]]
    return found + [SPECIAL[function] for function in SPECIAL if expression.has(function)]


_TABLES = {"function": FUNCTIONS, "symbol": SYMBOLS, "base": BASES}


def _names(expression: sp.Basic) -> Iterator[tuple[str, str]]:
    """Where each object of the expression is explained, and under which name; bound indices are not asked for."""
    bases = {indexed.base for indexed in expression.atoms(sp.Indexed)}
    yield from {("function", applied.func.__name__) for applied in expression.atoms(AppliedUndef)}
    yield from {("base", base.name) for base in bases}
    labels = {base.label for base in bases}
    yield from {
        ("symbol", symbol.name)
        for symbol in expression.free_symbols
        if isinstance(symbol, sp.Symbol) and symbol not in labels
    }


def _place(entry: tuple[str, str]) -> tuple[int, int]:
    table, name = entry
    names = list(_TABLES[table])
    return list(_TABLES).index(table), names.index(name) if name in names else len(names)


def _name(shown: sp.Basic) -> str:
    return shown.func.__name__ if isinstance(shown, AppliedUndef) else str(shown)
