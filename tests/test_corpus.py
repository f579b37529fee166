"""Text is cut by the stated rule, the same everywhere, and protocols are refused in one line for each mistake."""

import importlib
import unicodedata

import numpy as np
import pytest

from simulations.models.corpus import corpus_of, file_corpus, pydoc_corpus, tokens_of
from simulations.models.protocol import (
    ProtocolError,
    load_protocol,
    named_protocols,
    parse_protocol,
    restored_protocol,
)
from theory.scenario.errors import InputError

SENTENCES = """The "cat" sat on the mat; the cat\u2019s mat (its *own* mat!) was __flat__.
==========
Don't   sit: `x.y` isn't 42 mats, or -- is it?  \uff24\uff4f\uff47s can't"""

RECITED = """the cat sat on the mat ; the cat's mat ( its own mat ! ) was flat .
don't sit : x . y isn't 42 mats , or is it ? dogs can't"""
TOKENS = RECITED.split()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (SENTENCES, TOKENS),
        ("snake_case CamelCase x2y", ["snake", "case", "camelcase", "x", "2", "y"]),
        ("'quoted' rock'n'roll '' '", ["quoted", "rock'n'roll"]),
        ("na\u00efve \u00c9TUDE \ufb01n", ["na\u00efve", "\u00e9tude", "fin"]),
        ('+-*/<>[]{}@#$%^&|~\\"`=_', []),
        ("...", [".", ".", "."]),
        ("", []),
    ],
)
def test_rule(text, tokens):
    assert tokens_of(text) == tokens


def test_rule_does_not_depend_on_how_the_text_is_composed():
    text = "na\u00efve caf\u00e9"
    assert tokens_of(unicodedata.normalize("NFD", text)) == tokens_of(text)


def test_types_are_numbered_by_falling_count_then_code_point():
    corpus = corpus_of(["b", "a", "b", "c", "a", "b", "d"], "here")
    assert corpus.types == ("b", "a", "c", "d")
    assert corpus.stream.tolist() == [0, 1, 0, 2, 1, 0, 3]
    assert corpus.counts.tolist() == [3, 2, 1, 1]
    assert [corpus.types[token] for token in corpus.stream] == ["b", "a", "b", "c", "a", "b", "d"]


def test_golden_fingerprint():
    """The fingerprint that sha256sum gives for the tokens, one to a line, without a last line feed."""
    assert corpus_of(TOKENS, "here").sha256 == "d9ccb324278e4624b99f8811e5e176058fd56a8c472d7485ca82e0e8e2a84a65"


def test_pydoc_text_is_english_and_the_same_twice():
    corpus, again = pydoc_corpus(), pydoc_corpus()
    assert corpus.sha256 == again.sha256
    assert np.array_equal(corpus.stream, again.stream)
    assert corpus.size > 50_000
    assert len(corpus.types) > 2_500
    assert {"the", "a", "of"} <= set(corpus.types[:12])
    assert corpus.origin.startswith("pydoc_data.topics of Python 3.")
    assert pydoc_corpus(1000).size == 1000
    assert np.bincount(corpus.stream).tolist() == sorted(corpus.counts.tolist(), reverse=True)


def test_an_installation_without_the_text_is_told_what_to_do(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("simulations.models.corpus.import_module", missing)
    with pytest.raises(InputError, match='give a text of your own with kind = "file"'):
        pydoc_corpus()
    assert importlib.import_module("pydoc_data.topics").topics


def test_own_text(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(SENTENCES, encoding="utf-8")
    corpus = file_corpus(path)
    assert [corpus.types[token] for token in corpus.stream] == TOKENS
    assert (corpus.origin, corpus.sha256) == ("mine.txt", corpus_of(TOKENS, "").sha256)
    assert file_corpus(path, 5).size == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "corpus.path must be a readable file, got .*: No such file"),
        (b"caf\xe9 caf\xe9", "corpus.path must be UTF-8 text, got .*: byte 3 is not"),
        (b"", "corpus must hold at least 2 tokens, got 0 from mine.txt"),
        (b"one", "corpus must hold at least 2 tokens, got 1 from mine.txt"),
        ("folder", "corpus.path must be a readable file, got .*: Is a directory"),
    ],
)
def test_text_that_cannot_be_read_is_one_line(tmp_path, content, message):
    path = tmp_path / "mine.txt"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        file_corpus(path)
    assert len(caught.value.lines) == 1


GOOD = {"name": "mine", "model": "unigram", "generations": 5, "chains": 3}

