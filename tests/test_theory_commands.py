"""`python -m theory`: what each command prints, its JSON, and how long a person waits for it."""

import json
import subprocess
import sys

import numpy as np
import pytest

from theory.__main__ import app
from theory.claims import claims
from theory.commandline import run_app
from theory.generations import parse_generations, parse_levels
from theory.scenario import TABLES, InputError, parse_scenario

REPLACE = """
source = { kind = "gaussian", mean = 0.0, variance = 2.0 }
sample_size = { kind = "constant", size = 10 }
retention = { kind = "replace" }
estimator = { kind = "moments", divisor = "mle" }
"""
TOKENS = """
source = { kind = "tokens", probabilities = [0.5, 0.5] }
sample_size = { kind = "constant", size = 10 }
retention = { kind = "real_share", scheme = "iid", share = 0.1 }
"""
WINDOW = REPLACE.replace('"replace"', '"window", length = 3')


@pytest.fixture
def run(capsys, tmp_path):
    def runner(*argv: str, file: str = "") -> tuple[int, str, str]:
        path = tmp_path / "scenario.toml"
        path.write_text(file)
        with pytest.raises(SystemExit) as left:
            run_app(app, [str(path) if word == "FILE" else word for word in argv])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return runner


def ok(outcome: tuple[int, str, str]) -> str:
    status, out, err = outcome
    assert (status, err) == (0, "")
    return out


def refused(outcome: tuple[int, str, str]) -> str:
    status, out, err = outcome
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    return err.removesuffix("\n")


def test_list(run):
    lines = ok(run("list")).splitlines()
    assert lines[0].split() == ["id", "kind", "statistic", "title"]
    assert [line.split()[0] for line in lines[1:]] == list(claims())
    assert all("…" not in line for line in lines)


def test_list_json(run):
    rows = json.loads(ok(run("list", "--json")))
    assert [row["id"] for row in rows] == list(claims())
    assert all(set(row) == {"id", "kind", "statistic", "title"} for row in rows)


@pytest.mark.parametrize("id", claims())
def test_show_every_claim(id, run):
    text = ok(run("show", id))
    claim = claims()[id]
    assert id in text
    assert claim.kind.value in text
    assert all(f"{number} {kind}" in text for kind, number in claim.derivation.counts().items() if number)
    data = json.loads(ok(run("show", id, "--json")))
    assert data["steps"] == claim.derivation.counts()
    assert [parse_scenario(example["scenario"]) for example in data["examples"]] == [
        example.scenario for example in claim.examples
    ]
    latex = ok(run("show", id, "--latex"))
    assert data["latex"] in latex
    assert latex.split(r"\emph{Derivation.}")[1].count(r"\item") == len(claim.derivation.steps)
    bibtex = ok(run("show", id, "--bibtex"))
    assert "no entry" not in bibtex
    assert all(f"{{{source.key}," in bibtex for source in claim.sources)


def test_show_what_is_not_there(run):
    line = refused(run("show", "gaussian-replace-varianc"))
    assert line == (
        'the id of a claim must be one that `list` prints, got "gaussian-replace-varianc"; '
        'did you mean "gaussian-replace-variance"?'
    )
    assert "one at a time" in refused(run("show", "gaussian-replace-variance", "--json", "--latex"))


def test_predict_one_number(run):
    out = ok(run("predict", "FILE", "--statistic", "variance", "--t", "7", "--json", file=REPLACE))
    answer = json.loads(out)
    assert list(answer) == ["statistic", "t", "value", "claim", "kind"]
    assert answer["value"] == pytest.approx([2 * 0.9**7], rel=1e-12)
    assert {**answer, "value": None} == {
        "statistic": "variance",
        "t": [7],
        "value": None,
        "claim": "gaussian-replace-variance",
        "kind": "exact",
    }


def test_predict_several_generations_and_the_limit(run):
    out = ok(run("predict", "FILE", "--statistic", "heterozygosity", "--t", "0:2,inf", "--json", file=TOKENS))
    answer = json.loads(out)
    assert answer["t"] == [0, 1, 2, "inf"]
    assert answer["value"][:2] == pytest.approx([0.5, 0.45], rel=1e-12)
    theta = 9 * 0.1 * 1.9
    assert answer["value"][3] == pytest.approx(0.5 * theta / (1 + theta), rel=1e-12)


