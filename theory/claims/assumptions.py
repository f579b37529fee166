"""The named, strict conditions that claims are made of. Each is one predicate on a scenario."""

from theory.claim import Assumption
from theory.scenario import Scenario

GAUSSIAN = Assumption(
    "the source is a one-dimensional Gaussian", lambda s: s.family == "gaussian" and s.source.dimension == 1
)
SEVERAL_DIMENSIONS = Assumption(
    "the source is a Gaussian in several dimensions", lambda s: s.family == "gaussian" and s.source.dimension > 1
)
TOKENS = Assumption("the source is a token distribution", lambda s: s.family == "tokens")
REGRESSION = Assumption(
    "the source is a linear regression, fitted without a ridge",
    lambda s: s.family == "regression" and s.estimator.ridge == 0.0,
)
RIDGE = Assumption(
    "the source is a linear regression, fitted with a ridge (estimator.ridge of at least 1e-75)",
    lambda s: s.family == "regression" and s.estimator.ridge >= 1e-75,
)
UNIFORM = Assumption("the source is a uniform law on [0, upper]", lambda s: s.family == "uniform")
EXPONENTIAL = Assumption("the source is an exponential law", lambda s: s.family == "exponential")
POISSON = Assumption("the source is a Poisson law", lambda s: s.family == "poisson")
MIXTURE = Assumption("the source is a mixture of normal laws", lambda s: s.family == "mixture")
CONSTANT_SIZE = Assumption("the sample size is the same in every generation", lambda s: _constant(s) is not None)
FAITHFUL = Assumption("the sampler draws from the model as it is", lambda s: s.sampler.kind == "faithful")
REAL_FIRST_FIT = Assumption("the first fit sees real points", lambda s: s.biased_from > 1)
MOMENTS = Assumption("mean and variance are estimated by moments", lambda s: s.estimator.kind == "moments")
FREQUENCY = Assumption("probabilities are estimated by observed frequencies", lambda s: s.estimator.kind == "frequency")
UNDISTURBED = Assumption(
    "there is no contamination, poison, detector, feedback or islands",
    lambda s: not (s.contamination or s.poison or s.detector or s.feedback or s.islands),
)


def retains(kind: str) -> Assumption:
    """The training set of a generation is formed by this retention policy; a window holds no fresh real points."""
    return Assumption(f'the retention policy is "{kind}"', lambda s: s.retention.kind == kind and not refreshed(s))


def refreshed(scenario: Scenario) -> bool:
    """Whether fresh real points join the batches of a window."""
    return scenario.retention.kind == "window" and scenario.retention.refreshed


def put_back(scenario: Scenario) -> bool:
    """Whether training sets are drawn with replacement from all points: all their points may be the same one."""
    retention = scenario.retention
    if retention.kind == "pool":
        return retention.budget is not None
    return retention.kind == "accumulate_subsample" and retention.replacement


def shares_real(scheme: str) -> Assumption:
    """Real data are mixed in by this one of the three schemes."""
    return Assumption(
        f'the retention policy is "real_share" with scheme "{scheme}"',
        lambda s: s.retention.kind == "real_share" and s.retention.scheme == scheme,
    )


def divisor_is(*divisors: str) -> Assumption:
    """The variance is divided as one of these names says."""
    named = " or ".join(f'"{divisor}"' for divisor in divisors)
    return Assumption(
        f"the variance estimate uses the divisor {named}",
        lambda s: s.estimator.kind == "moments" and s.estimator.divisor in divisors,
    )


def sample_size_at_least(smallest: int) -> Assumption:
    """Every generation has at least this many points."""
    return Assumption(f"the sample size is at least {smallest}", lambda s: _smallest(s) >= smallest)


def _smallest(scenario: Scenario) -> int:
    """The least of the sizes that are said or can be reached; 0 where there are none."""
    return 0 if scenario.sample_size is None else min(scenario.sample_size.leading_sizes(), default=0)


def _constant(scenario: Scenario) -> int | None:
    return None if scenario.sample_size is None else scenario.sample_size.constant


REPLACED = (retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
UNIFORM_REPLACE, EXPONENTIAL_REPLACE, POISSON_REPLACE = (
    (family, *REPLACED) for family in (UNIFORM, EXPONENTIAL, POISSON)
)
GAUSSIAN_REPLACE = (GAUSSIAN, MOMENTS, retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
VECTOR_REPLACE = (SEVERAL_DIMENSIONS, MOMENTS, retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
GAUSSIAN_ACCUMULATE = (GAUSSIAN, MOMENTS, retains("accumulate"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
TOKENS_REPLACE = (TOKENS, FREQUENCY, retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)


def tokens_with_real_share(scheme: str) -> tuple[Assumption, ...]:
    """The conditions shared by every claim about tokens with a share of real data."""
    return (TOKENS, FREQUENCY, shares_real(scheme), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
