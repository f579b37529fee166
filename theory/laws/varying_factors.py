r"""Replaced data, a size $M_k$ for every fit: the moments of model $t$ about its source, summed over the fits.

In units of $v_0$, $v_t=\prod_{k\le t}S_k$ with $S_k=\chi^2_{M_k-1}/L_k$, and the mean moves by
$\sqrt{v_{k-1}/M_k}\,Z_k$, $Z_k$ independent of $S_k$. As $E S^{3/2}=E S^{1/2}\,E S\,(1+1/\nu)$ and
$E S^2=(E S)^2(1+2/\nu)$, what the error of the mean leans towards wide models has no Gamma functions. With
$e=\sqrt{v_t}-1$ the moments of $e$ are differences over $p$ of those of $v_t^{p/2}$, taken in the single fit: nothing
cancels where $1/M_k$ is small.
"""

from functools import cached_property

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import exponential_remainder
from theory.laws.factor_law import above_log1p
from theory.laws.gamma_ratio import log_gamma_ratio
from theory.laws.path_moments import ROOT_SERIES, SERIES_FROM
from theory.laws.root_moments import mean_width, width_variance
from theory.laws.varying_sizes import Sizes, log_mean_factors, log_mean_squared_factors, mean_log_factors, running_sums

NARROW = -0.5  # log E sqrt v_t below which e is nearer to -1 than to 0
EXCESS_TERMS = range(12, 2, -1)
Times = Float[np.ndarray, " T"]
Values = Float[np.ndarray, " T"]


