r"""Every statistic by its one name, shared by claims, simulations, stores and figures.

Values are expectations over chains unless the description says otherwise. Every token statistic is of the counts that
model t was fitted to (p_t); only `cross_entropy` is of the distribution that the model samples from (q_t).
"""

import math
from dataclasses import dataclass
from typing import Literal

from theory.scenario.errors import InputError, nearest, shown

Argument = Literal["x", "threshold", "order", "token"]


@dataclass(frozen=True)
class Quantity:
    """One statistic: what it is, of which families, and how it is asked for.

    `argument` is what `at` means: "x" and "threshold" in absolute units, an "order", or a "token" (of a mixture: a
    component) by 0-based rank in the order of the file; `argument_families` are those where it is asked for, all of
    them where it is None. `shape` is that of one answer at one t, in the letters of arrays. `limit` says whether t
    = inf may be asked for; a `final` statistic belongs to the whole chain and takes only t = inf, its default. One
    of `several_dimensions` says nothing new of a source on the line, one of `one_dimension` is defined there alone.
    """

    name: str
    families: tuple[str, ...]
    unit: str
    symbol: str
    description: str
    argument: Argument | None = None
    argument_families: tuple[str, ...] | None = None
    shape: tuple[str, ...] = ()
    limit: bool = True
    final: bool = False
    several_dimensions: bool = False
    one_dimension: bool = False

    def argument_in(self, family: str) -> Argument | None:
        """What `at` means for a family; None where it takes none."""
        families = self.families if self.argument_families is None else self.argument_families
        return self.argument if family in families else None

    def checked_argument(self, at: float | None, family: str, vocabulary: int | None = None) -> float | None:
        """`at` as the statistic takes it in a family: a token or a whole order as an int.

        Raises InputError where an argument is missing, superfluous or out of range.
        """
        argument = self.argument_in(family)
        if argument is None:
            if at is not None:
                raise InputError(
                    f"at must be left out with the statistic {self.name}, which takes no argument, got {at:.15g}"
                )
            return None
        wanted = {
            "x": "a finite number",
            "threshold": "a number greater than 0",
            "order": "a number greater than 0",
            "token": ("the place of a component" if family == "mixture" else "the rank of a token")
            + ", a whole number from 0"
            + (f" to {vocabulary - 1}" if vocabulary else ""),
        }[argument]
        whole = at is not None and math.isfinite(at) and at == int(at)
        allowed = at is not None and math.isfinite(at) and (argument in ("x", "token") or at > 0)
        if argument == "token":
            allowed = allowed and whole and 0 <= at < (vocabulary or math.inf)  # type: ignore[operator]
        if not allowed:
            given = "nothing" if at is None else f"{at:.15g}"
            raise InputError(f"at must be {wanted} with the statistic {self.name}, got {given}")
        return int(at) if whole and argument in ("order", "token") else at  # type: ignore[arg-type]


_G = ("gaussian",)
_K = ("tokens",)
_L = ("gaussian", "uniform", "exponential", "poisson", "mixture")
_C = ("tokens", "mixture")
_SQUARED = "squared data units"

