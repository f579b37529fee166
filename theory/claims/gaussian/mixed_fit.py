"""Derivation steps of every claim about a Gaussian with a share of real data: batches pooled, a 2x2 recursion solved.

The expected variance and the squared error of the mean obey a linear recursion together. Deviations from its fixed
point, combined along a left eigenvector, are multiplied by the eigenvalue in every fit; two combinations give both.
"""

from dataclasses import dataclass

import sympy as sp

from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import L, M, alpha, m, n, t, v0, x, y

b = 1 - alpha
D = sp.Function("D")  # E(mu_t - centre)^2
v_star, D_star = sp.symbols("vbar Dbar", nonnegative=True)  # the fixed point of the recursion
lam = sp.Symbol("lambda")
plus, minus = sp.symbols("lambda_+ lambda_-", real=True)  # the eigenvalues, larger first
A_plus, A_minus, B_plus, B_minus = sp.symbols("A_+ A_- B_+ B_-", real=True)  # first deviations combined: of v, of D
WEIGHTS = {"v": (A_plus, A_minus), "D": (B_plus, B_minus)}


@dataclass(frozen=True)
class System:
    """Coefficients and forcing of the recursion, its fixed point and its start in closed form, in units of the data."""

    vv: sp.Expr
    vd: sp.Expr
    dv: sp.Expr
    dd: sp.Expr
    v_forcing: sp.Expr
    d_forcing: sp.Expr
    determinant: sp.Expr
    v_star: sp.Expr
    d_star: sp.Expr
    d_start: sp.Expr = sp.S.Zero
    error: str = "E(mu_t - mu_0)^2"  # what D is
    v_start: sp.Expr = v0

    @property
    def roots(self) -> tuple[sp.Expr, sp.Expr]:
        """The eigenvalues; real, as the coefficients are not negative."""
        root = sp.sqrt((self.vv - self.dd) ** 2 + 4 * self.vd * self.dv)
        trace, half = self.vv + self.dd, sp.Rational(1, 2)
        return sp.Mul(half, trace + root, evaluate=False), sp.Mul(half, trace - root, evaluate=False)

    def first_deviations(self, of: str, eigenvalue: sp.Expr) -> sp.Expr:
        """The deviations of the source from the fixed point, combined so that one eigenvalue multiplies them."""
        v_first, d_first = self.v_start - v_star, self.d_start - D_star
        if of == "v":
            return (eigenvalue - self.dd) * v_first + self.vd * d_first
        return (eigenvalue - self.vv) * d_first + self.dv * v_first

    def values(self) -> dict[sp.Symbol, sp.Expr]:
        """What the symbols of the solution stand for; those that come later may contain earlier ones."""
        fixed = {v_star: self.v_star, D_star: self.d_star, plus: self.roots[0], minus: self.roots[1]}
        return fixed | {
            weight: self.first_deviations(of, eigenvalue)
            for of, weights in WEIGHTS.items()
            for weight, eigenvalue in zip(weights, (plus, minus), strict=True)
        }

    def next_variance(self, variance: sp.Expr, error: sp.Expr) -> sp.Expr:
        return self.vv * variance + self.vd * error + self.v_forcing

    def next_error(self, variance: sp.Expr, error: sp.Expr) -> sp.Expr:
        return self.dv * variance + self.dd * error + self.d_forcing


def two_batches(d: Derivation) -> None:
    """The squares of pooled batches about the pooled mean, and those of one batch in expectation."""
    mean_x, mean_y, Q_x, Q_y = sp.symbols(r"\bar{x} \bar{y} Q_x Q_y")
    d.algebra(
        Q_x + Q_y - (n * mean_x + m * mean_y) ** 2 / (n + m),
        (Q_x - n * mean_x**2) + (Q_y - m * mean_y**2) + n * m / (n + m) * (mean_x - mean_y) ** 2,
        because="n real and m synthetic points with sums of squares Q: each batch about its own mean, and a term "
        "between the batches that is easily forgotten",
        source="chan1983",
    )
    one_batch(d, n)


def one_batch(d: Derivation, points: sp.Expr) -> None:
    """E of the sum of squares of independent points about their own mean."""
    variance, mean = sp.symbols(r"\sigma^2 c")
    d.algebra(
        points * (variance + mean**2) - points * (variance / points + mean**2), (points - 1) * variance,
        because="the expected squares of independent points with this mean and variance about their own mean",
    )  # fmt: skip