class VaryingFactors:
    """The moments, for sizes of at least 2 points, one for every fit asked for; units of v_0, whole t from 1 on."""

    def __init__(self, sizes: Sizes, offset: float) -> None:
        self.sizes, self.nu, self.offset = sizes, sizes - 1, offset

    def distance(self, t: Times) -> Values:
        """E W_2^2 = E(mu_t - mu_0)^2 + E(sqrt v_t - 1)^2."""
        return _at(self._strayed, t) + mean_width(*(_at(A, t) for A in self._differences[:2]))

    def log_root(self, t: Times) -> Values:
        """log E sqrt v_t."""
        return _at(self._differences[0], t)

    def second_moment_excess(self, t: Times) -> Values:
        """E(mu_t - mu_0)^2 + E v_t - 1."""
        return _at(self._strayed, t) + np.expm1(_at(self._mean, t))

    def divergence_of_model(self, t: Times) -> Values:
        """E KL(model t || source)."""
        gap = _from_zero(-mean_log_factors(self.sizes, 0.0))
        return (_at(self._strayed, t) + exponential_remainder(_at(self._mean, t)) + _at(gap, t)) / 2

    def divergence_of_source(self, t: Times) -> Values:
        """E KL(source || model t), infinite from the first fit to fewer than 4 points on."""
        until = int(np.argmax(self.sizes < 4)) if (self.sizes < 4).any() else len(self.sizes)
        few = self.sizes[:until]
        logs = np.log1p((2 + self.offset) / (few - 3))
        log_mean = _from_zero(logs)
        gap = _from_zero(mean_log_factors(few, 0.0) + np.log1p(2 / (few - 3)))
        strayed = _from_zero(np.exp(-log_mean[:-1]) / few)
        with np.errstate(over="ignore"):
            values = (exponential_remainder(log_mean) + gap + np.exp(log_mean) * strayed) / 2
        return np.where(t <= until, _at(values, np.minimum(t, until)), np.inf)

    def precision(self, t: Times) -> Values:
        """E 1/v_t, infinite from the first fit to fewer than 4 points on."""
        until = int(np.argmax(self.sizes < 4)) if (self.sizes < 4).any() else len(self.sizes)
        logs = np.log1p((2 + self.offset) / (self.sizes[:until] - 3))
        with np.errstate(over="ignore"):
            return np.where(t <= until, np.exp(_at(_from_zero(logs), np.minimum(t, until))), np.inf)

    def fourth_error(self, t: Times) -> Values:
        """E(mu_t - mu_0)^4."""
        return _at(self._fourth, t)

    def fourth_of_draw(self, t: Times) -> Values:
        """E(X_t - mu_0)^4 = E d^4 + 6 E d^2 v_t + 3 E v_t^2 of a draw X_t."""
        joint = np.exp(_at(self._mean, t)) * (_at(self._strayed, t) + _at(self._leans[1], t))
        return _at(self._fourth, t) + 6 * joint + 3 * np.exp(_at(self._squares, t))

    def distance_variance(self, t: Times) -> Values:
        """Var W_2^2 = Var d^2 + 2 Cov(d^2, e^2) + Var e^2, d = mu_t - mu_0."""
        differences = [_at(A, t) for A in self._differences]
        strayed, root, mean = _at(self._strayed, t), differences[0], _at(self._mean, t)
        with_root, with_variance = (_at(lean, t) for lean in self._leans)
        near = (
            with_variance - 2 * with_root
            + np.expm1(mean) * (strayed + with_variance) - 2 * np.expm1(root) * (strayed + with_root)
        )  # fmt: skip
        far = np.exp(mean) * (strayed + with_variance) - 2 * np.exp(root) * (strayed + with_root) + strayed
        both = np.where(root < NARROW, far, near)
        spread = width_variance(differences)
        return _at(self._fourth, t) - strayed**2 + 2 * (both - strayed * mean_width(*differences[:2])) + spread

    @cached_property
    def _mean(self) -> Values:
        """log E v_t."""
        return _from_zero(log_mean_factors(self.sizes, self.offset))

    @cached_property
    def _steps(self) -> Values:
        """E v_(k-1)/M_k."""
        return np.exp(self._mean[:-1]) / self.sizes

    @cached_property
    def _strayed(self) -> Values:
        """E d^2."""
        return _from_zero(self._steps)

    @cached_property
    def _leans(self) -> tuple[Values, Values]:
        """E d^2 v_t^(p/2) / E v_t^(p/2) - E d^2 for p = 1, 2."""
        root, whole = (_from_zero(self._steps * np.expm1(_from_zero(np.log1p(p / self.nu))[:-1])) for p in (1, 2))
        return root, whole

    @cached_property
    def _fourth(self) -> Values:
        """E d^4."""
        joint = self._steps * (self._strayed + self._leans[1])[:-1]
        own = np.exp(self._squares[:-1]) / self.sizes**2
        return _from_zero(6 * joint + 3 * own)

    @cached_property
    def _squares(self) -> Values:
        """log E v_t^2."""
        return _from_zero(log_mean_squared_factors(self.sizes, self.offset))

    @cached_property
    def _differences(self) -> list[Values]:
        """The first four differences over p of log E v_t^(p/2) at p = 0."""
        root, third, fourth = root_differences(self.nu)
        shift = log_mean_factors(self.sizes, self.offset)
        return [_from_zero(terms) for terms in (root + shift / 2, -2 * root, third, fourth)]


def root_differences(nu: Sizes) -> tuple[Sizes, Sizes, Sizes]:
    """log E sqrt(chi2_nu/nu), and the third and fourth differences over p of log E (chi2_nu/nu)^(p/2) at p = 0."""
    few = nu < SERIES_FROM
    small, place = np.unique(np.where(few, nu, 1.0), return_inverse=True)
    exact = np.array([float(log_gamma_ratio(n / 2, 0.5)) for n in small])[place]
    far = np.where(few, SERIES_FROM, nu)
    rest = sum(c / (far / 2) ** (2 * k + 3) for k, c in enumerate(ROOT_SERIES))
    excess = sum((-1) ** (k + 1) * (2**k - 4) / k / far**k for k in EXCESS_TERMS)
    return (
        np.where(few, exact, -1 / (4 * far) + rest),
        np.where(few, 4 * exact + np.log1p(1 / nu), 4 * rest - above_log1p(1 / far)),
        np.where(few, np.log1p(2 / nu) - 4 * np.log1p(1 / nu) - 8 * exact, excess - 8 * rest),
    )


def _from_zero(terms: Values) -> Values:
    """The sum of the first t terms, for t = 0, 1, 2, ..."""
    return np.concatenate([[0.0], running_sums(terms)])


def _at(sums: Values, t: Times) -> Values:
    return sums[t.astype(np.int64)]