_ALL = (
    Quantity("variance", _L, _SQUARED, r"\mathbb{E}[v_t]", "mean variance of model t", one_dimension=True),
    Quantity(
        "variance_second_moment",
        _L,
        "data units to the fourth",
        r"\mathbb{E}[v_t^2]",
        "second moment of the variance of model t",
        one_dimension=True,
    ),
    Quantity(
        "mean_precision",
        _G,
        "one over squared data units",
        r"\mathbb{E}[1/v_t]",
        "mean over chains of one over the variance of model t",
        one_dimension=True,
    ),
    Quantity("log_variance", _L, "nats", r"\mathbb{E}[\log v_t]", "mean log-variance of model t", one_dimension=True),
    Quantity(
        "log_variance_sd",
        _L,
        "nats",
        r"\operatorname{sd}[\log v_t]",
        "standard deviation over chains of the log-variance",
        one_dimension=True,
    ),
    Quantity(
        "mean_squared_error",
        _L,
        _SQUARED,
        r"\mathbb{E}\lVert\mu_t-\mu_0\rVert^2",
        "squared distance of the mean of model t from that of the source",
    ),
    Quantity(
        "mean_bias",
        ("gaussian", "exponential", "poisson"),
        "data units",
        r"\mathbb{E}[\mu_t]-\mu_0",
        "mean over chains of the mean of model t, less that of the source",
        one_dimension=True,
    ),
    Quantity(
        "mean_fourth_moment",
        _G,
        "data units to the fourth",
        r"\mathbb{E}(\mu_t-\mu_0)^4",
        "fourth power of the distance of the mean of model t from that of the source",
        one_dimension=True,
    ),
    Quantity(
        "draw_variance",
        _G,
        _SQUARED,
        r"\mathbb{E}(X_t-\mu_0)^2",
        "squared distance of a value drawn from model t from the mean of the source, over chains and draws",
        one_dimension=True,
    ),
    Quantity(
        "draw_fourth_moment",
        _G,
        "data units to the fourth",
        r"\mathbb{E}(X_t-\mu_0)^4",
        "fourth power of the distance of a value drawn from model t from the mean of the source, over chains and draws",
        one_dimension=True,
    ),
    Quantity(
        "cumulative_squared_error",
        _G,
        _SQUARED,
        r"\textstyle\sum_{s\le t}\mathbb{E}\lVert\mu_s-\mu_0\rVert^2",
        "squared distances of the means of models 1 to t from that of the source, added up",
    ),
    Quantity(
        "wasserstein2_squared",
        _G,
        _SQUARED,
        r"\mathbb{E}\,W_2^2(t)",
        "squared Wasserstein-2 distance between model t and the source",
    ),
    Quantity(
        "wasserstein2_squared_variance",
        _G,
        "data units to the fourth",
        r"\operatorname{Var} W_2^2(t)",
        "variance over chains of the squared Wasserstein-2 distance",
    ),
    Quantity(
        "closer_than_one_fit",
        _G,
        "probability",
        r"\mathbb{P}(W_2(t)<W_2(1))",
        "probability that model t is closer to the source than model 1 of its chain, in Wasserstein-2 distance",
        limit=False,
    ),
    Quantity(
        "kl_reverse",
        ("gaussian", "tokens"),
        "nats",
        r"\mathbb{E}\,D_{\mathrm{KL}}(p_t\,\Vert\,p_0)",
        "Kullback-Leibler divergence of model t from the source (model first)",
    ),
    Quantity(
        "kl_forward",
        _G,
        "nats",
        r"\mathbb{E}\,D_{\mathrm{KL}}(p_0\,\Vert\,p_t)",
        "Kullback-Leibler divergence of the source from model t (source first)",
    ),
    Quantity(
        "variance_cdf",
        _L,
        "probability",
        r"\mathbb{P}(v_t\le x)",
        "probability that the variance is at most x",
        argument="x",
        one_dimension=True,
    ),
    Quantity(
        "variance_density",
        ("gaussian", "uniform", "exponential"),
        "1 over squared data units",
        r"p_{v_t}(x)",
        "density over chains of the variance at x; a point mass, of the source, has none but 0 or infinity",
        argument="x",
        one_dimension=True,
    ),
    Quantity(
        "mean_tail",
        _G,
        "probability",
        r"\mathbb{P}(|\mu_t-\mu_0|>x)",
        "probability that the mean is farther than x from that of the source",
        argument="x",
    ),
    Quantity(
        "trace_of_square",
        _G,
        "data units to the fourth",
        r"\mathbb{E}\operatorname{tr}\Sigma_t^2",
        "trace of the squared covariance",
        several_dimensions=True,
    ),
    Quantity(
        "square_of_trace",
        _G,
        "data units to the fourth",
        r"\mathbb{E}(\operatorname{tr}\Sigma_t)^2",
        "squared trace of the covariance",
        several_dimensions=True,
    ),
    Quantity(
        "trace_of_power",
        _G,
        "data units to the power 2r",
        r"\mathbb{E}\operatorname{tr}\Sigma_t^r",
        "trace of the covariance to the power of order r",
        argument="order",
        several_dimensions=True,
    ),
    Quantity(
        "power_of_trace",
        _G,
        "data units to the power 2r",
        r"\mathbb{E}(\operatorname{tr}\Sigma_t)^r",
        "trace of the covariance, to the power of order r",
        argument="order",
        several_dimensions=True,
    ),
    Quantity(
        "log_determinant",
        _G,
        "nats",
        r"\mathbb{E}\log\det\Sigma_t",
        "mean log-determinant of the covariance",
        several_dimensions=True,
    ),
    Quantity(
        "determinant",
        _G,
        "data units to the power 2d",
        r"\mathbb{E}\det\Sigma_t",
        "mean determinant of the covariance",
        several_dimensions=True,
    ),
    Quantity(
        "lyapunov_exponents",
        _G,
        "nats per generation",
        r"\lim_{t\to\infty}t^{-1}\log\lambda_i(\Sigma_t)",
        "almost-sure rates of the eigenvalues of the covariance, the largest first",
        shape=("d",),
        final=True,
        several_dimensions=True,
    ),
    Quantity(
        "heterozygosity",
        _C,
        "probability",
        r"\mathbb{E}[H_t]",
        "probability that two draws from p_t differ, 1 - sum p^2",
    ),
    Quantity(
        "moment",
        _K,
        "1",
        r"\mathbb{E}\textstyle\sum_i p_{t,i}^{r}",
        "sum over tokens of the r-th power of p_t",
        argument="order",
    ),
    Quantity("vocabulary", _C, "tokens", r"\mathbb{E}[S_t]", "number of token types (of a mixture: components) alive"),
    Quantity(
        "vocabulary_variance",
        _C,
        "tokens squared",
        r"\operatorname{Var} S_t",
        "variance over chains of the types (of a mixture: components) alive",
    ),
    Quantity(
        "absence",
        _C,
        "probability",
        r"\mathbb{P}(X_{t,i}=0)",
        "probability that a token is absent from the counts of generation t (of a mixture: that a component is dead)",
        argument="token",
    ),
    Quantity(
        "component_variance",
        ("mixture",),
        _SQUARED,
        r"\mathbb{E}[v_{t,i}]",
        "mean variance of one component of model t, 0 where it is dead",
        argument="token",
    ),
    Quantity(
        "lost_mass", _K, "probability", r"\mathbb{E}[L_t]", "source probability of the tokens absent in generation t"
    ),
    Quantity("entropy", _K, "nats", r"\mathbb{E}[h(p_t)]", "entropy of p_t"),
    Quantity(
        "total_variation",
        _K,
        "probability",
        r"\mathbb{E}\,\mathrm{TV}(p_t,p_0)",
        "total variation distance of p_t and the source",
    ),
    Quantity(
        "cross_entropy",
        _K,
        "nats",
        r"\mathbb{E}[-\textstyle\sum_i p_{0,i}\log q_{t,i}]",
        "cross-entropy of real text under the distribution that model t samples from",
    ),
    Quantity(
        "effective_real_size",
        ("gaussian", "tokens"),
        "points",
        r"M_{\mathrm{eff}}(t)",
        "number of independent real draws whose mean is as far off as that of model t (of tokens: that show as many "
        "types)",
    ),
    Quantity(
        "fixation_probability",
        _K,
        "probability",
        r"\mathbb{P}(p_{\infty,i}=1)",
        "probability that a token is the last one left",
        argument="token",
        final=True,
    ),
    Quantity(
        "variance_ever_above",
        _G,
        "probability",
        r"\mathbb{P}(\sup_t v_t>x)",
        "probability that the variance of some model is above x",
        argument="x",
        final=True,
        one_dimension=True,
    ),
    Quantity(
        "collapse_time",
        ("gaussian", "uniform", "tokens"),
        "generations",
        r"\mathbb{E}[T]",
        "first generation with a variance below the threshold; for tokens, with a single type left",
        argument="threshold",
        argument_families=("gaussian", "uniform"),
        final=True,
        one_dimension=True,
    ),
    Quantity(
        "collapse_time_sd",
        ("gaussian", "uniform"),
        "generations",
        r"\operatorname{sd}[T]",
        "standard deviation over chains of the first generation with a variance below the threshold",
        argument="threshold",
        final=True,
        one_dimension=True,
    ),
    Quantity(
        "first_loss_time",
        _K,
        "generations",
        r"\mathbb{E}[T_1]",
        "first generation in which a token of the source is absent",
        final=True,
    ),
    Quantity(
        "excess_risk",
        ("regression",),
        "squared units of y",
        r"\mathbb{E}\lVert w_t-w_*\rVert^2",
        "squared distance of the fitted coefficients from the true ones",
    ),
)

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _ALL}
"""Every statistic, by name."""


def statistic_called(name: str) -> Quantity:
    """The statistic of this name.

    Raises InputError, with the nearest name, where there is none.
    """
    if name not in QUANTITIES:
        raise InputError(
            f"statistic must be one of {', '.join(QUANTITIES)}, got {shown(name)}{nearest(name, QUANTITIES)}"
        )
    return QUANTITIES[name]
