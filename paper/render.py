"""A claim's record as LaTeX: its statement, its assumptions, its derivation, its sources and how it was checked.

Works on the plain data that ``verification.py`` writes, so that the appendix can be set again without running
any algebra.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from theory.formula import escaped, prose

DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def claim_latex(record: Mapping[str, Any], agreement: str) -> str:
    """One entry of the appendix; ``agreement`` says in LaTeX how simulation compared, or that it was not asked."""
    name = record["id"]
    parts = [
        rf"\begin{{claim}}[\texttt{{{escaped(name)}}}, {record['kind']}]\label{{claim:{name}}}",
        rf"{sentence(record['title'])}.",
        rf"\begin{{equation}}\label{{eq:{name}}}" + "\n" + record["statement"] + "\n" + r"\end{equation}",
        "",
        record["where"],
        "",
        rf"\emph{{Holds where}} {prose('; '.join(record['assumptions']))}.",
        "",
        rf"\emph{{Derivation.}} {prose(record['introduction'])}",
        r"\begin{enumerate}",
        *[rf"\item {_step(step)}" for step in record["steps"]],
        r"\end{enumerate}",
        rf"\emph{{Sources.}} {_sources(record['sources'])}",
        "",
        *([rf"\emph{{Scope.}} {prose(record['errata'])}", ""] if record["errata"] else []),
        rf"\emph{{Checked.}} {_checked(record)} {agreement}",
        r"\end{claim}",
    ]
    return "\n".join(parts) + "\n"


def _step(step: Mapping[str, Any]) -> str:
    cited = rf" \citep{{{step['source']}}}" if step["source"] else ""
    return (
        rf"\emph{{{step['kind'].capitalize()}.}} {upper(sentence(step['because']))}{cited}."
        + f"\n\n$\\displaystyle {step['latex']}$\n"
    )


def _sources(sources: Sequence[Mapping[str, str]]) -> str:
    if not sources:
        return "Derived here."
    return " ".join(_source(source) for source in sources)


def _source(source: Mapping[str, str]) -> str:
    place = f"[{prose(source['place'])}]" if source["place"] else ""
    remarks = [source["states"], source["counting"], "as reported" if source["confidence"] == "reported" else ""]
    return rf"\citet{place}{{{source['key']}}}: {sentence('; '.join(remark for remark in remarks if remark))}."


def _checked(record: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{number} {kind}" for kind, number in record["verification"]["steps"].items() if number)
    made = record["verification"]
    return (
        rf"Steps: {counts}. Evaluator against algebra ${power(made['algebra_error'])}$, against the independent route "
        rf"${power(made['reference_error'])}$ (largest relative difference of {made['comparisons']})."
    )


def sentence(text: str) -> str:
    """A plain sentence as LaTeX, without the full stop that it may or may not end with."""
    return prose(text.rstrip(". "))


def upper(text: str) -> str:
    """The words with a capital, unless they begin with a formula."""
    return text[:1].upper() + text[1:]


def power(number: float, digits: int = 1) -> str:
    """A number in scientific notation, as LaTeX for math mode."""
    if number == 0:
        return "0"
    if not abs(number) < float("inf"):
        return r"\infty"
    mantissa, exponent = f"{number:.{digits}e}".split("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"


def whole(number: int) -> str:
    r"""A whole number with thin spaces between thousands: 12\,345."""
    return f"{number:,}".replace(",", r"\,")


def figure(number: float) -> str:
    """A number to four figures, or whole where it is large: what a reader compares by eye."""
    if math.isnan(number):
        return "--"
    if abs(number) >= 1000:
        return whole(round(number))
    digits = 3 - math.floor(math.log10(abs(number))) if number else 3
    return f"{number:.{max(0, digits)}f}"


def macro(prefix: str, name: str) -> str:
    """A command name from words and digits: LaTeX allows letters only."""
    words = re.findall(r"[A-Za-z]+|\d", name)
    return prefix + "".join(DIGITS[int(word)] if word.isdigit() else upper(word) for word in words)