def test_infinite_answers_are_strings(run):
    growing = REPLACE.replace('"mle"', '"offset", offset = -0.5')
    out = ok(run("predict", "FILE", "--statistic", "variance", "--t", "inf", "--json", file=growing))
    assert json.loads(out)["value"] == ["inf"]


def test_quantiles_of_one_chain(run):
    argv = ["predict", "FILE", "--statistic", "variance", "--t", "0,1,inf", "--quantile", "0.05,0.5", "--json"]
    answer = json.loads(ok(run(*argv, file=REPLACE)))
    assert list(answer) == ["statistic", "t", "quantile", "value", "claim", "kind"]
    assert answer["quantile"] == [0.05, 0.5]
    chi_square_9 = [3.3251128430668, 8.3428326919]  # from tables, one fit is 2 chi2_9 / 10
    assert answer["value"][0] == [2.0, 2.0]
    assert answer["value"][1] == pytest.approx([2 * q / 10 for q in chi_square_9], rel=1e-10)
    assert answer["value"][2] == [0.0, 0.0]
    table = ok(run(*argv[:-1], file=REPLACE)).splitlines()
    assert table[0].split() == ["statistic", "t", "quantile", "value", "kind", "claim"]
    assert len(table) == 7
    line = refused(run("predict", "FILE", "--statistic", "heterozygosity", "--quantile", "0.5", file=TOKENS))
    assert line == "heterozygosity: no claim knows its law in a single chain here, so there are no quantiles"
    window = refused(run("predict", "FILE", "--statistic", "variance", "--quantile", "0.5", file=WINDOW))
    assert "no claim knows its law in a single chain" in window
    family = refused(run("predict", "FILE", "--statistic", "heterozygosity", "--quantile", "0.5", file=REPLACE))
    assert family == "statistic heterozygosity belongs to the families tokens, mixture, got a source of family gaussian"


def test_predict_everything(run):
    out = ok(run("predict", "FILE", file=REPLACE))
    heading, *lines = out.splitlines()
    assert heading.split() == ["statistic", "t", "value", "kind", "claim"]
    assert [line.split()[:2] for line in lines if line.startswith("variance ")] == [["variance", "1"]]
    data = json.loads(ok(run("predict", "FILE", "--json", file=REPLACE)))
    assert set(data) == {"covered", "not_covered"}
    assert "variance" in {row["statistic"] for row in data["covered"]}
    assert all(row["t"] in ([1, 10, 100], ["inf"]) for row in data["covered"])


def test_predict_says_what_is_not_covered(run):
    out = ok(run("predict", "FILE", file=WINDOW))
    lines = out.splitlines()
    (heading,) = (
        place for place, line in enumerate(lines) if line.startswith("no claim covers this scenario; the near")
    )
    members = [line.split() for line in lines[heading + 1 :] if line.startswith("  ")]
    assert ["collapse_time_sd", "gaussian-held-up-collapse-time-sd"] in members
    line = refused(run("predict", "FILE", "--statistic", "collapse_time_sd", "--at", "0.1", file=WINDOW))
    assert "the nearest is gaussian-held-up-collapse-time-sd, " in line


def test_every_generation_has_the_strongest_claim_that_knows_it(run):
    """A window of three batches keeps all for three fits, and from then on there are bounds, in the end one side."""
    found = json.loads(ok(run("predict", "FILE", "--statistic", "kl_reverse", "--t", "1:5,inf", "--json", file=WINDOW)))
    assert [one["t"] for one in found] == [[1, 2, 3], [4, 5], ["inf"]]
    assert [one["kind"] for one in found] == ["exact", ["lower bound", "upper bound"], "lower bound"]
    table = ok(run("predict", "FILE", "--statistic", "kl_reverse", "--t", "3,4", file=WINDOW)).splitlines()
    assert ["  exact  " in line for line in table[1:]] == [True, False]
    once = json.loads(ok(run("predict", "FILE", "--statistic", "variance", "--t", "1:5,inf", "--json", file=WINDOW)))
    assert once["t"] == [1, 2, 3, 4, 5, "inf"]
    assert "got 100" in refused(
        run("predict", "FILE", "--statistic", "closer_than_one_fit", "--t", "2,100", file=WINDOW)
    )


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--statistic", "varience"], 'did you mean "variance"?'),
        (
            ["--statistic", "heterozygosity"],
            "heterozygosity belongs to the families tokens, mixture, got a source of family gaussian",
        ),
        (["--statistic", "variance", "--t", "1:"], '--t must be like 7, 0:50, 1,10,100 or inf, got "1:"'),
        (["--statistic", "variance", "--at", "3"], "at must be left out with the statistic variance"),
        (["--statistic", "variance_cdf", "--t", "3"], "at must be a finite number with the statistic variance_cdf"),
        (["--statistic", "collapse_time", "--at", "0"], "at must be a number greater than 0"),
        (["--at", "3"], "--statistic must be given with --at, got nothing"),
        (["--quantile", "0.5"], "--statistic must be given with --quantile, got nothing"),
        (["--statistic", "variance", "--quantile", "1.5"], "--quantile must be numbers between 0 and 1"),
    ],
)
def test_predict_refuses(argv, words, run):
    assert words in refused(run("predict", "FILE", *argv, file=REPLACE))


