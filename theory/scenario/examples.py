"""A first scenario file for every kind of the vocabulary, to edit from."""

from theory.scenario.errors import InputError, alternatives, nearest, shown

_HEADINGS = {
    "source": "[source]                    # what the real data are drawn from",
    "sample_size": "[sample_size]               # M_t, the points that model t is fitted to; t = 1 is the first model",
    "retention": "[retention]                 # what each generation trains on from t = 2 on; the first on the source",
    "estimator": "[estimator]                 # how a model is fitted",
    "sampler": "[sampler]                   # how a model writes the points of the next generation",
}

_SOURCES = {
    "gaussian": """\
kind = "gaussian"
mean = 0.0                  # or a list, one number for each dimension
variance = 1.0              # or, in several dimensions, covariance = [[1.0, 0.5], [0.5, 1.0]]
""",
    "gaussian_vector": """\
kind = "gaussian"           # in several dimensions
mean = [0.0, 0.0, 1.0]      # one number for each
covariance = [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 2.0]]    # symmetric, positive semidefinite
""",
    "tokens": """\
kind = "tokens"
probabilities = [0.5, 0.3, 0.15, 0.05]    # one for each token, summing to 1
""",
    "zipf": """\
kind = "zipf"               # p_i proportional to (i + shift)^-exponent, the most frequent token first
vocabulary = 1000
exponent = 1.1
shift = 0.0                 # the default; greater than -1
""",
    "uniform": """\
kind = "uniform"            # on [0, upper]
upper = 1.0
""",
    "exponential": """\
kind = "exponential"
mean = 1.0
""",
    "poisson": """\
kind = "poisson"
rate = 2.0
""",
    "mixture": """\
kind = "mixture"            # of normal laws on the line
weights = [0.7, 0.3]        # sum to 1
means = [0.0, 10.0]
variances = [1.0, 0.5]
""",
    "regression": """\
kind = "regression"         # y = w.x + noise with x ~ N(0, I); sample_size counts rows
dimension = 5
noise_variance = 1.0
design = "fresh"            # new rows x in each generation, or "reused": those of the first
# signal = 1.0              # |w|^2 of the source, which matters with a ridge alone
""",
}

_SIZES = {
    "constant": """\
kind = "constant"
size = 100
""",
    "polynomial": """\
kind = "polynomial"         # size * t^power, rounded half up
size = 100
power = 2.0                 # at least 0
""",
    "geometric": """\
kind = "geometric"          # size * ratio^(t-1), rounded half up
size = 100
ratio = 1.5                 # at least 1
""",
    "explicit": """\
kind = "explicit"           # one entry for each generation; none is known beyond the list
sizes = [100, 200, 400, 400, 400]
""",
}

_RETENTIONS = {
    "replace": """\
kind = "replace"            # only what the previous model wrote
""",
    "real_share": """\
kind = "real_share"
scheme = "stratified"       # so many fresh real points; "iid": each with this probability; "fixed": the same for ever,
                            # the first of the points that generation 1, all real, was fitted to
share = 0.1                 # a whole number of points, unless iid; or real = 10
""",
    "accumulate": """\
kind = "accumulate"         # everything so far
first = 50                  # real points in the first generation; left out: as many as sample_size says
""",
    "accumulate_subsample": """\
kind = "accumulate_subsample"    # sample_size points drawn from everything so far
replacement = false
""",
    "weighted": """\
kind = "weighted"           # this one carries its own sizes: no [sample_size]
weight = 0.6                # on the real points, the rest on the synthetic ones
real = 30
synthetic = 90
""",
    "window": """\
kind = "window"             # the last batches, pooled
length = 4
share = 0.1                 # optional: so much of every batch is fresh real points, a whole number; or real = 10
""",
    "forgetting": """\
kind = "forgetting"         # model = (1 - rate) * old model + rate * new fit
rate = 0.3                  # 1 is replacement
""",
    "pool": """\
kind = "pool"               # everything so far, in unequal batches; it carries its own sizes: no [sample_size]
real = [30, 20, 12, 7, 4]   # points that join in generation 1, 2, ...; or a schedule as under sample_size
synthetic = [0, 10, 20, 40, 80]
budget = 25                 # optional: each model is fitted to so many points drawn from the pool with replacement
""",
}

_ESTIMATORS = {
    "moments": """\
kind = "moments"            # mean and variance
divisor = "unbiased"        # n - 1; or "mle": n; or "offset": n - 1 + offset, with offset = 0.5, say
""",
    "known_variance": """\
kind = "known_variance"     # that of the source; the mean alone is estimated
""",
    "known_mean": """\
kind = "known_mean"         # that of the source; the variance is the mean square about it
""",
    "kernel": """\
kind = "kernel"             # a Gaussian kernel density
bandwidth = 0.3             # in data units; or relative = 0.5, in standard deviations of the points
# sd = "mle"                # with relative: which ones; "unbiased" where it is left out, "mle", or those of the "model"
""",
    "frequency": """\
kind = "frequency"          # counts over their sum; the default for tokens, so this table may be left out
""",
    "additive": """\
kind = "additive"           # (count + pseudocount) / (n + K * pseudocount)
pseudocount = 0.5
""",
    "posterior": """\
kind = "posterior"          # a draw from the Dirichlet posterior with this prior weight on each token
pseudocount = 0.5
""",
    "least_squares": """\
kind = "least_squares"      # the default for regression, so this table may be left out
# ridge = 10.0              # w = (X'X + ridge I)^-1 X'y; 0 where it is left out
""",
    "likelihood": """\
kind = "likelihood"         # the default for this source, so this table may be left out
""",
}

