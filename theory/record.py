"""One claim as a person reads it: text for a terminal, LaTeX, BibTeX, or plain data."""

import re
import textwrap
from pathlib import Path
from typing import Any

import sympy as sp

from theory.claim import Claim, Kind
from theory.formula import prose
from theory.laws.glossary import Meaning, meanings
from theory.notation import latex, plain
from theory.scenario import InputError

BIBLIOGRAPHY = Path(__file__).resolve().parent.parent / "paper" / "references.bib"


def claim_data(claim: Claim) -> dict[str, Any]:
    """The record as plain data for JSON."""
    return {
        "id": claim.id,
        "title": claim.title,
        "kind": claim.kind.value,
        "statistic": claim.statistic,
        "statement": _relation(claim.statement),
        "latex": latex(claim.statement),
        "regime": claim.regime,
        "symbols": _symbols(claim),
        "assumptions": [assumption.name for assumption in claim.assumptions],
        "derivation": [
            {
                "kind": step.kind.value,
                "statement": step.text,
                "latex": step.latex,
                "because": step.because,
                "source": step.source,
            }
            for step in claim.derivation.steps
        ],
        "steps": claim.derivation.counts(),
        "examples": [{"scenario": e.scenario.dump(), "t": e.t, "at": e.at} for e in claim.examples],
        "sources": [
            {"key": s.key, "place": s.place, "confidence": s.confidence, "counting": s.counting, "states": s.states}
            for s in claim.sources
        ],
        "errata": claim.errata,
    }


def claim_text(claim: Claim) -> str:
    """The record as lines of at most 100 characters; formulas are not broken."""
    data = claim_data(claim)
    counts = ", ".join(f"{number} {kind}" for kind, number in data["steps"].items() if number)
    steps = [
        f"  {number}. {step['statement']}\n" + _paragraph(f"[{step['kind']}] {_because(step)}", "     ")
        for number, step in enumerate(data["derivation"], start=1)
    ]
    parts = [
        _paragraph(f"{claim.title}."),
        f"{claim.id}  ({claim.kind.value}; statistic {claim.statistic})",
        f"Statement\n  {data['statement']}" + (f"\n  as {claim.regime}" if claim.regime else ""),
        "where\n" + "\n".join(_paragraph(f"- {name}: {meaning}", "  ") for name, meaning in data["symbols"].items()),
        "Assumes that\n" + "\n".join(_paragraph(f"- {name}", "  ") for name in data["assumptions"]),
        f"Derivation ({counts})\n" + _paragraph(claim.derivation.introduction, "  "),
        *steps,
        "Sources\n" + ("\n".join(_paragraph(_source(source), "  ") for source in data["sources"]) or "  derived here"),
        *(["Scope\n" + _paragraph(claim.errata, "  ")] if claim.errata else []),
    ]
    return "\n\n".join(parts)


def _relation(statement: Any) -> str:
    return f"{plain(statement.lhs)} {statement.rel_op.replace('==', '=')} {plain(statement.rhs)}"


def _symbols(claim: Claim) -> dict[str, str]:
    """What each symbol of the statement is, by its plain name; with its closed form where the derivation defines it."""
    defined = {plain(one.symbol): f"{plain(one.value)}, {one.words}" for one in claim.derivation.definitions}
    return defined | {plain(one.shown): one.words for one in _meanings(claim)}


def _meanings(claim: Claim) -> list[Meaning]:
    """The meanings of all symbols of the statement and of its definitions that are not defined there."""
    defined = claim.derivation.definitions
    sides = (claim.statement.lhs, claim.statement.rhs, *(one.value for one in defined))
    numbers = {one.symbol: sp.pi ** (place + 1) for place, one in enumerate(defined)}  # no 0: terms would vanish
    return meanings(sp.Tuple(*sides).xreplace(numbers))


def where(claim: Claim) -> str:
    """LaTeX that says what every symbol of the statement is and in which limit it is meant; definitions as a list."""
    limit = f"This holds as {prose(claim.regime)}. " if claim.regime else ""
    defined = [
        rf"\item {prose(one.words)}" + f"\n\n$\\displaystyle {latex(one.symbol)} = {latex(one.value)}$\n"
        for one in claim.derivation.definitions
    ]
    others = "; ".join(f"${latex(one.shown)}$ is {prose(one.words)}" for one in _meanings(claim))
    if not defined:
        return f"{limit}Here {others}."
    return "\n".join([f"{limit}Here", r"\begin{itemize}", *defined, r"\end{itemize}", f"and {others}."])


def _because(step: dict[str, Any]) -> str:
    return step["because"] + (f" ({step['source']})" if step["source"] else "")


def _source(source: dict[str, str]) -> str:
    place = f", {source['place']}" if source["place"] else ""
    remarks = [remark for remark in (source["states"], source["counting"], source["confidence"]) if remark]
    return f"- {source['key']}{place}: {'; '.join(remarks)}"


def _paragraph(text: str, indent: str = "") -> str:
    hanging = indent + ("  " if text.startswith("- ") else "")
    return textwrap.fill(
        text, 100, initial_indent=indent, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )


def claim_equations(claim: Claim) -> str:
    """The statement, its symbols, its derivation and its scope as LaTeX, for a document that loads amsmath."""
    steps = [
        rf"  \item $\displaystyle {step.latex}$"
        rf" % {step.kind.value}: {step.because}{f' [{step.source}]' if step.source else ''}"
        for step in claim.derivation.steps
    ]
    lines = [
        f"% {claim.title} ({claim.kind.value})",
        *(f"% assumes that {assumption.name}" for assumption in claim.assumptions),
        *([r"\emph{Refuted.} The following is false as it stands."] if claim.kind is Kind.REFUTED else []),
        rf"\begin{{equation}}\label{{eq:{claim.id}}}",
        f"  {latex(claim.statement)}",
        r"\end{equation}",
        where(claim),
        "",
        rf"\emph{{Derivation.}} {prose(claim.derivation.introduction)}",
        r"\begin{enumerate}",
        *steps,
        r"\end{enumerate}",
        *([rf"\emph{{Scope.}} {prose(claim.errata)}"] if claim.errata else []),
    ]
    return "\n".join(lines)


def claim_bibliography(claim: Claim) -> str:
    """The BibTeX entries of everything the claim and its derivation cite, in that order.

    Raises InputError where the bibliography is not there: it belongs to the repository, not to an installed package.
    """
    keys = [source.key for source in claim.sources]
    keys += [step.source for step in claim.derivation.steps if step.source]
    if not keys:
        return f"% {claim.id} is derived here and cites nothing"
    try:
        entries = bibliography(BIBLIOGRAPHY.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(
            "--bibtex must be asked for in a clone of the repository, got no paper/references.bib"
        ) from None
    return "\n\n".join(entries.get(key, f"% no entry for {key}") for key in dict.fromkeys(keys))


def bibliography(text: str) -> dict[str, str]:
    """The entries of a BibTeX file by key; each ends with a brace in the first column."""
    found = re.finditer(r"^@\w+\{([^,\s]+),.*?^\}", text, flags=re.MULTILINE | re.DOTALL)
    return {match[1]: match[0] for match in found}