def solution(d: Derivation, system: System, of: str) -> sp.Expr:
    """The steps to E v_t (of = "v") or the squared error (of = "D") at every t; returns the closed form."""
    fixed_points = {
        "v": (system.v_star, system.next_variance(system.v_star, system.d_star)),
        "D": (system.d_star, system.next_error(system.v_star, system.d_star)),
    }
    for name, (value, following) in fixed_points.items():
        d.algebra(value, following, because=f"{name}bar, where the recursion leaves {name} as it is")
    trace, roots = system.vv + system.dd, system.roots
    d.algebra(
        (lam - roots[0]) * (lam - roots[1]), lam**2 - trace * lam + system.determinant,
        because="lambda_+ and lambda_-, the eigenvalues of the recursion; its determinant is the last term",
    )  # fmt: skip
    (own, other), (cross, back), diagonal, start, star = (
        ((x, y), (system.vd, system.dv), (system.vv, system.dd), system.v_start - v_star, v_star)
        if of == "v"
        else ((y, x), (system.dv, system.vd), (system.dd, system.vv), system.d_start - D_star, D_star)
    )
    combined = cross * other + (lam - diagonal[1]) * own
    d.algebra(
        cross * (back * own + diagonal[1] * other) + (lam - diagonal[1]) * (diagonal[0] * own + cross * other),
        lam * combined - (lam**2 - trace * lam + system.determinant) * own,
        because="deviations x of v and y of D from the fixed point after one fit, combined so that the combination "
        "is multiplied by lambda wherever the last bracket vanishes",
    )
    w, first = sp.Function("w"), system.first_deviations(of, lam)
    d.solves(
        w(t), first * lam**t, index=t, next_value=lam * w(t), initial=(0, first),
        because="so each combination w, one for either eigenvalue, shrinks or grows by its own in every fit; that of "
        f"the first deviations is {'A' if of == 'v' else 'B'}, with the sign of its eigenvalue",
    )  # fmt: skip
    d.algebra(
        (combined.subs(lam, plus) - combined.subs(lam, minus)) / (plus - minus), own,
        because=f"and their difference gives the deviation of {of} back",
    )  # fmt: skip
    (up, down), gap = WEIGHTS[of], plus - minus
    d.algebra(
        star + (system.first_deviations(of, plus) - system.first_deviations(of, minus)) / gap, star + start,
        because="as it does before the first fit, t = 0",
    )  # fmt: skip
    _define(d, system, of)
    return d.algebra(
        star + up * plus**t / gap - down * minus**t / gap, star + (up * plus**t - down * minus**t) / gap,
        because=f"{of} is at its fixed point but for what is left of the first deviations, its own and the other; by "
        "continuity where two of lambda_+, lambda_- and 1 coincide",
    ).rhs  # fmt: skip


def _define(d: Derivation, system: System, of: str) -> None:
    """What the closed form is made of."""
    names = {
        v_star: "the fixed point of E v_t",
        D_star: f"the fixed point of D_t = {system.error}",
        plus: "the larger eigenvalue of the recursion (by continuity where two of lambda_+, lambda_- and 1 coincide)",
        minus: "the smaller eigenvalue",
        **dict.fromkeys(WEIGHTS[of], "the distance of the source from the fixed point"),
    }
    for symbol, value in system.values().items():
        if symbol in names:
            d.define(symbol, value, names[symbol])


def fresh_points() -> System:
    """alpha M fresh real points in every generation; D about the mean of the source."""
    bar = (alpha * M + L - M + 1) * (2 - alpha) - 1
    return System(
        vv=b * (M - 1) / L, vd=alpha * b * M / L, dv=b / M, dd=b**2,
        v_forcing=alpha * v0 * (M - 1) / L, d_forcing=alpha * v0 / M,
        determinant=b**2 * (b * M - 1) / L,
        v_star=v0 * (alpha * M * (2 - alpha) - alpha) / bar, d_star=v0 * L / (M * bar),
    )  # fmt: skip


def points_at_random() -> System:
    """Each point real with probability alpha; D about the mean of the source."""
    bar = (L - M + 1) * (M + (M - 1) * b) + (M - 1) * (alpha * M * (2 - alpha) - b)
    return System(
        vv=b * (M - 1) / L, vd=alpha * b * (M - 1) / L, dv=b / M, dd=b**2 + alpha * b / M,
        v_forcing=alpha * v0 * (M - 1) / L, d_forcing=alpha * v0 / M,
        determinant=b**3 * (M - 1) / L,
        v_star=v0 * M * (M - 1) * alpha * (2 - alpha) / bar, d_star=v0 * L / bar,
    )  # fmt: skip


