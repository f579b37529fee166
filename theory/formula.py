r"""Formulas in plain sentences become mathematics: ``at most exp(-M p_i s_t), for every M`` has two of them.

Records are written to be read in a terminal, so their sentences spell formulas in ASCII. A formula is the
longest run of numbers, single letters, names of Greek letters and functions, operators and balanced brackets
between words, commas and full stops; everything else is text, with the characters that LaTeX would read spelled
out.
"""

import re
from collections.abc import Iterator, Sequence

GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "eps", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Theta", "Lambda", "Xi", "Delta", "Sigma", "Upsilon",
    "Phi", "Psi", "Omega", "varphi",
)  # fmt: skip
FUNCTIONS = {name: rf"\{name}" for name in ("log", "ln", "exp", "sin", "cos", "tanh", "coth", "sum", "max", "min")}
FUNCTIONS |= {name: rf"\mathrm{{{name}}}" for name in ("E", "Var", "Bin", "Mult", "KL", "tr")}
OPERATORS = {"<=": r"\le ", ">=": r"\ge ", "->": r"\to ", "~": r"\sim ", "*": r"\cdot ", "||": r"\,\Vert\,"}
LEXEME = re.compile(r"\s+|\.\.\.|[A-Za-z]+(?:'[a-z]+)?|\d+(?:\.\d+)*|<=|>=|->|\|\||_[+-]|.")
BRACKETS = {"(": ")", "[": "]", "{": "}", "|": "|"}
DOTS = "..."
CONNECTING = frozenset("+-*/=<>^_~'") | {"<=", ">=", "->", "||"}
SUBSCRIPTS = ("_+", "_-")  # lambda_+
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
}
SPECIAL |= {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$", "|": r"$|$"}
QUOTED = re.compile(r'"([^"]*)"')


def prose(text: str) -> str:
    """A plain sentence as LaTeX: formulas in math mode, quotation marks curled, everything else escaped."""
    pieces = [f"${_latex(piece)}$" if formula else escaped("".join(piece)) for formula, piece in _split(text)]
    return QUOTED.sub(r"``\1''", "".join(pieces))


def escaped(text: str) -> str:
    """Plain text with every character that LaTeX would read spelled out."""
    return "".join(SPECIAL.get(character, character) for character in text)


def _split(text: str) -> Iterator[tuple[bool, list[str]]]:
    """The sentence as runs of lexemes, each with whether it is a formula."""
    lexemes = LEXEME.findall(text)
    start = 0
    while start < len(lexemes):
        end = _run(lexemes, start)
        if end > start:
            yield True, lexemes[start:end]
            start = end
        else:
            yield False, [lexemes[start]]
            start += 1


def _run(lexemes: Sequence[str], start: int) -> int:
    """Where the longest formula that begins at ``start`` ends; ``start`` itself where none does."""
    if not _begins(lexemes, start):
        return start
    open_brackets: list[str] = []
    end, good = start, start
    while end < len(lexemes):
        lexeme = lexemes[end]
        if open_brackets and lexeme == open_brackets[-1]:
            open_brackets.pop()
        elif lexeme in BRACKETS:
            open_brackets.append(BRACKETS[lexeme])
        elif _is_article(lexemes, end) or not (
            _is_mathematics(lexemes, end) or lexeme.isspace() or (lexeme == "," and open_brackets)
        ):
            break
        end += 1
        if not open_brackets and _may_end(lexemes, end - 1):
            good = end
    return good if _says_something(lexemes[start:good]) else start


def _begins(lexemes: Sequence[str], place: int) -> bool:
    lexeme, following = lexemes[place], lexemes[place + 1 : place + 3]
    bare = not following or not (following[0] in CONNECTING | {"("} or following[-1] in CONNECTING)
    if (lexeme == "a" and bare) or (
        lexeme == "A" and bare and "".join(lexemes[:place]).rstrip()[-1:] in ("", ".", ":", ";", "?")
    ):
        return False  # the article
    if lexeme in ("+", "-") or lexeme in BRACKETS:
        return True
    return lexeme not in CONNECTING and _is_mathematics(lexemes, place)


def _is_article(lexemes: Sequence[str], place: int) -> bool:
    """An "a" before a word and after none of the operators."""
    before, after = "".join(lexemes[:place]).rstrip(), "".join(lexemes[place + 1 : place + 3])
    return lexemes[place] == "a" and bool(re.match(r" [A-Za-z]{2}", after)) and before[-1:] not in CONNECTING


def _may_end(lexemes: Sequence[str], place: int) -> bool:
    lexeme = lexemes[place]
    return lexeme in ("'", *SUBSCRIPTS) or not (lexeme.isspace() or lexeme in CONNECTING or lexeme in FUNCTIONS)


def _is_mathematics(lexemes: Sequence[str], place: int) -> bool:
    """Whether a lexeme can stand in a formula where it stands."""
    lexeme = lexemes[place]
    before, after = ("".join(lexemes[max(0, place - 2) : place]), "".join(lexemes[place + 1 : place + 3]))
    if lexeme in SUBSCRIPTS:
        return True
    if lexeme == DOTS:
        return bool(re.search(r"[-+*,] ?$", before) and re.match(r" ?[-+*,)\]]", after))
    if lexeme in CONNECTING:
        word = r"[A-Za-z]{2,}$"
        return not (
            lexeme == "-" and (re.search(word, before) and before[-1:] != " ") and lexemes[place - 1] not in GREEK
        )
    if lexeme[0].isdigit():
        return lexeme.count(".") < 2
    if not lexeme.isalpha():
        return False
    if re.fullmatch("[A-Za-z]_", before):
        return True  # a word that is the subscript of a letter
    if lexeme == "sum":
        return after.startswith("_") or before == "E "
    if lexeme == "inf" or re.fullmatch("[A-Za-z]bar|fhat", lexeme):
        return True
    if lexeme == "hat":
        return bool(re.match(r"[_ ][A-Za-z]", after))
    if lexeme == "Gamma":
        return after.startswith(("(", "_"))
    if re.match(r"-[A-Za-z]{2,}", after) and (lexeme in GREEK or lexeme in FUNCTIONS) and after[1:] not in GREEK:
        return False  # a compound word
    return (
        len(lexeme) == 1
        or lexeme in GREEK
        or lexeme in FUNCTIONS
        or lexeme == "sqrt"
        or bool(re.fullmatch("[a-z][A-Z]", lexeme))
    )


def _says_something(run: Sequence[str]) -> bool:
    """A formula has a letter, or an operator between numbers that is not the dash of a range."""
    letters = [lexeme for lexeme in run if lexeme.isalpha() and lexeme not in FUNCTIONS]
    return bool(letters) or any(lexeme in CONNECTING and lexeme not in ("-", "'") for lexeme in run)


def _latex(run: Sequence[str]) -> str:
    text = "".join(_lexeme(run, place) for place in range(len(run)))
    text = re.sub(r"\\hat[_ ]([A-Za-z])", r"\\hat{\1}", text)
    text = re.sub(r"([_^])(\\infty|[A-Za-z]\w*)", r"\1{\2}", re.sub(r"([_^])(\d+)", r"\1{\2}", text))
    for mark in ("_(", "^(", r"\sqrt("):
        while mark in text:
            text = _braced(text, text.index(mark) + len(mark) - 1)
    return text


def _lexeme(run: Sequence[str], place: int) -> str:
    lexeme, after = run[place], run[place + 1] if place + 1 < len(run) else ""
    if lexeme in FUNCTIONS:
        return FUNCTIONS[lexeme] + ((r"\," if "mathrm" in FUNCTIONS[lexeme] else " ") if after.isspace() else "")
    if lexeme in GREEK or lexeme in ("sqrt", "hat", "Gamma"):
        return rf"\{'varepsilon' if lexeme == 'eps' else lexeme}" + (" " if after.isalnum() else "")
    if lexeme == "inf":
        return r"\infty"
    if re.fullmatch("[A-Za-z]bar|fhat", lexeme):
        return rf"\{lexeme[1:]}{{{lexeme[0]}}}"
    if lexeme in SUBSCRIPTS:
        return f"_{{{lexeme[1]}}}"
    if lexeme == DOTS:
        return r"\dots"
    if lexeme.isspace() and place and run[place - 1] in FUNCTIONS:
        return ""
    return OPERATORS.get(lexeme, lexeme)


def _braced(text: str, place: int) -> str:
    """The bracket that opens at ``place`` and its partner turned into braces."""
    depth = 0
    for end in range(place, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return f"{text[:place]}{{{text[place + 1 : end]}}}{text[end + 1 :]}"
    return text.replace("(", r"\lparen ", 1)