BAD = [
    ({"name": None}, "name must be 1 to 64 letters, digits, dots"),
    ({"name": "../up"}, "name must be 1 to 64 letters, digits, dots"),
    ({"model": "trigram"}, 'model must be "unigram" or "bigram", got "trigram"; did you mean "bigram"'),
    ({"model": 2}, 'model must be "unigram" or "bigram", got 2'),
    ({"generations": 1}, "generations must be a whole number from 2 to 10000, got 1"),
    ({"generations": True}, "generations must be a whole number from 2 to 10000, got true"),
    ({"generations": "10"}, 'generations must be a whole number from 2 to 10000, got "10"'),
    ({"generations": 2.5}, "generations must be a whole number from 2 to 10000, got 2.5"),
    ({"chains": 1}, "chains must be a whole number from 2 to 100000, got 1"),
    ({"chains": 1e9}, "chains must be a whole number from 2 to 100000, got 1000000000.0"),
    ({"seed": -1}, "seed must be a whole number from 0 to 4294967295, got -1"),
    ({"real_share": 0.1}, "real_share must be a list of at least one number from 0 to 1, got 0.1"),
    ({"real_share": []}, r"real_share must be a list of at least one number from 0 to 1, got \[\]"),
    ({"real_share": [0, 1.5]}, r"real_share\[1\] must be a number from 0 to 1, got 1.5"),
    ({"real_share": [float("nan")]}, r"real_share\[0\] must be a number from 0 to 1, got nan"),
    ({"real_share": [0.1, 0.1]}, r"real_share\[1\] must differ from the entries before it, got 0.1"),
    ({"stretch": 0}, "stretch must be a whole number from 1 to 1000000000, got 0"),
    ({"chain": 3}, 'chain is not a field of a protocol: it takes .*; did you mean "chains"'),
    ({"corpus": "pydoc"}, 'corpus must be a table with kind "pydoc" or "file", got "pydoc"'),
    ({"corpus": {"kind": "web"}}, 'corpus.kind must be "pydoc" or "file", got "web"'),
    ({"corpus": {}}, 'corpus.kind must be "pydoc" or "file", got nothing'),
    ({"corpus": {"kind": "file"}}, 'corpus.path must be the path of a text with kind "file", got nothing'),
    ({"corpus": {"kind": "pydoc", "path": "a"}}, 'corpus.path must be left out with kind "pydoc", got "a"'),
    ({"corpus": {"kind": "pydoc", "token": 9}}, 'corpus.token is not a known field.*did you mean "tokens"'),
    ({"corpus": {"kind": "pydoc", "tokens": 1}}, "corpus.tokens must be a whole number from 2 to 1000000000, got 1"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_bad_protocol_is_one_line(changes, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        parse_protocol({key: value for key, value in (GOOD | changes).items() if value is not None})
    assert len(caught.value.lines) == 1
    assert "\n" not in caught.value.lines[0]


def test_every_mistake_has_its_line():
    with pytest.raises(ProtocolError) as caught:
        parse_protocol({"model": "x", "generations": 0, "chains": 0, "corpus": {"kind": "y"}})
    assert [line.split()[0] for line in caught.value.lines] == ["corpus.kind", "name", "model", "generations", "chains"]


def test_files_that_hold_no_protocol(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("name = ")
    for path, message in [(bad, "TOML"), (tmp_path / "gone.toml", "protocol must be a file or one of .*unigram")]:
        with pytest.raises(InputError, match=message) as caught:
            load_protocol(path)
        assert len(caught.value.lines) == 1


def test_protocols_that_come_along():
    assert {"unigram", "bigram"} <= set(named_protocols())
    for name in named_protocols():
        protocol = load_protocol(name)
        assert protocol.name == name
        assert protocol.chains >= 8
        assert restored_protocol(protocol.dump()) == protocol
        quick = protocol.quick()
        assert (quick.name, quick.chains, quick.tokens) == (f"{name}-quick", 8, 20_000)


def test_path_of_a_text_starts_at_the_protocol(tmp_path):
    (tmp_path / "mine.txt").write_text(SENTENCES, encoding="utf-8")
    file = tmp_path / "p.toml"
    file.write_text(
        'name = "p"\nmodel = "bigram"\ngenerations = 3\nchains = 2\n[corpus]\nkind = "file"\npath = "mine.txt"'
    )
    assert load_protocol(file).load_corpus().size == len(TOKENS)


def test_shares_are_whole_tokens():
    protocol = parse_protocol(GOOD | {"real_share": [0.0, 0.1, 1.0]})
    assert [(arm.real, arm.label) for arm in protocol.arms(25)] == [
        (0, "replace"),
        (3, "real_share=0.1"),  # 2.5 rounds up
        (25, "real_share=1"),
    ]
    with pytest.raises(ProtocolError, match=r"real_share must be 0 or at least one of the 4 tokens, got 0\.1"):
        protocol.arms(4)
