"""Counting models are sampled exactly, chains are the same however they are run, logs are whole or say what is not."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from simulations.durable import StoreBusy
from simulations.models.command import train_command
from simulations.models.corpus import corpus_of, tokens_of
from simulations.models.log import LogError, is_training_log, read_log
from simulations.models.measurements import Gauge, entropy, spectrum
from simulations.models.ngram import Bigram, Unigram, pair_counts, positions
from simulations.models.protocol import Arm, parse_protocol
from simulations.models.recursion import chain_texts, real_tokens, run_protocol, uniforms

TEXT = """A token is a word or a mark. A model that counts tokens is a table, and a table of a text is a model of it.
The model writes a text; a text is counted; the table is a model again. What is rare is lost, what is common stays."""
CORPUS = corpus_of(tokens_of(TEXT), "the test")


def protocol(**changes):
    settings = {"name": "test", "model": "bigram", "generations": 4, "chains": 3, "real_share": [0.0, 0.25]}
    return parse_protocol(settings | {"stretch": 4} | changes)


def middles(cells):
    """One number in the middle of each of ``cells`` equal parts of [0, 1): every one of so many equal chances."""
    return (np.arange(cells) + 0.5) / cells


def test_position_is_never_the_length():
    last = np.array([1.0 - 2.0**-53, 0.0])
    for length in [1, 2, 3, 7, 10, 99, 1023, 1025, 2**20 + 1, 10**9 + 7, 2**40 - 1]:
        assert positions(last, length).tolist() == [length - 1, 0]


def test_unigram_draws_have_exactly_the_frequencies_of_the_text():
    model = Unigram.fitted(CORPUS.stream, len(CORPUS.types))
    assert np.array_equal(np.bincount(model.sample(middles(CORPUS.size))), CORPUS.counts)


def test_bigram_steps_have_exactly_the_frequencies_of_the_pairs():
    """All paths of two steps on a small ring, enumerated, against the transition matrix in rational numbers."""
    text = np.array([0, 1, 0, 2, 0, 1])
    model = Bigram.fitted(text, 3)
    pairs = np.zeros((3, 3), dtype=int)
    np.add.at(pairs, (text, np.roll(text, -1)), 1)
    law: dict[tuple[int, ...], Fraction] = {}
    grid = middles(12)  # a multiple of every count, so that every choice has its exact share
    for draws in product(grid, repeat=3):
        path = tuple(model.sample(np.array(draws)).tolist())
        law[path] = law.get(path, Fraction(0)) + Fraction(1, 12**3)
    expected = {}
    for a, b, c in product(range(3), repeat=3):
        chance = Fraction(int(pairs[a].sum()), 6)
        chance *= Fraction(int(pairs[a, b]), int(pairs[a].sum())) * Fraction(int(pairs[b, c]), int(pairs[b].sum()))
        if chance:
            expected[a, b, c] = chance
    assert law == expected


def test_a_ring_is_stationary_and_every_token_has_a_continuation():
    vocabulary = len(CORPUS.types)
    pairs = np.zeros((vocabulary, vocabulary), dtype=int)
    np.add.at(pairs, (CORPUS.stream, np.roll(CORPUS.stream, -1)), 1)
    assert np.array_equal(pairs.sum(axis=0), CORPUS.counts)
    assert np.array_equal(pairs.sum(axis=1), CORPUS.counts)
    assert np.array_equal(np.sort(pair_counts(CORPUS.stream, vocabulary)), np.sort(pairs[pairs > 0]))
    assert Bigram.fitted(CORPUS.stream, vocabulary).successors.size == CORPUS.size


def test_a_cycle_is_written_for_ever():
    """A deterministic cycle is absorbing for a bigram model: not every end of it is a single token."""
    cycle = np.array([2, 0, 1] * 5)
    model = Bigram.fitted(cycle, 4)
    written = model.sample(uniforms(protocol(), Arm(0.0, 0), 0, 2, 300))
    assert np.array_equal(written, np.resize(np.roll([2, 0, 1], -[2, 0, 1].index(int(written[0]))), 300))
    assert np.array_equal(Bigram.fitted(written, 4).counts > 0, [True, True, True, False])


def test_models_that_know_one_token():
    for model in (Unigram, Bigram):
        assert model.fitted(np.zeros(1, dtype=np.int64), 3).sample(middles(5)).tolist() == [0] * 5
        assert model.fitted(np.array([1, 0]), 3).sample(np.zeros(0)).size == 0


def test_real_tokens_come_in_stretches_of_the_ring():
    draws = np.array([0.0, 1.0 - 2.0**-53, 0.5])
    size, stream = CORPUS.size, CORPUS.stream
    tokens = real_tokens(CORPUS, 10, 4, draws)
    places = [0, 1, 2, 3, size - 1, 0, 1, 2, size // 2, size // 2 + 1]
    assert tokens.tolist() == [int(stream[place]) for place in places]
    assert np.array_equal(np.sort(real_tokens(CORPUS, size, 1, middles(size))), np.sort(stream))
    assert real_tokens(CORPUS, 0, 4, np.zeros(0)).size == 0


def test_every_generation_has_the_size_of_the_real_text():
    for model, stretch in product(["unigram", "bigram"], [1, 4]):
        run = protocol(model=model, stretch=stretch)
        for arm in run.arms(CORPUS.size):
            texts = list(chain_texts(run, CORPUS, arm, 0))
            assert len(texts) == run.generations
            assert np.array_equal(texts[0], CORPUS.stream)
            assert all(text.size == CORPUS.size and text.max() < len(CORPUS.types) for text in texts)


def test_texts_are_golden():
    """Integers all the way from SHA-256 and Philox: the same on every machine."""
    digest = hashlib.sha256()
    for model in ("unigram", "bigram"):
        run = protocol(model=model)
        for arm in run.arms(CORPUS.size):
            for text in chain_texts(run, CORPUS, arm, 1):
                digest.update(text.astype("<i8").tobytes())
    assert digest.hexdigest() == "2f7925692f3865a768e17008db4fb990093e40aefb9f286c0c86968ab0ae37b4"


def test_a_chain_depends_on_its_own_name_alone():
    short, long = protocol(), protocol(generations=6, chains=9, real_share=[0.25], name="other")
    arm = short.arms(CORPUS.size)[1]
    assert arm == long.arms(CORPUS.size)[0]
    texts = [list(chain_texts(run, CORPUS, arm, 2)) for run in (short, long)]
    assert all(np.array_equal(a, b) for a, b in zip(*texts, strict=False))
    names = [(protocol(seed=seed, model=model), a, chain, t) for seed in (0, 1) for model in ("unigram", "bigram")
             for a in short.arms(CORPUS.size) for chain in (0, 1) for t in (2, 3)]  # fmt: skip
    assert len({tuple(uniforms(*name, 2)) for name in names}) == len(names)


def test_measurements_of_a_small_text():
    """Every value by hand: the real text is aabbc (a ring), the training text is abbbb."""
    corpus = corpus_of(["a", "a", "b", "b", "c", "a", "a"], "hand")  # counts 4 2 1
    values = Gauge.of(corpus, pairs=True).read(np.array([0, 1, 1, 1, 1, 1, 0]))
    p, q = 2 / 7, 5 / 7
    plain = -(p * np.log(p) + q * np.log(q))
    pairs = -sum(x / 7 * np.log(x / 7) for x in (1, 4, 1, 1))
    expected = {
        "vocabulary": 2, "hapaxes": 0, "heterozygosity": 1 - p * p - q * q, "entropy": plain, "lost_mass": 1 / 7,
        "survival@1": 0, "band_mass@1": 0, "survival@2": 1, "band_mass@2": q, "survival@3-4": 1, "band_mass@3-4": p,
        "bigrams": 4, "entropy_rate": pairs - plain,
    }  # fmt: skip
    assert values == pytest.approx(expected, abs=1e-15)
    assert entropy(np.array([0, 9, 0])) == 0.0
    assert spectrum(np.array([3, 1, 1, 2])) == ((1, 2), (2, 1), (3, 1))


def test_bands_partition_every_count():
    from simulations.models.measurements import BANDS

    counts = np.arange(1, 2000)
    assert np.array_equal(sum(band.holds(counts).astype(int) for band in BANDS), np.ones(counts.size))
    assert [band.label for band in BANDS] == ["1", "2", "3-4", "5-8", "9-16", "17-64", "65+"]


class Stop(Exception):
    """What stops a run in the middle."""


def content(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*.json")}


def test_interrupted_run_resumes_to_the_same_log(tmp_path):
    run = protocol()
    run_protocol(run, CORPUS, tmp_path / "whole")
    for stop_after in range(1, 6):
        left = iter(range(stop_after))

        def advance(_, left=left):
            if next(left, None) is None:
                raise Stop

        folder = tmp_path / str(stop_after)
        with pytest.raises(Stop):
            run_protocol(run, CORPUS, folder, advance=advance)
        assert len(read_log(folder).missing) == 6 - stop_after - 1
        (folder / "chains" / ".replace-00000.json-1").write_text("left by a killed writer")
        estimates = []
        run_protocol(run, CORPUS, folder, begin=estimates.append)
        assert estimates[0].chains == 6 - stop_after - 1
        assert content(folder) == content(tmp_path / "whole")
        assert not list(folder.glob("chains/.*"))


def test_log_reads_what_was_measured(tmp_path):
    run = protocol()
    run_protocol(run, CORPUS, tmp_path)
    assert is_training_log(tmp_path)
    log = read_log(tmp_path)
    assert (log.protocol, log.t, log.missing) == (run, (1, 2, 3, 4), ())
    assert (log.text.size, log.text.vocabulary) == (CORPUS.size, len(CORPUS.types))
    assert log.text.sha256 == CORPUS.sha256
    assert len(log.environments) == 1
    assert log.environments[0]["libraries"]["numpy"] == np.__version__
    gauge = Gauge.of(CORPUS, pairs=True)
    for arm in log.arms:
        for chain in range(3):
            for place, text in enumerate(chain_texts(run, CORPUS, arm, chain)):
                for label, value in gauge.read(text).items():
                    assert log.values[arm.label][label][chain, place] == value


def test_damaged_chain_is_named_and_made_anew(tmp_path):
    run = protocol()
    run_protocol(run, CORPUS, tmp_path)
    good = content(tmp_path)
    path = tmp_path / "chains" / "replace-00001.json"
    other = (tmp_path / "chains" / "replace-00002.json").read_bytes()
    flipped = bytearray(good[path.name])
    flipped[flipped.index(b'"vocabulary":[') + 16] ^= 1
    for damage in (good[path.name][:-40], b"", bytes(flipped), other, b"[1]"):
        path.write_bytes(damage)
        with pytest.raises(LogError, match=r"replace-00001\.json is damaged"):
            read_log(tmp_path)
        run_protocol(run, CORPUS, tmp_path)
        assert content(tmp_path) == good
    path.unlink()
    assert read_log(tmp_path).missing == ("replace-00001",)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"chains": 4}, "chains is 3 there and 4 here"),
        ({"model": "unigram"}, 'model is "bigram" there and "unigram" here'),
        ({"real_share": [0.5]}, r"real_share is \[0.0, 0.25\] there and \[0.5\] here"),
    ],
)
def test_log_of_another_run_is_refused(tmp_path, changes, line):
    run_protocol(protocol(), CORPUS, tmp_path)
    before = content(tmp_path)
    with pytest.raises(LogError, match=line) as caught:
        run_protocol(protocol(**changes), CORPUS, tmp_path)
    assert len(caught.value.lines) == len(changes)
    assert content(tmp_path) == before


def test_log_of_another_text_is_refused_wherever_it_lay(tmp_path):
    run = protocol()
    run_protocol(run, CORPUS, tmp_path)
    run_protocol(replace(run, corpus="moved/elsewhere.txt", tokens=10**6), CORPUS, tmp_path)
    with pytest.raises(LogError, match=r"the text is the test \(SHA-256 .* there and shorter \(SHA-256 .* here"):
        run_protocol(run, corpus_of(tokens_of(TEXT)[:-1], "shorter"), tmp_path)


def test_folders_that_hold_no_log(tmp_path):
    assert not is_training_log(tmp_path)
    with pytest.raises(LogError, match="holds no log of a protocol"):
        read_log(tmp_path)
    run_protocol(protocol(), CORPUS, tmp_path)
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text())
    for change, message in [
        ({"kind": "sweep"}, "holds a sweep, not a training log"),
        ({"format": 9}, "format 9 of a newer version"),
        ({"stream": "other"}, "damaged or was changed by hand"),
    ]:
        path.write_text(json.dumps(manifest | change))
        with pytest.raises(LogError, match=message):
            read_log(tmp_path)
    path.write_text("{")
    with pytest.raises(LogError, match="damaged"):
        read_log(tmp_path)


def test_two_writers_are_kept_apart(tmp_path):
    run = protocol()

    def advance(_):
        with pytest.raises(StoreBusy, match="is being written by process"):
            run_protocol(run, CORPUS, tmp_path)

    run_protocol(run, CORPUS, tmp_path, advance=advance)
    assert read_log(tmp_path).missing == ()


def protocol_file(folder):
    (folder / "mine.txt").write_text(TEXT, encoding="utf-8")
    path = folder / "mine.toml"
    path.write_text(
        'name = "mine"\nmodel = "bigram"\ngenerations = 3\nchains = 2\nreal_share = [0, 0.5]\nstretch = 3\n'
        '[corpus]\nkind = "file"\npath = "mine.txt"\n'
    )
    return path


def test_command_trains_resumes_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = str(protocol_file(tmp_path))
    train_command(path)
    said = capsys.readouterr().out
    assert f"mine: bigram model of {CORPUS.size} tokens, {len(CORPUS.types)} types (mine.txt)" in said
    assert "4 to train, about 1 s" in said
    assert "compare: python -m simulations compare results/mine" in said
    assert read_log(Path("results/mine")).missing == ()
    train_command(path)
    assert "up to date" in capsys.readouterr().out
    train_command(path, quick=True)
    assert read_log(Path("results/mine-quick")).protocol.name == "mine-quick"
    train_command(path, tmp_path / "elsewhere")
    assert content(tmp_path / "elsewhere") == content(Path("results/mine"))


def test_interrupted_command_says_how_to_go_on(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("simulations.models.command.run_protocol", interrupted)
    path = str(protocol_file(tmp_path))
    with pytest.raises(KeyboardInterrupt, match=f"Resume with: python -m simulations train {path} --quick --out there"):
        train_command(path, Path("there"), quick=True)


def test_training_loads_no_theorem_and_no_jax(tmp_path):
    code = f"""
import sys
from simulations.models.command import train_command
train_command({str(protocol_file(tmp_path))!r}, None)
print(" ".join(sys.modules))
"""
    environment = {"PYTHONPATH": str(Path(__file__).resolve().parent.parent), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "simulations.models.recursion" in loaded
    assert "theory.scenario" in loaded
    theorems = ("theory.laws", "theory.claim", "theory.predict")
    assert not [name for name in loaded if name.split(".")[0] == "jax" or name.startswith(theorems)]
