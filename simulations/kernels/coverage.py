"""Which scenarios a kernel covers, and which one; nothing here starts JAX."""

from theory.scenario import InputError, Scenario
from theory.scenario.errors import alternatives
from theory.scenario.scenario import DISTURBANCES

RETENTIONS = ("replace", "real_share", "accumulate")
ESTIMATORS = {"gaussian": "moments", "tokens": "frequency"}


class NoKernel(InputError):
    """No kernel covers the scenario yet; the one line names the field that none covers."""


def policy(scenario: Scenario) -> str:
    """What the kernels tell apart: "replace", "iid", "stratified", "fixed" or "accumulate".

    Raises NoKernel outside of 1-D Gaussian and token chains with these retention policies, the plain estimator and the
    faithful sampler.
    """
    problem = _uncovered(scenario)
    if problem is not None:
        raise NoKernel(f"no kernel yet covers {problem}")
    retention = scenario.retention
    return retention.scheme if retention.kind == "real_share" else retention.kind


def _uncovered(s: Scenario) -> str | None:
    source = f"a {s.source.kind} source"
    if s.family not in ESTIMATORS:
        return f'source.kind = "{s.source.kind}"; covered: "gaussian", "tokens", "zipf"'
    if s.source.kind == "gaussian" and s.source.dimension > 1:
        return f"{source} in {s.source.dimension} dimensions; covered: 1 dimension"
    if s.retention.kind not in RETENTIONS:
        return f'retention.kind = "{s.retention.kind}" for {source}; covered: {alternatives(RETENTIONS)}'
    if s.estimator.kind != ESTIMATORS[s.family]:
        return f'estimator.kind = "{s.estimator.kind}" for {source}; covered: "{ESTIMATORS[s.family]}"'
    if s.sampler.kind != "faithful":
        return f'sampler.kind = "{s.sampler.kind}" for {source}; covered: "faithful"'
    for name in DISTURBANCES:
        if getattr(s, name) is not None:
            return f"{name}; covered: scenarios without it"
    if s.family == "gaussian" and getattr(s.retention, "scheme", None) == "iid" and s.sample_size.constant is None:
        return f'sample_size.kind = "{s.sample_size.kind}" with scheme "iid" for {source}; covered: sizes that stay the same'
    return None