_SAMPLERS = {
    "faithful": """\
kind = "faithful"           # as it is; the default, so this table may be left out
""",
    "temperature": """\
kind = "temperature"        # from q^(1/temperature), normalised
temperature = 0.9
""",
    "top_k": """\
kind = "top_k"              # from the k most probable tokens
k = 3
""",
    "top_p": """\
kind = "top_p"              # from the smallest set of most probable tokens with this mass
p = 0.95
""",
    "truncated": """\
kind = "truncated"          # within so many standard deviations of the model's mean
cutoff = 2.0
first_fit = "real"          # the default; "biased": the source writes generation 1 through it too, if a Gaussian
""",
    "scaled": """\
kind = "scaled"             # with the model's variance times this factor
variance_factor = 0.9
first_fit = "real"          # the default; "biased": the source writes generation 1 through it too, if a Gaussian
""",
    "best_of": """\
kind = "best_of"            # the best of k draws
k = 2
reward = "value"            # the largest; or "quadratic" and centre = 0.0: nearest to 0; tokens: one number for each
first_fit = "real"          # the default; "biased": the source writes generation 1 through it too, if a Gaussian
""",
    "tilt": """\
kind = "tilt"               # from the model times exp(strength * reward)
strength = 0.3
reward = "value"            # x; or "quadratic" and centre = 0.0: -(x - 0)^2 / 2; tokens: one number for each
first_fit = "real"          # the default; "biased": the source writes generation 1 through it too, if a Gaussian
""",
}

_DISTURBANCES = {
    "contamination": """\
[contamination]             # a share of the "real" points was written by the model
share = 0.4
""",
    "poison": """\
[poison]                    # a share of the training points comes from a fixed distribution
share = 0.02
probabilities = [0.0, 0.0, 0.0, 1.0]      # one for each token
""",
    "detector": """\
[detector]                  # a filter that removes what it takes for synthetic
true_positive = 0.9         # synthetic points removed
false_positive = 0.1        # real points removed
refill = true               # fill the training set up again to its size
""",
    "feedback": """\
[feedback]                  # people learn from machines; retention.share is the human share of what the machine reads
human_size = 100            # human tokens in each generation
novelty = 0.03              # share of them that is new
feedback_share = 0.2        # share of the others that is copied from machine text
""",
    "islands": """\
[islands]                   # several models that train apart
models = 4
migration = 0.2             # share of what each reads that comes from the pool of all
""",
}

_IID_SHARE = """\
kind = "real_share"
scheme = "iid"              # each point is real with this probability
share = 0.1
"""

_TABLES = {
    "source": _SOURCES,
    "sample_size": _SIZES,
    "retention": _RETENTIONS | {"iid_share": _IID_SHARE},
    "estimator": _ESTIMATORS,
    "sampler": _SAMPLERS,
}

_SURROUNDINGS = {
    "frequency": {"source": "tokens"},
    "additive": {"source": "tokens"},
    "posterior": {"source": "tokens"},
    "least_squares": {"source": "regression"},
    "likelihood": {"source": "exponential"},
    "temperature": {"source": "tokens"},
    "top_k": {"source": "tokens"},
    "top_p": {"source": "tokens"},
    "contamination": {"source": "tokens", "retention": "iid_share"},
    "poison": {"source": "tokens", "retention": "iid_share"},
    "detector": {"source": "tokens", "retention": "iid_share"},
    "feedback": {"source": "tokens", "retention": "iid_share"},
    "islands": {"source": "tokens"},
}
"""The tables around a kind, where they are not the usual ones: a Gaussian source, 100 points, replace."""


def example_text(kind: str) -> str:
    """A first scenario file, commented, that shows this kind.

    Raises InputError for a kind that the vocabulary does not have.
    """
    homes = {name: table for table, kinds in _TABLES.items() for name in kinds if name != "iid_share"}
    known = [*homes, *_DISTURBANCES]
    if kind not in known:
        raise InputError(f"kind must be {alternatives(known)}, got {shown(kind)}{nearest(kind, known)}")
    chosen = {"source": "gaussian", "sample_size": "constant", "retention": "replace"} | _SURROUNDINGS.get(kind, {})
    if kind in homes:
        chosen[homes[kind]] = kind
    if chosen["source"].startswith("gaussian"):
        chosen.setdefault("estimator", "moments")
    if chosen["retention"] in ("weighted", "pool"):
        del chosen["sample_size"]
    parts = [_HEADINGS[table] + "\n" + _TABLES[table][chosen[table]] for table in _HEADINGS if table in chosen]
    return "\n".join([*parts, *([_DISTURBANCES[kind]] if kind in _DISTURBANCES else [])])
