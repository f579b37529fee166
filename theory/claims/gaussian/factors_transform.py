r"""The algebra's numbers for claims about independent factors: moments of one factor from its Laplace transform.

$\Lambda(z)=E e^{-zF}=e^{-bz}(1+2az)^{-\nu/2}(1+2awz)^{-1/2}$ for $F=b+a(\chi^2_\nu+wZ^2)$. A power is
$F^p=F^n\frac1{\Gamma(r)}\int_0^\infty z^{r-1}e^{-zF}dz$ with $r=n-p$; with $Z^2$ inside, $\Lambda$ has one more factor
$(1+2awz)^{-1}$. The first fit, without a constant $b$, has Gamma functions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import mpmath
import sympy as sp
from mpmath import mpf

from theory.claim import exact
from theory.claims.gaussian.factors import chi, ell, phi, q, replaces, u
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Verdict, agree
from theory.laws.symbols import t, v0
from theory.scenario import Scenario

DIGITS = 35
PLACES = (0, 0.5, 1, 3, 9, 30, mpmath.inf)
MOMENTS = {phi: "power", chi: "squared_power", ell: "log_mean", u: "log_variance"}


@dataclass(frozen=True)
class Transform:
    """F = b + a (chi^2_nu + w Z^2); ``bound`` where Z is the one in F, else it is independent of F."""

    b: mpf
    a: mpf
    nu: int
    w: mpf
    bound: bool

    def derivative(self, n: int, z: mpf, squared: bool) -> mpf:
        """E F^n exp(-z F), or with Z^2 (n up to 1 then)."""
        chi2, normal = self.a / (1 + 2 * self.a * z), self.a * self.w / (1 + 2 * self.a * self.w * z)
        log = -self.b * z - self.nu * mpmath.log1p(2 * self.a * z) / 2 - mpmath.log1p(2 * self.a * self.w * z) / 2
        slope, curve = self.b + self.nu * chi2 + normal, 2 * self.nu * chi2**2 + 2 * normal**2
        if squared:
            log, slope = log - mpmath.log1p(2 * self.a * self.w * z), slope + 2 * normal
        return mpmath.exp(log) * (mpf(1), slope, slope**2 + curve)[n]

    def squared_power(self, p: mpf) -> mpf:
        """E Z^2 F^p."""
        return self.power(p, self.bound)

    def power(self, p: mpf, squared: bool = False) -> mpf:
        """E F^p, or with the Z^2 that is in F."""
        if self.b == 0:
            return (2 * self.a) ** p * mpmath.gammaprod([mpf(self.nu) / 2 + p], [mpf(self.nu) / 2])
        n = int(mpmath.ceil(p)) if p > 0 else 0
        r = n - p
        if r == 0:
            return self.derivative(n, mpf(0), squared)
        return 2 / mpmath.gamma(r) * mpmath.quad(
            lambda y: y ** (2 * r - 1) * self.derivative(n, y * y, squared), PLACES
        )  # fmt: skip

    def log_mean(self) -> mpf:
        """E log F by Frullani's integral."""
        if self.b == 0:
            return mpmath.digamma(mpf(self.nu) / 2) + mpmath.log(2 * self.a)
        return self._frullani(lambda z: mpf(1))

    def log_variance(self) -> mpf:
        """Var log F, the mean square by the same integral with a logarithm."""
        if self.b == 0:
            return mpmath.psi(1, mpf(self.nu) / 2)
        mean = self.log_mean()
        return -2 * self._frullani(lambda z: mpmath.log(z) + mpmath.euler) - mean**2

    def _frullani(self, weight: Callable[[mpf], mpf]) -> mpf:
        def integrand(z: mpf) -> mpf:
            return (mpmath.exp(-z) - self.derivative(0, z, False)) / z * weight(z)

        return mpmath.quad(integrand, [0, 1, 8, 64, 512, mpmath.inf])


def transform(scenario: Scenario, fit: int) -> tuple[Transform, mpf]:
    """The factor of a fit, and q_k."""
    offset = offset_of(scenario)
    delta, size = mpf(offset.numerator) / offset.denominator, scenario.sample_size.constant
    if fit == 1 or replaces(scenario):
        first = scenario.sample_size.at(fit) if replaces(scenario) else scenario.first_size
        return Transform(mpf(0), 1 / (first - 1 + delta), first - 1, mpf(0), False), 1 / mpf(first)
    if scenario.retention.kind == "forgetting":
        rate = mpf(repr(scenario.retention.rate))
        return Transform(1 - rate, rate / (size - 1 + delta), size - 1, mpf(0), False), rate**2 / size
    pool = mpf(scenario.first_size + (fit - 1) * size)
    divisor = pool - 1 + delta
    w = (pool - size) / pool
    return Transform((divisor - size) / divisor, 1 / divisor, size - 1, w, True), size / pool**2


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The functions of a statement as 30-digit numbers."""

    def number(moment: str) -> Callable[..., sp.Float]:
        return lambda *arguments: _number(scenario, moment, *arguments)

    return {
        t: generation,
        v0: exact(scenario.source.variance),
        q: lambda fit: sp.Float(transform(scenario, int(fit))[1], DIGITS),
        **{function: number(moment) for function, moment in MOMENTS.items()},
    }


@cache
def _number(scenario: Scenario, moment: str, *arguments: sp.Rational) -> sp.Float:
    """A moment of the factor of the fit that is the last argument, of the power before it."""
    *powers, fit = arguments
    if scenario.retention.kind == "forgetting" and fit > 2:  # as the second
        return _number(scenario, moment, *powers, sp.Integer(2))
    with mpmath.workdps(DIGITS):
        value = getattr(transform(scenario, int(fit))[0], moment)(*(mpf(p.p) / p.q for p in powers))
        return sp.Float(value, DIGITS - 5)


def frullani() -> list[Verdict]:
    """log 3 and log 1/2 as integrals."""
    return [
        agree(
            mpmath.quad(lambda z, F=F: (mpmath.exp(-z) - mpmath.exp(-z * F)) / z, [0, 1, 10, mpmath.inf]), mpmath.log(F)
        )
        for F in (mpf(3), mpf(1) / 2)
    ]  # fmt: skip


def squared_frullani() -> list[Verdict]:
    """The squares of log 3 and log 1/2 as integrals."""

    def integral(F: mpf) -> mpf:
        return -2 * mpmath.quad(
            lambda z: (mpmath.exp(-z) - mpmath.exp(-z * F)) * (mpmath.log(z) + mpmath.euler) / z, [0, 1, 10, mpmath.inf]
        )

    return [agree(integral(F), mpmath.log(F) ** 2) for F in (mpf(3), mpf(1) / 2)]
