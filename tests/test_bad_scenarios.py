"""Scenario files that are wrong, and the exact lines that say so: one line for each mistake, nothing else."""

import pytest

from theory.scenario import ScenarioError, load_scenario, parse_scenario

GAUSSIAN = '[source]\nkind = "gaussian"\nmean = 0.0\nvariance = 1.0\n'
TOKENS = '[source]\nkind = "tokens"\nprobabilities = [0.5, 0.3, 0.2]\n'
ZIPF = '[source]\nkind = "zipf"\nvocabulary = 100\nexponent = 1.1\n'
REGRESSION = '[source]\nkind = "regression"\ndimension = 5\nnoise_variance = 1.0\ndesign = "fresh"\n'
SIZE = '[sample_size]\nkind = "constant"\nsize = 100\n'
REPLACE = '[retention]\nkind = "replace"\n'
MLE = '[estimator]\nkind = "moments"\ndivisor = "mle"\n'
UNBIASED = '[estimator]\nkind = "moments"\ndivisor = "unbiased"\n'

SOURCES = '"gaussian", "tokens", "zipf", "uniform", "exponential", "poisson", "mixture" or "regression"'
SIZES = '"constant", "polynomial", "geometric" or "explicit"'
RETENTIONS = (
    '"replace", "real_share", "accumulate", "accumulate_subsample", "weighted", "window", "forgetting" or "pool"'
)
ESTIMATORS = (
    '"moments", "known_variance", "known_mean", "kernel", "frequency", "additive", "posterior", "least_squares" or '
    '"likelihood"'
)
SAMPLERS = '"faithful", "temperature", "top_k", "top_p", "truncated", "scaled", "best_of" or "tilt"'


def around(table: str) -> str:
    """A Gaussian file in which the given table takes the place of the usual one."""
    tables = {"source": GAUSSIAN, "sample_size": SIZE, "retention": REPLACE, "estimator": MLE}
    name = table.removeprefix("[").split("]")[0]
    return "\n".join({**tables, name: table}.values())


def tokens(*tables: str, source: str = TOKENS) -> str:
    """A token file: 100 points, replace, and whatever else is given in their place."""
    usual = {"sample_size": SIZE, "retention": REPLACE}
    given = {table.removeprefix("[").split("]")[0]: table for table in tables}
    return "\n".join([source, *({**usual, **given}).values()])