SEVERAL = {
    "trace_of_square", "square_of_trace", "trace_of_power", "power_of_trace", "log_determinant", "determinant",
    "lyapunov_exponents",
}  # fmt: skip


def test_statistics_of_several_dimensions_are_named_only_there(run):
    line = json.loads(ok(run("predict", "FILE", "--json", file=REPLACE)))
    assert not SEVERAL & (set(line["not_covered"]) | {one["statistic"] for one in line["covered"]})
    plane = REPLACE.replace("mean = 0.0, variance = 2.0", "mean = [0, 0], covariance = [[1, 0], [0, 1]]")
    data = json.loads(ok(run("predict", "FILE", "--json", file=plane)))
    named = set(data["not_covered"]) | {one["statistic"] for one in data["covered"]}
    assert named >= SEVERAL
    assert not named & {"variance", "log_variance", "collapse_time"}


def test_coverage(run):
    rows = [line.split() for line in ok(run("coverage")).splitlines()]
    assert rows[0][:2] == ["statistic", "replace"]
    assert ["variance", "exact"] in [row[:2] for row in rows]
    data = json.loads(ok(run("coverage", "tokens", "--json")))
    assert {"statistic": "absence", "retention": "replace", "finite": "exact", "limit": "exact"} in data
    assert 'source must be "gaussian", ' in refused(run("coverage", "zeta"))


@pytest.mark.parametrize("kind", ["uniform", "exponential", "poisson"])
def test_every_family_is_answered_by_its_own_claims(kind, run):
    said = ok(run("predict", "FILE", file=ok(run("example", kind))))
    assert f"{kind}-replace-mean-squared-error" in said


def test_labels_of_components_that_overlap_have_no_claim(run):
    apart = ok(run("example", "mixture"))
    assert "\nheterozygosity  " in ok(run("predict", "FILE", file=apart))
    said = ok(run("predict", "FILE", file=apart.replace("10.0]", "5.0]")))
    assert "\nheterozygosity  " not in said
    assert "  heterozygosity  mixture-replace-heterozygosity" in said


def test_zero_is_never_minus_zero(run, capsys):
    from theory.answer import answer_rows
    from theory.commandline import print_json
    from theory.predict import Prediction

    zero = Prediction("variance", (1.0,), np.array([-0.0]), ("some-claim",), ("exact",))
    assert answer_rows(zero)[0][2] == "0"
    print_json({"value": zero.value, "more": [-0.0]})
    assert capsys.readouterr().out == '{"value": [0.0], "more": [0.0]}\n'


def test_a_word_too_many(run):
    assert refused(run("predict", "FILE", "extra", file=REPLACE)) == 'there is no place for "extra". See -h.'


def test_the_nearest_claim_is_the_one_of_which_least_fails(run):
    """With sizes that grow as the root of t the one about sizes that grow faster, not the one about equal sizes."""
    growing = REPLACE.replace('kind = "constant", size = 10', 'kind = "polynomial", size = 10, power = 0.5')
    assert "the nearest is gaussian-held-up-collapse-time-sd," in refused(
        run("predict", "FILE", "--statistic", "collapse_time_sd", "--at", "0.1", file=growing)
    )