def kept_points() -> System:
    """The same alpha M real points in every generation; D about their mean."""
    bar = (alpha * M + L - M + 1) * (2 - alpha) - 1
    return System(
        vv=b * (M - 1) / L, vd=alpha * b * M / L, dv=b / M, dd=b**2,
        v_forcing=(alpha * M - 1) * v0 / L, d_forcing=sp.Integer(0),
        determinant=b**2 * (b * M - 1) / L,
        v_star=v0 * (alpha * M - 1) * (2 - alpha) / bar, d_star=v0 * b * (alpha * M - 1) / (alpha * M * bar),
        d_start=v0 / (alpha * M), error="E(mu_t - k)^2, k the mean of the kept points",
    )  # fmt: skip


def recursion_with_fresh_points(d: Derivation) -> System:
    """The steps that lead to the recursion with fresh real points."""
    system = fresh_points()
    two_batches(d)
    d.algebra(
        ((alpha * M - 1) * v0 + (b * M - 1) * v(t) + alpha * b * M * (v0 / (alpha * M) + v(t) / (b * M) + D(t))) / L,
        system.next_variance(v(t), D(t)),
        because="E v_(t+1): both batches within; between them the sampling noise of both means, and D_t",
    )
    d.algebra(
        alpha**2 * v0 / (alpha * M) + b**2 * (v(t) / (b * M) + D(t)), system.next_error(v(t), D(t)),
        because="D_(t+1) = E(mu_(t+1) - mu_0)^2: the new mean is alpha times that of the real points and 1 - alpha "
        "times that of the synthetic ones; v_0 and D_0 = 0 make generation 1 all real",
    )  # fmt: skip
    return system


def recursion_with_points_at_random(d: Derivation) -> System:
    """The steps that lead to the recursion where every point is real by its own coin."""
    system = points_at_random()
    c = sp.Symbol("c")  # displacement of the model's mean
    mixture = d.algebra(
        alpha * v0 + b * (v(t) + c**2) - (b * c) ** 2, alpha * v0 + b * v(t) + alpha * b * c**2,
        because="the variance of one point, real or from a model displaced by c: within the laws and between them",
    ).rhs.subs(c**2, D(t))  # fmt: skip
    one_batch(d, M)
    d.algebra(
        (M - 1) * mixture / L, system.next_variance(v(t), D(t)),
        because="E v_(t+1): given the model the points are independent, with E c^2 = D_t",
    )  # fmt: skip
    d.algebra(
        b**2 * D(t) + mixture / M, system.next_error(v(t), D(t)),
        because="D_(t+1) = E(mu_(t+1) - mu_0)^2: the squared mean of a point and its variance over M; v_0 and "
        "D_0 = 0 make generation 1 all real",
    )  # fmt: skip
    return system


def recursion_with_kept_points(d: Derivation) -> System:
    """The steps that lead to the recursion about the mean of the kept points."""
    system = kept_points()
    two_batches(d)
    d.algebra(
        ((alpha * M - 1) * v0 + (b * M - 1) * v(t) + alpha * b * M * (v(t) / (b * M) + D(t))) / L,
        system.next_variance(v(t), D(t)),
        because="E v_(t+1), averaged over the kept points too: D_t = E(mu_t - k)^2, k their mean, is how far this "
        "and the last model are apart, however the two depend on each other",
    )
    d.algebra(
        b**2 * (v(t) / (b * M) + D(t)), system.next_error(v(t), D(t)),
        because="D_(t+1): the new mean is off the kept one by 1 - alpha times what the synthetic points' mean is; v_0 "
        "and D_0 = v_0/(alpha M) make generation 1 all real",
    )  # fmt: skip
    return system


def error_about_the_source(d: Derivation, about_kept: sp.Expr) -> sp.Expr:
    """The way from the mean of the kept points back to that of the source; returns E(mu_t - mu_0)^2."""
    mean, kept, C = sp.Symbol("mu"), sp.Symbol("k"), sp.Function("C")
    d.algebra(
        (mean - kept) ** 2 + 2 * mean * kept - kept**2, mean**2,
        because="with both means measured from mu_0: E mu_t^2 = D_t + 2 C_t - v_0/n, C_t = E mu_t k, as E k^2 = v_0/n",
    )  # fmt: skip
    memory = d.solves(
        C(t), v0 / (alpha * M) * (1 - b**t), index=t, next_value=v0 / M + b * C(t), initial=(0, sp.Integer(0)),
        because="C_t: the new mean is alpha k and 1 - alpha times a mean about mu_t, and alpha v_0/n = v_0/M",
    )  # fmt: skip
    return d.algebra(
        about_kept + 2 * memory.rhs - v0 / (alpha * M), about_kept + v0 / (alpha * M) * (1 - 2 * b**t),
        because="together, with n = alpha M",
    ).rhs  # fmt: skip
