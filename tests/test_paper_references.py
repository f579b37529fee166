"""The paper's tool chain on a small document: every reference is resolved, and whatever is not stops the build."""

import re
import shutil
from pathlib import Path

import pytest

from paper.cache import ROOT
from paper.typeset import (
    Translation,
    TypesettingError,
    latex_numbers,
    latexmk_pdf,
    overfull_pages,
    translate,
    typst_pages,
    typst_pdf,
)

PREAMBLE = r"""
\documentclass[11pt,a4paper]{article}
\usepackage[margin=29mm]{geometry}
\usepackage{amsmath,amssymb,amsthm,booktabs,graphicx,longtable,microtype}
\usepackage[font=small,labelfont=bf]{caption}
\usepackage[round]{natbib}
\usepackage[colorlinks,allcolors=blue]{hyperref}
\theoremstyle{definition}
\newtheorem{theorem}{Theorem}
\newtheorem{remark}[theorem]{Remark}
\newcommand{\E}{\mathrm{E}}
\input{generated/numbers}
\title{A small paper}
\author{First \and Second}
\date{1 January 2026}
\begin{document}
\maketitle
\begin{abstract}
Of \NumberThings{} things.
\end{abstract}
"""
BODY = r"""
\section{First}\label{sec:first}
Section~\ref{sec:second}, Theorem~\ref{thm:one}, Remark~\ref{thm:two}, equation~\eqref{eq:two} and $x$,
Figure~\ref{fig:one}, Tables~\ref{tab:one} and~\ref{tab:long}, Appendix~\ref{app:one}; \citet{fisher1930},
\citep[Section 2]{wright1931evolution}.
\begin{equation}\label{eq:one}
\begin{aligned}
\E v_t &= v_0 \left(1-\frac{1}{M}\right)^{t}, \\
&\to 0
\end{aligned}
\end{equation}
\[ \sum_{k=1}^{t} \frac{1}{k^2} \]
\subsection{Inside}\label{sec:inside}
\begin{theorem}[a name with $x$]\label{thm:one}
Then
\begin{equation}\label{eq:two}
y=\Statement
\end{equation}
\end{theorem}
\begin{proof} By \eqref{eq:one}. \end{proof}
\begin{remark}\label{thm:two} Nothing more. \end{remark}
\section{Second}\label{sec:second}
\paragraph{Run in.} A paragraph.
\begin{figure}
\centering
\includegraphics[width=\linewidth]{generated/figure.pdf}
\caption{A figure, see \eqref{eq:two} and \citet{fisher1930}.}\label{fig:one}
\end{figure}
\begin{table}
\centering
\caption{A table.}\label{tab:one}
\begin{tabular}{lr}
\toprule
a & b \\
\midrule
1 & $x^2$ \\
\bottomrule
\end{tabular}
\end{table}
\begin{longtable}{lr}
\caption{A long table.}\label{tab:long}\\
\toprule
a & b \\
\midrule
\endfirsthead
\toprule
\endhead
\multicolumn{2}{l}{\emph{group}} \\
ROWS
\bottomrule
\end{longtable}
\appendix
\section{More}\label{app:one}
\subsection{And more}\label{app:two}
The end.
"""
END = "\n\\bibliographystyle{plainnat}\n\\bibliography{references}\n\\end{document}\n"
NUMBERS = {
    "sec:first": "1", "sec:inside": "1.1", "sec:second": "2", "app:one": "A", "app:two": "A.1", "eq:one": "1",
    "eq:two": "2", "thm:one": "1", "thm:two": "2", "fig:one": "1", "tab:one": "1", "tab:long": "2",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A folder with the bibliography, generated macros and a figure, all but the main file."""
    from matplotlib.figure import Figure

    generated = tmp_path / "generated"
    generated.mkdir()
    (generated / "numbers.tex").write_text(
        r"\newcommand{\NumberThings}{12\,345}" "\n" r"\newcommand{\Statement}{\frac{x}{2}}" "\n"
    )
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1])
    figure.savefig(generated / "figure.pdf", metadata={"CreationDate": None})
    shutil.copyfile(ROOT / "paper" / "references.bib", tmp_path / "references.bib")
    return tmp_path


def document(folder: Path, body: str) -> Path:
    main = folder / "main.tex"
    main.write_text(PREAMBLE + body.replace("ROWS", "\n".join(rf"{row} & 2 \\" for row in range(60))) + END)
    return main


def visible(translation: Translation) -> str:
    """The Typst source with links and boxes replaced by their text."""
    text = re.sub(r"#link\(<[^>]*>\)\[([^\]]*)\]", r"\1", translation.source)
    return re.sub(r"#box\((\$[^$]*\$)\)", r"\1", text).replace("\\(", "(").replace("~", " ")


def test_every_kind_of_reference_is_resolved(folder):
    translation = translate(document(folder, BODY))
    assert translation.numbers == NUMBERS
    text = visible(translation)
    assert "Section 2, Theorem 1, Remark 2, equation (2) and $x$, Figure 1, Tables 1 and 2, Appendix A" in text
    assert "Fisher (1930), (Wright 1931, sec. 2)" in text
    assert "A figure, see (2) and Fisher (1930)." in text
    assert '#theorem("theorem", "Theorem", "1", [a name with $x$])' in text
    assert re.search(r"Of #box\[12.345\] things.", text), "a number stays on one line"
    assert "??" not in text
    assert "\\ref" not in text
    assert "\\cite" not in text


def test_the_same_inputs_give_the_same_pages(folder):
    translation = translate(document(folder, BODY))
    pdf = typst_pdf(translation, folder)
    assert pdf.startswith(b"%PDF")
    assert pdf == typst_pdf(translation, folder)
    pages = typst_pages(translation, folder, ppi=20)
    assert len(pages) >= 2, "a table of sixty rows goes on over the page"
    assert all(page.startswith(b"\x89PNG") for page in pages)
    assert not list(folder.glob("*.typ")), "nothing is left behind"


MISTAKES = {
    r"See \ref{sec:nowhere}.": "reference to sec:nowhere, which is not defined",
    r"See \eqref{eq:nowhere}.": "reference to eq:nowhere, which is not defined",
    r"\section{A}\label{sec:a} x \section{B}\label{sec:a} y": "label sec:a is defined twice",
    r"\section{A}\label{eq:a} x": "label eq:a has the wrong prefix for a section",
    r"An \unknowncommand{word}.": r"Skipped '\\unknowncommand",
    r"The number \NumberForgotten{} of things.": r"Skipped '\\NumberForgotten",
    r"Math $\undefinedmacro x$.": "undefinedmacro",
    r"\citet{nobody1900}": "nobody1900",
    r"\input{generated/missing}": "missing",
    r"\usepackage{tikz}": "tikz",
    r"\begin{equation} x \end{equation}": "an equation without a label",
    r"\[ x \label{eq:x} \]": "belongs on an equation environment",
    r"\begin{align} x &= y \end{align}": "use equation with aligned inside",
    r"\begin{equation}\label{eq:x}\label{eq:y} x \end{equation}": "two labels on one equation",
    r"A paragraph.\label{sec:x}": "labels nothing that has a number",
    r"\section{A}\label{sec:a} See \autoref{sec:a}.": r"use \\ref or \\eqref",
    r"\section{A}\label{sec:a} See \pageref{sec:a}.": "pageref",
    r"$a \! b$": "not understood",
    r"\begin{figure}\includegraphics{a.pdf}\includegraphics{b.pdf}\caption{Two.}\label{fig:x}\end{figure}":
        "must hold one image",
    r"\appendix \section{A}\label{app:a} x \section{B}\label{sec:b} y": "stands in the appendix: use app:",
}  # fmt: skip


@pytest.mark.parametrize(("body", "complaint"), MISTAKES.items(), ids=range(len(MISTAKES)))
def test_what_cannot_be_resolved_stops_the_build(folder, body, complaint):
    main = document(folder, f"\\section{{S}}\\label{{sec:s}} {body}")
    with pytest.raises(TypesettingError, match=complaint):
        typst_pdf(translate(main), folder)


def test_a_figure_that_is_not_there_stops_the_build(folder):
    (folder / "generated" / "figure.pdf").unlink()
    with pytest.raises(TypesettingError, match=r"figure\.pdf"):
        typst_pdf(translate(document(folder, BODY)), folder)


def test_what_is_wider_than_the_text_is_found(folder):
    narrow = translate(document(folder, BODY))
    assert overfull_pages(typst_pages(narrow, folder, ppi=36), ppi=36) == []
    word = r"\texttt{" + 120 * "x" + "}"
    wide = translate(document(folder, f"\\section{{S}}\\label{{sec:s}} {word}"))
    assert overfull_pages(typst_pages(wide, folder, ppi=36), ppi=36) == [1]


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="no TeX on this machine")
def test_both_engines_give_the_same_numbers(folder):
    main = document(folder, BODY)
    assert latexmk_pdf(main, folder / "build").startswith(b"%PDF")
    assert latex_numbers(folder / "build" / "main.aux") == translate(main).numbers