def test_a_token_has_a_rank(run):
    line = refused(run("predict", "FILE", "--statistic", "absence", "--at", "2", "--t", "1", file=TOKENS))
    assert line == ("at must be the rank of a token, a whole number from 0 to 1 with the statistic absence, got 2")


def test_a_bad_file_has_a_line_for_each_mistake(run):
    status, out, err = run("predict", "FILE", file=REPLACE.replace("2.0", "-1").replace("10", "0"))
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "source.variance must be a number from 1e-75 to 1e75, got -1",
        "sample_size.size must be a whole number from 1 to 1e15, got 0",
    ]


def test_check(run):
    id = "tokens-iid-real-share-heterozygosity"
    out = ok(run("check", id))
    assert out.splitlines()[1].split()[0] == id
    assert out.endswith("1 of 1 claims verified by every route\n")
    (report,) = json.loads(ok(run("check", id, "--json")))
    assert report["verified"] is True
    assert report["comparisons"] > 0
    assert report["failures"] == []


def test_check_says_what_a_distance_is(run):
    rows = ok(run("check", "tokens-replace-absence-upper-bound", "tokens-bigram-absorption")).splitlines()
    assert " room " in rows[1]
    assert " misses by " in rows[2]


def test_a_value_at_a_point_prints_without_substack(run):
    latex = ok(run("show", "gaussian-replace-variance", "--latex"))
    assert r"\right|_{s=1}" in latex
    assert "substack" not in latex


def test_check_fails_aloud(run, monkeypatch):
    import dataclasses

    import theory.claims

    claim = claims()["tokens-iid-real-share-heterozygosity"]
    wrong = dataclasses.replace(claim, evaluate=lambda s, t, at: 1.01 * claim.evaluate(s, t, at))
    monkeypatch.setattr(theory.claims, "claims", lambda: {wrong.id: wrong})
    status, out, _ = run("check")
    assert status == 1
    assert "FAILED" in out
    assert out.endswith("0 of 1 claims verified by every route\n")
    assert out.count("evaluator and") == 5
    assert "more\n" in out


@pytest.mark.parametrize("kind", TABLES)
def test_example_can_be_asked(kind, run):
    text = ok(run("example", kind))
    assert json.loads(ok(run("predict", "FILE", "--json", file=text)))["covered"] is not None


def test_schema(run):
    assert json.loads(ok(run("schema")))["title"] == "Scenario"


@pytest.mark.parametrize(
    ("text", "generations"),
    [
        ("7", (7,)),
        ("0:3", (0, 1, 2, 3)),
        ("1,10,100", (1, 10, 100)),
        ("inf", (float("inf"),)),
        ("2:2, inf,1,2", (2, float("inf"), 1)),
    ],
)
def test_generations(text, generations):
    assert parse_generations(text) == generations


@pytest.mark.parametrize("text", ["", "1.5", "-1", "3:1", "1;2", "nan", "1,,2", "0:", ":5", "²", "0:10000000"])
def test_bad_generations(text):
    with pytest.raises(InputError, match=r"^--t must "):
        parse_generations(text)


def test_levels():
    assert parse_levels("0.05,0.5, 0.95") == (0.05, 0.5, 0.95)
    for text in ("", "0", "1", "a", "nan", "0.5,"):
        with pytest.raises(InputError, match=r"^--quantile must be"):
            parse_levels(text)


@pytest.mark.parametrize(
    ("argv", "absent"),
    [
        (["example", "zipf"], {"jax", "scipy", "sympy", "xarray", "matplotlib"}),
        (["schema"], {"jax", "scipy", "sympy", "xarray", "matplotlib"}),
        (["list"], {"jax", "xarray", "matplotlib", "scipy.stats", "simulations"}),
        (["predict", "FILE", "--json"], {"jax", "xarray", "matplotlib", "scipy.stats", "simulations"}),
    ],
)
def test_a_new_process_loads_nothing_heavy(argv, absent, tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text(REPLACE)
    words = [str(path) if word == "FILE" else word for word in argv]
    code = (
        "import sys, theory.__main__ as m\n"
        "try: m.run_app(m.app, sys.argv[1:])\n"
        "finally: print(*sys.modules, file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    loaded = set(run.stderr.split())
    assert "theory.__main__" in loaded
    assert not absent & loaded