BAD: dict[str, tuple[str, list[str]]] = {
    # tables that are missing, unknown or no tables
    "empty file": (
        "",
        [
            f"source must be a table with kind {SOURCES}, got nothing",
            f"retention must be a table with kind {RETENTIONS}, got nothing",
        ],
    ),
    "no sample size": (
        GAUSSIAN + REPLACE + MLE,
        [f"sample_size must be a table with kind {SIZES}, got nothing"],
    ),
    "no estimator for a gaussian": (
        GAUSSIAN + SIZE + REPLACE,
        [
            'estimator must be a table with kind "moments", "kernel", "known_mean" or "known_variance" for a gaussian '
            "source, got nothing"
        ],
    ),
    "misspelt table": (
        around(GAUSSIAN) + '[samplers]\nkind = "faithful"\n',
        ['samplers is not a known field; did you mean "sampler"?'],
    ),
    "unknown table": (
        around(GAUSSIAN) + "[weather]\nrain = 1\n",
        [
            "weather is not a known field: a scenario takes source, sample_size, retention, estimator, sampler, "
            "contamination, poison, detector, feedback, islands"
        ],
    ),
    "misspelt required table": (
        GAUSSIAN.replace("source", "sorce") + SIZE + REPLACE + MLE,
        ['sorce is not a known field; did you mean "source"?'],
    ),
    "key outside tables": (
        "colour = 3\n" + around(GAUSSIAN),
        [
            "colour is not a known field: a scenario takes source, sample_size, retention, estimator, sampler, "
            "contamination, poison, detector, feedback, islands"
        ],
    ),
    "source is a string": (
        'source = "gaussian"\n' + SIZE + REPLACE + MLE,
        [f'source must be a table with kind {SOURCES}, got "gaussian"'],
    ),
    "retention is a list": (
        GAUSSIAN + SIZE + '[[retention]]\nkind = "replace"\n' + MLE,
        [f'retention must be a table with kind {RETENTIONS}, got [{{kind = "replace"}}]'],
    ),
    "poison is a number": (
        "poison = 3\n" + tokens(),
        ["poison must be a table, got 3"],
    ),
    # kinds
    "unknown kind": (
        around('[source]\nkind = "gausian"\nmean = 0\nvariance = 1\n'),
        [f'source.kind must be {SOURCES}, got "gausian"; did you mean "gaussian"?'],
    ),
    "kind in capitals": (
        around('[source]\nkind = "Gaussian"\nmean = 0\nvariance = 1\n'),
        [f'source.kind must be {SOURCES}, got "Gaussian"; did you mean "gaussian"?'],
    ),
    "no kind": (
        around("[sample_size]\nsize = 100\n"),
        [f"sample_size.kind must be {SIZES}, got nothing"],
    ),
    "misspelt kind field": (
        around('[retention]\nkindd = "replace"\n'),
        ['retention.kindd is not a known field; did you mean "kind"?'],
    ),
    "kind is a number": (around("[sampler]\nkind = 1\n"), [f"sampler.kind must be {SAMPLERS}, got 1"]),
    "kind of another table": (
        around('[estimator]\nkind = "replace"\n'),
        [f'estimator.kind must be {ESTIMATORS}, got "replace"'],
    ),
    # source
    "misspelt field": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvarience = 1\n'),
        ['source.varience is not a known field; did you mean "variance"?'],
    ),
    "misspelt required field": (
        around('[source]\nkind = "gaussian"\nmeen = 0\nvariance = 1\n'),
        ['source.meen is not a known field; did you mean "mean"?'],
    ),
    "unknown field": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvariance = 1\nzzz = 1\n'),
        ["source.zzz is not a known field: source takes kind, mean, variance, covariance"],
    ),
    "missing field": (
        around('[source]\nkind = "gaussian"\nvariance = 1\n'),
        ["source.mean must be a finite number or a list of finite numbers, got nothing"],
    ),
    "missing variance": (
        around('[source]\nkind = "gaussian"\nmean = 0\n'),
        ["source.variance must be a number from 1e-75 to 1e75, got nothing"],
    ),
    "number in quotes": (
        around('[source]\nkind = "gaussian"\nmean = "0"\nvariance = 1\n'),
        ['source.mean must be a finite number or a list of finite numbers, got "0"'],
    ),
    "boolean as number": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvariance = true\n'),
        ["source.variance must be a number from 1e-75 to 1e75, got true"],
    ),
    "a variance without a square": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvariance = 1e300\n'),
        ["source.variance must be a number from 1e-75 to 1e75, got 1e+300"],
    ),
    "a covariance without a square": (
        around('[source]\nkind = "gaussian"\nmean = [0, 0]\ncovariance = [[1e-90, 0], [0, 1e-80]]\n'),
        ["source.covariance must be a matrix whose largest eigenvalue is from 1e-75 to 1e75, got 1e-80"],
    ),
    "infinite variance": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvariance = inf\n'),
        ["source.variance must be a number from 1e-75 to 1e75, got inf"],
    ),
    "mean not a number": (
        around('[source]\nkind = "gaussian"\nmean = nan\nvariance = 1\n'),
        ["source.mean must be a finite number or a list of finite numbers, got nan"],
    ),
    "date as number": (
        around('[source]\nkind = "gaussian"\nmean = 1979-05-27\nvariance = 1\n'),
        ["source.mean must be a finite number or a list of finite numbers, got 1979-05-27"],
    ),
    "zero variance": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvariance = 0\n'),
        ["source.variance must be a number from 1e-75 to 1e75, got 0"],
    ),
    "variance and covariance": (
        around('[source]\nkind = "gaussian"\nmean = 0\nvariance = 1\ncovariance = [[1.0]]\n'),
        ["source.covariance must be left out where variance is given, got both"],
    ),
    "variance in two dimensions": (
        around('[source]\nkind = "gaussian"\nmean = [0, 0]\nvariance = 1\n'),
        ["source.covariance must be a list of 2 rows of 2 numbers, as mean has 2, got variance = 1.0"],
    ),
    "covariance not square": (
        around('[source]\nkind = "gaussian"\nmean = [0, 0]\ncovariance = [[1, 0], [0]]\n'),
        ["source.covariance must be a square list of rows of finite numbers, got [[1, 0], [0]]"],
    ),
    "covariance of another dimension": (
        around('[source]\nkind = "gaussian"\nmean = [0, 0, 0]\ncovariance = [[1, 0], [0, 1]]\n'),
        ["source.covariance must have 3 rows as mean does, got 2"],
    ),
    "covariance not symmetric": (
        around('[source]\nkind = "gaussian"\nmean = [0, 0]\ncovariance = [[1, 0.5], [0, 1]]\n'),
        ["source.covariance must be symmetric, got 0.5 in row 0 column 1 and 0.0 in row 1 column 0"],
    ),
    "covariance not semidefinite": (
        around('[source]\nkind = "gaussian"\nmean = [0, 0]\ncovariance = [[1, 2], [2, 1]]\n'),
        ["source.covariance must be positive semidefinite and not zero, got an eigenvalue of -1"],
    ),
    "probabilities do not sum to 1": (
        tokens(source='[source]\nkind = "tokens"\nprobabilities = [0.5, 0.3, 0.1]\n'),
        ["source.probabilities must sum to 1 within 1e-9, got a sum of 0.9"],
    ),
    "no probabilities": (
        tokens(source='[source]\nkind = "tokens"\nprobabilities = []\n'),
        ["source.probabilities must be a list of at least one number from 0 to 1, got []"],
    ),
    "negative probability": (
        tokens(source='[source]\nkind = "tokens"\nprobabilities = [1.5, -0.5]\n'),
        [
            "source.probabilities[0] must be a number from 0 to 1, got 1.5",
            "source.probabilities[1] must be a number from 0 to 1, got -0.5",
        ],
    ),
    "vocabulary not whole": (
        tokens(source='[source]\nkind = "zipf"\nvocabulary = 2.5\nexponent = 1\n'),
        ["source.vocabulary must be a whole number from 1 to 1e15, got 2.5"],
    ),
    "shift too low": (
        tokens(source='[source]\nkind = "zipf"\nvocabulary = 2\nexponent = 1\nshift = -1\n'),
        ["source.shift must be a number greater than -1, got -1"],
    ),
    "mixture of unequal lengths": (
        tokens(source='[source]\nkind = "mixture"\nweights = [0.5, 0.5]\nmeans = [0]\nvariances = [1, 1, 1]\n'),
        [
            "source.means must have as many entries as weights, 2, got 1",
            "source.variances must have as many entries as weights, 2, got 3",
        ],
    ),
    "unknown design": (
        tokens(source=REGRESSION.replace("fresh", "frech")),
        ['source.design must be "fresh" or "reused", got "frech"; did you mean "fresh"?'],
    ),
    "poisson rate zero": (
        tokens(source='[source]\nkind = "poisson"\nrate = 0\n'),
        ["source.rate must be a number from 1e-75 to 1e75, got 0"],
    ),
    # sample size
    "size zero": (
        around('[sample_size]\nkind = "constant"\nsize = 0\n'),
        ["sample_size.size must be a whole number from 1 to 1e15, got 0"],
    ),
    "size not whole": (
        around('[sample_size]\nkind = "constant"\nsize = 99.5\n'),
        ["sample_size.size must be a whole number from 1 to 1e15, got 99.5"],
    ),
    "size too large": (
        around('[sample_size]\nkind = "constant"\nsize = 1e16\n'),
        ["sample_size.size must be a whole number from 1 to 1e15, got 1e+16"],
    ),
    "shrinking geometric": (
        around('[sample_size]\nkind = "geometric"\nsize = 10\nratio = 0.5\n'),
        ["sample_size.ratio must be a number of at least 1, got 0.5"],
    ),
    "negative power": (
        around('[sample_size]\nkind = "polynomial"\nsize = 10\npower = -1\n'),
        ["sample_size.power must be a number of at least 0, got -1"],
    ),
    "sizes not a list": (
        around('[sample_size]\nkind = "explicit"\nsizes = 10\n'),
        ["sample_size.sizes must be a list of at least one whole number from 1 to 1e15, got 10"],
    ),
    "an entry of sizes": (
        around('[sample_size]\nkind = "explicit"\nsizes = [10, 0, "10"]\n'),
        [
            "sample_size.sizes[1] must be a whole number from 1 to 1e15, got 0",
            'sample_size.sizes[2] must be a whole number from 1 to 1e15, got "10"',
        ],
    ),
    "one point and the unbiased divisor": (
        GAUSSIAN + SIZE.replace("100", "1") + REPLACE + UNBIASED,
        ['sample_size.size must be at least 2 with divisor "unbiased", got 1'],
    ),
    "one point in an explicit list": (
        GAUSSIAN + '[sample_size]\nkind = "explicit"\nsizes = [10, 1, 10]\n' + REPLACE + UNBIASED,
        ['sample_size.sizes must be at least 2 with divisor "unbiased", got 1'],
    ),
    "fewer rows than dimensions": (
        tokens(SIZE.replace("100", "4"), source=REGRESSION),
        ["sample_size.size must be at least source.dimension, 5, as least squares needs as many rows, got 4"],
    ),
    # retention
    "share above one": (
        around('[retention]\nkind = "real_share"\nscheme = "iid"\nshare = 1.5\n'),
        ["retention.share must be a number from 0 to 1, got 1.5"],
    ),
    "unknown scheme": (
        around('[retention]\nkind = "real_share"\nscheme = "statified"\nshare = 0.1\n'),
        ['retention.scheme must be "iid", "stratified" or "fixed", got "statified"; did you mean "stratified"?'],
    ),
    "no scheme": (
        around('[retention]\nkind = "real_share"\nshare = 0.1\n'),
        ['retention.scheme must be "iid", "stratified" or "fixed", got nothing'],
    ),
    "share and real": (
        around('[retention]\nkind = "real_share"\nscheme = "iid"\nshare = 0.1\nreal = 10\n'),
        ["retention.real must be left out where share is given, got both"],
    ),
    "neither share nor real": (
        around('[retention]\nkind = "real_share"\nscheme = "iid"\n'),
        ["retention.share must be a number from 0 to 1 (or real a whole number of points), got nothing"],
    ),
    "share not whole": (
        around('[retention]\nkind = "real_share"\nscheme = "stratified"\nshare = 0.105\n'),
        [
            'retention.share must make a whole number of points with scheme "stratified": 0.105 of 100 is 10.5, '
            "the nearest shares are 0.1 and 0.11, got 0.105"
        ],
    ),
    "share not whole in one generation": (
        GAUSSIAN
        + '[sample_size]\nkind = "explicit"\nsizes = [100, 50, 20]\n'
        + '[retention]\nkind = "real_share"\nscheme = "stratified"\nshare = 0.12\n'
        + MLE,
        [
            'retention.share must make a whole number of points with scheme "stratified": 0.12 of 20 in generation 3 '
            "is 2.4, the nearest shares are 0.1 and 0.2, got 0.12"
        ],
    ),
    "fixed share of changing sizes": (
        GAUSSIAN
        + '[sample_size]\nkind = "explicit"\nsizes = [100, 50]\n'
        + '[retention]\nkind = "real_share"\nscheme = "fixed"\nshare = 0.1\n'
        + MLE,
        [
            'retention.share must be replaced by retention.real with scheme "fixed" where sizes change, as the same '
            "points are kept for ever, got 0.1"
        ],
    ),
    "fixed without real points": (
        around('[retention]\nkind = "real_share"\nscheme = "fixed"\nreal = 0\n'),
        ['retention.real must be greater than 0 with scheme "fixed", got 0'],
    ),
    "more real points than points": (
        around('[retention]\nkind = "real_share"\nscheme = "stratified"\nreal = 101\n'),
        ["retention.real must be at most the sample size, 100, got 101"],
    ),
    "more real points than points in one generation": (
        GAUSSIAN
        + '[sample_size]\nkind = "explicit"\nsizes = [100, 50]\n'
        + '[retention]\nkind = "real_share"\nscheme = "fixed"\nreal = 60\n'
        + MLE,
        ["retention.real must be at most the sample size, 50 in generation 2, got 60"],
    ),
    "one as a switch": (
        around('[retention]\nkind = "accumulate_subsample"\nreplacement = 1\n'),
        ["retention.replacement must be true or false, got 1"],
    ),
    "empty first generation": (
        around('[retention]\nkind = "accumulate"\nfirst = 0\n'),
        ["retention.first must be a whole number from 1 to 1e15, got 0"],
    ),
    "one first point and the unbiased divisor": (
        GAUSSIAN + SIZE + '[retention]\nkind = "accumulate"\nfirst = 1\n' + UNBIASED,
        ['retention.first must be at least 2 with divisor "unbiased", got 1'],
    ),
    "sizes said twice": (
        around('[retention]\nkind = "weighted"\nweight = 0.6\nreal = 30\nsynthetic = 90\n'),
        [
            'sample_size must be left out with retention.kind "weighted", whose sizes are retention.real and '
            'retention.synthetic, got {kind = "constant", size = 100}'
        ],
    ),
    "weighted batches of one point": (
        GAUSSIAN + '[retention]\nkind = "weighted"\nweight = 0.6\nreal = 1\nsynthetic = 1\n' + UNBIASED,
        [
            'retention.real must be at least 2 with divisor "unbiased", got 1',
            'retention.synthetic must be at least 2 with divisor "unbiased", got 1',
        ],
    ),
    "a ridge that pushes": (
        REGRESSION + '[sample_size]\nkind = "constant"\nsize = 20\n[estimator]\nkind = "least_squares"\nridge = -1\n'
        '[retention]\nkind = "replace"\n',
        ["estimator.ridge must be a number from 0 to 1e75, got -1"],
    ),
    "a signal without a size": (
        REGRESSION + 'signal = "strong"\n[sample_size]\nkind = "constant"\nsize = 20\n[retention]\nkind = "replace"\n',
        ['source.signal must be a number from 0 to 1e75, got "strong"'],
    ),
    "weighted uniform": (
        '[source]\nkind = "uniform"\nupper = 1\n'
        '[retention]\nkind = "weighted"\nweight = 0.6\nreal = 3\nsynthetic = 9\n',
        [
            'retention.kind must not be "weighted" for a source other than gaussian, tokens, zipf or regression, '
            "got a uniform source"
        ],
    ),
    "window of no length": (
        around('[retention]\nkind = "window"\nlength = 0\n'),
        ["retention.length must be a whole number from 1 to 1e15, got 0"],
    ),
    "window with real points said twice": (
        around('[retention]\nkind = "window"\nlength = 4\nshare = 0.1\nreal = 10\n'),
        ["retention.real must be left out where share is given, got both"],
    ),
    "window with more real points than there are": (
        around('[retention]\nkind = "window"\nlength = 4\nreal = 101\n'),
        ["retention.real must be at most the sample size, 100, got 101"],
    ),
    "window with a share that is not whole": (
        around('[retention]\nkind = "window"\nlength = 4\nshare = 0.105\n'),
        [
            'retention.share must make a whole number of points with retention.kind "window": 0.105 of 100 is 10.5, '
            "the nearest shares are 0.1 and 0.11, got 0.105"
        ],
    ),
    "forgetting nothing": (
        around('[retention]\nkind = "forgetting"\nrate = 0\n'),
        ["retention.rate must be a number greater than 0 and at most 1, got 0"],
    ),
    "pool with an entry too few": (
        GAUSSIAN + '[retention]\nkind = "pool"\nreal = [30, 20]\nsynthetic = [5, 10, 20]\n' + MLE,
        [
            "retention.synthetic must start with 0, as there is no model before the first, got 5",
            "retention.synthetic must have as many entries as real, 2, got 3",
        ],
    ),
    "pool without real points": (
        GAUSSIAN + '[retention]\nkind = "pool"\nreal = [0, 20]\nsynthetic = [0, 10]\n' + MLE,
        ["retention.real must start with at least 1 point, as the first model is fitted to real points, got 0"],
    ),
    "pool with a bad schedule": (
        GAUSSIAN + '[retention]\nkind = "pool"\nreal = { kind = "constant", sise = 3 }\nsynthetic = [0, -1]\n' + MLE,
        [
            'retention.real.sise is not a known field; did you mean "size"?',
            "retention.synthetic[1] must be a whole number from 0 to 1e15, got -1",
        ],
    ),
    "pool that is neither": (
        GAUSSIAN + '[retention]\nkind = "pool"\nreal = 30\nsynthetic = { kind = "lots" }\n' + MLE,
        [
            "retention.real must be a list of whole numbers (entry t is generation t) or a table with kind "
            f"{SIZES}, got 30",
            f'retention.synthetic.kind must be {SIZES}, got "lots"',
        ],
    ),
    # estimator
    "no divisor": (
        around('[estimator]\nkind = "moments"\n'),
        ['estimator.divisor must be "mle", "unbiased" or "offset", got nothing'],
    ),
    "unknown divisor": (
        around('[estimator]\nkind = "moments"\ndivisor = "unbaised"\n'),
        ['estimator.divisor must be "mle", "unbiased" or "offset", got "unbaised"; did you mean "unbiased"?'],
    ),
    "offset without its value": (
        around('[estimator]\nkind = "moments"\ndivisor = "offset"\n'),
        ['estimator.offset must be a finite number with divisor "offset", got nothing'],
    ),
    "offset with another divisor": (
        around('[estimator]\nkind = "moments"\ndivisor = "mle"\noffset = 0.5\n'),
        ['estimator.offset must be left out with divisor "mle", got 0.5'],
    ),
    "offset too low": (
        around('[estimator]\nkind = "moments"\ndivisor = "offset"\noffset = -99\n'),
        [
            "estimator.offset must be greater than -99 where sample_size.size is 100, as the divisor is "
            "100 - 1 + offset, got -99.0"
        ],
    ),
    "kernel without a width": (
        around('[estimator]\nkind = "kernel"\n'),
        ["estimator.bandwidth must be a number greater than 0 (or relative one), got nothing"],
    ),
    "a bandwidth in data units and a standard deviation": (
        around('[estimator]\nkind = "kernel"\nbandwidth = 1\nsd = "mle"\n'),
        ['estimator.sd must be left out where bandwidth is given, got "mle"'],
    ),
    "no such standard deviation": (
        around('[estimator]\nkind = "kernel"\nrelative = 1\nsd = "biased"\n'),
        ['estimator.sd must be "unbiased", "mle" or "model", got "biased"; did you mean "unbiased"?'],
    ),
    "a known mean in two dimensions": (
        '[source]\nkind = "gaussian"\nmean = [0, 0]\ncovariance = [[1, 0], [0, 1]]\n'
        + SIZE
        + REPLACE
        + '[estimator]\nkind = "known_mean"\n',
        ['estimator.kind must be "moments" or "kernel" for a source in 2 dimensions, got "known_mean"'],
    ),
    "a known variance with a divisor": (
        around('[estimator]\nkind = "known_variance"\ndivisor = "mle"\n'),
        ["estimator.divisor is not a known field: estimator takes kind"],
    ),
    "kernel with two widths": (
        around('[estimator]\nkind = "kernel"\nbandwidth = 1\nrelative = 1\n'),
        ["estimator.relative must be left out where bandwidth is given, got both"],
    ),
    "pseudocount zero": (
        tokens('[estimator]\nkind = "additive"\npseudocount = 0\n'),
        ["estimator.pseudocount must be a number greater than 0, got 0"],
    ),
    "moments of tokens": (
        tokens(MLE),
        ['estimator.kind must be "frequency", "additive" or "posterior" for a tokens source, got "moments"'],
    ),
    "frequency of a gaussian": (
        around('[estimator]\nkind = "frequency"\n'),
        [
            'estimator.kind must be "moments", "kernel", "known_mean" or "known_variance" for a gaussian source, '
            'got "frequency"'
        ],
    ),
    # sampler
    "temperature zero": (
        tokens('[sampler]\nkind = "temperature"\ntemperature = 0\n'),
        ["sampler.temperature must be a number greater than 0, got 0"],
    ),
    "temperature of a gaussian": (
        around('[sampler]\nkind = "temperature"\ntemperature = 1\n'),
        [
            'sampler.kind must be "faithful", "truncated", "scaled", "best_of" or "tilt" for a gaussian source, '
            'got "temperature"'
        ],
    ),
    "truncated tokens": (
        tokens('[sampler]\nkind = "truncated"\ncutoff = 1\n', source=ZIPF),
        [
            'sampler.kind must be "faithful", "temperature", "top_k", "top_p", "best_of" or "tilt" for a zipf source, '
            'got "truncated"'
        ],
    ),
    "more than the vocabulary": (
        tokens('[sampler]\nkind = "top_k"\nk = 4\n'),
        ["sampler.k must be at most the vocabulary, 3, got 4"],
    ),
    "top_p of nothing": (
        tokens('[sampler]\nkind = "top_p"\np = 0\n'),
        ["sampler.p must be a number greater than 0 and at most 1, got 0"],
    ),
    "reward of another length": (
        tokens('[sampler]\nkind = "best_of"\nk = 2\nreward = [1, 2]\n'),
        ["sampler.reward must have one number for each of the 3 tokens, got 2"],
    ),
    "value of a token": (
        tokens('[sampler]\nkind = "tilt"\nstrength = 1\nreward = "value"\n'),
        ['sampler.reward must be a list of 3 numbers, one for each token, got "value"'],
    ),
    "reward per token of a gaussian": (
        around('[sampler]\nkind = "best_of"\nk = 2\nreward = [1, 2]\n'),
        ['sampler.reward must be "value" or "quadratic" for a gaussian source, got [1.0, 2.0]'],
    ),
    "unknown reward": (
        around('[sampler]\nkind = "best_of"\nk = 2\nreward = "best"\n'),
        ['sampler.reward must be "value", "quadratic" or a list of one finite number for each token, got "best"'],
    ),
    "quadratic without a centre": (
        around('[sampler]\nkind = "best_of"\nk = 2\nreward = "quadratic"\n'),
        ['sampler.centre must be a finite number with reward "quadratic", got nothing'],
    ),
    "centre without quadratic": (
        around('[sampler]\nkind = "tilt"\nstrength = 1\nreward = "value"\ncentre = 0\n'),
        ['sampler.centre must be left out unless reward is "quadratic", got 0.0'],
    ),
    "first fit of another name": (
        around('[sampler]\nkind = "truncated"\ncutoff = 2\nfirst_fit = "none"\n'),
        ['sampler.first_fit must be "real" or "biased", got "none"'],
    ),
    "first fit of a sampler that has none": (
        around('[sampler]\nkind = "faithful"\nfirst_fit = "real"\n'),
        ["sampler.first_fit is not a known field: sampler takes kind"],
    ),
    "biased first fit of tokens": (
        tokens('[sampler]\nkind = "tilt"\nstrength = 1\nreward = [1, 0, 0]\nfirst_fit = "biased"\n'),
        ['sampler.first_fit must be "real" for a tokens source, got "biased"'],
    ),
    "biased first fit beside real points": (
        GAUSSIAN
        + SIZE
        + '[retention]\nkind = "real_share"\nscheme = "iid"\nshare = 0.5\n'
        + MLE
        + '[sampler]\nkind = "scaled"\nvariance_factor = 0.9\nfirst_fit = "biased"\n',
        [
            'sampler.first_fit must be "real" with retention.kind "real_share", whose real points come from the source '
            'as it is, got "biased"'
        ],
    ),
    "sampled regression": (
        tokens('[sampler]\nkind = "best_of"\nk = 2\nreward = "value"\n', source=REGRESSION),
        ['sampler.kind must be "faithful" for a regression source, got "best_of"'],
    ),
    "truncated plane": (
        '[source]\nkind = "gaussian"\nmean = [0, 0]\ncovariance = [[1, 0], [0, 1]]\n'
        + SIZE
        + REPLACE
        + MLE
        + '[sampler]\nkind = "truncated"\ncutoff = 2\n',
        ['sampler.kind must be "faithful" or "scaled" for a source in 2 dimensions, got "truncated"'],
    ),
    # disturbances
    "contamination of nothing real": (
        tokens("[contamination]\nshare = 0.4\n"),
        [
            'contamination must be left out unless retention.kind is "real_share", "weighted" or "pool", or "window" '
            'with real points, as no real points come after the first generation, got retention.kind "replace"'
        ],
    ),
    "poison of another vocabulary": (
        tokens("[poison]\nshare = 0.1\nprobabilities = [0.5, 0.5]\n"),
        ["poison.probabilities must have one entry for each of the 3 tokens, got 2"],
    ),
    "poisoned gaussian": (
        around(GAUSSIAN) + "[poison]\nshare = 0.1\nprobabilities = [0.5, 0.5]\n",
        ["poison must be left out unless the source has tokens, got a gaussian source"],
    ),
    "poison and real data above the whole": (
        tokens(
            '[retention]\nkind = "real_share"\nscheme = "iid"\nshare = 0.75\n',
            "[poison]\nshare = 0.5\nprobabilities = [0, 0, 1]\n",
        ),
        ["poison.share must be at most what real points leave, 0.25, got 0.5"],
    ),
    "detector that keeps nothing": (
        tokens("[detector]\ntrue_positive = 1\nfalse_positive = 1\nrefill = false\n"),
        ["detector.false_positive must be less than 1 where true_positive is 1, as nothing is kept, got 1"],
    ),
    "detector without refill": (
        tokens("[detector]\ntrue_positive = 0.9\nfalse_positive = 0.1\n"),
        ["detector.refill must be true or false, got nothing"],
    ),
    "feedback without a human share": (
        tokens("[feedback]\nhuman_size = 10\nnovelty = 0.1\nfeedback_share = 0.1\n"),
        [
            'feedback must be left out unless retention is "real_share" with scheme "iid" and a share (the human share '
            'of what the machine reads), got retention = {kind = "replace"}'
        ],
    ),
    "a single island": (
        tokens("[islands]\nmodels = 1\nmigration = 0.1\n"),
        ["islands.models must be a whole number of at least 2, got 1"],
    ),
    # several at once
    "mistakes in every table": (
        '[source]\nkind = "gaussian"\nmean = 0\nvariance = -1\n[sample_size]\nkind = "constant"\nsize = 0\n'
        '[retention]\nkind = "window"\n[estimator]\nkind = "moments"\ndivisor = "both"\n[sampler]\nkind = "loud"\n',
        [
            "source.variance must be a number from 1e-75 to 1e75, got -1",
            "sample_size.size must be a whole number from 1 to 1e15, got 0",
            "retention.length must be a whole number from 1 to 1e15, got nothing",
            'estimator.divisor must be "mle", "unbiased" or "offset", got "both"',
            f'sampler.kind must be {SAMPLERS}, got "loud"',
        ],
    ),
    "fields first, combinations later": (
        tokens(MLE, '[sampler]\nkind = "top_k"\nk = 0\n'),
        ["sampler.k must be a whole number from 1 to 1e15, got 0"],
    ),
    "two combinations": (
        tokens(MLE, '[sampler]\nkind = "top_k"\nk = 7\n'),
        [
            'estimator.kind must be "frequency", "additive" or "posterior" for a tokens source, got "moments"',
            "sampler.k must be at most the vocabulary, 3, got 7",
        ],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_mistake_has_its_line(name, tmp_path):
    text, lines = BAD[name]
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(path)
    assert list(refused.value.lines) == lines
    assert str(refused.value) == "\n".join(lines)


def test_there_are_enough_of_them():
    assert len(BAD) >= 60


def test_missing_file(tmp_path):
    with pytest.raises(ScenarioError, match=r'^the file must exist, got ".*nowhere\.toml"$'):
        load_scenario(tmp_path / "nowhere.toml")


def test_folder(tmp_path):
    with pytest.raises(ScenarioError, match=r'^the file must be a TOML file, got the folder ".*"$'):
        load_scenario(tmp_path)


def test_not_utf8(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[source]\n# caf\xe9\nkind = "gaussian"\n')
    with pytest.raises(ScenarioError, match=r'^the file must be UTF-8 text, got byte 0xe9 in line 2 of ".*"$'):
        load_scenario(path)


@pytest.mark.parametrize(
    ("text", "place"),
    [("[source]\nkind = gaussian\n", "line 2"), ("[source]\nmean = 1\nmean = 2\n", "line 3"), ("[source\n", "line 1")],
)
def test_not_toml_names_the_line(text, place, tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        load_scenario(path)
    (line,) = refused.value.lines
    assert line.startswith("the file must be TOML, got ")
    assert place in line


def test_long_values_and_many_mistakes_stay_short():
    scenario = {"source": {"kind": "tokens", "probabilities": ["x" * 10_000] * 1000}}
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(scenario)
    assert len(refused.value.lines) == 21
    assert all(len(line) < 200 for line in refused.value.lines)
    assert refused.value.lines[-1] == "and 981 more mistakes"


def test_values_cannot_break_the_line():
    with pytest.raises(ScenarioError) as refused:
        parse_scenario({"source": {"kind": "tokens\nx"}, "retention": {"kind": "\x1b[2J\u2028"}, "a\nb": 1})
    assert len(refused.value.lines) == 3
    assert all(len(line.splitlines()) == 1 and line.isprintable() for line in refused.value.lines)


@pytest.mark.parametrize("bits", [60, 1200, 20_000])
def test_numbers_of_any_size_can_be_refused(bits):
    value = -(1 << bits)
    with pytest.raises(ScenarioError) as refused:
        parse_scenario({"source": {"kind": "poisson", "rate": value}, "retention": {"kind": "replace"}})
    (line,) = refused.value.lines
    assert line.startswith("source.rate must be a number from 1e-75 to 1e75, got ")


@pytest.mark.parametrize("value", [[], "gaussian", 3, None])
def test_what_is_no_table_is_no_scenario(value):
    with pytest.raises(ScenarioError, match=r"^a scenario must be a table, got "):
        parse_scenario(value)
