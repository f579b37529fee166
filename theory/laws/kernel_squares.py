r"""Second moment of the variance of a kernel density refitted to its own draws: three means and a constant.

A draw is one of $M$ points and $hz$. With $v$ the variance of the model, $\mu_4$ its fourth central moment and $m_4$
that of its points, the next points have $E m_2'^2=\frac{M-1}{M^3}[(M-1)\mu_4+(M^2-2M+3)v^2]$ and
$E m_4'=\frac{M-1}{M^3}[(M^2-3M+3)\mu_4+3(2M-3)v^2]$. Maps of the means of $(1,v,m_4,v^2)$, in units of $v_0$, exact for
fractions.
"""

from fractions import Fraction

from theory.laws.gaussian_mixing_squares import Row

BLOCKS = ((1,), (2, 3))


def fixed_bandwidth(M: int, h2: Fraction) -> tuple[tuple[Row, ...], Row]:
    """v = m_2 + h^2 and mu_4 = m_4 + 6 h^2 m_2 + 3 h^4: the map, and the means of the source before its first fit."""
    kept, squared, fourth = _one_sample(M)
    mu4 = (-3 * h2**2, 6 * h2, Fraction(1), Fraction(0))
    m4 = _combined(fourth, mu4)
    square = _combined(squared, mu4)
    square = (square[0] + h2**2, square[1] + 2 * h2 * kept, square[2], square[3])
    step = ((Fraction(1), Fraction(0), Fraction(0), Fraction(0)), (h2, kept, Fraction(0), Fraction(0)), m4, square)
    return step, (1, 1, 3 - 6 * h2 + 3 * h2**2, 1)


def relative_bandwidth(M: int, c2: Fraction) -> tuple[tuple[Row, ...], Row]:
    """v = (1+r) m_2 and mu_4 = m_4 + (6r + 3r^2) m_2^2 with r = c^2 M/(M-1), M >= 2, c in unbiased deviations."""
    kept, squared, fourth = _one_sample(M)
    r = c2 * M / Fraction(M - 1)
    mu4 = (Fraction(0), Fraction(0), Fraction(1), (6 * r + 3 * r**2) / (1 + r) ** 2)
    square = tuple((1 + r) ** 2 * x for x in _combined(squared, mu4))
    step = (
        (Fraction(1), Fraction(0), Fraction(0), Fraction(0)),
        (Fraction(0), (1 + r) * kept, Fraction(0), Fraction(0)), _combined(fourth, mu4), square,
    )  # fmt: skip
    return step, (1, 1, 3 / (1 + r) ** 2, 1)


def bandwidth_of_the_model_before(M: int, c2: Fraction) -> tuple[tuple[Row, ...], Row]:
    """v' = m_2 + c^2 v and mu_4' = m_4 + 6 c^2 v m_2 + 3 c^4 v^2: the same map, of mu_4 in the place of m_4."""
    kept, squared, fourth = _one_sample(M)
    step = (
        (Fraction(1), Fraction(0), Fraction(0), Fraction(0)), (Fraction(0), kept + c2, Fraction(0), Fraction(0)),
        (Fraction(0), Fraction(0), fourth[0], fourth[1] + 6 * c2 * kept + 3 * c2**2),
        (Fraction(0), Fraction(0), squared[0], squared[1] + 2 * c2 * kept + c2**2),
    )  # fmt: skip
    return step, (1, 1, 3, 1)


def _one_sample(M: int) -> tuple[Fraction, tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    """E m_2 over v; the weights of mu_4 and v^2 in E m_2^2 and in E m_4."""
    each = Fraction(M - 1, M**3)
    return Fraction(M - 1, M), (each * (M - 1), each * (M * M - 2 * M + 3)), (
        each * (M * M - 3 * M + 3), each * 3 * (2 * M - 3),
    )  # fmt: skip


def _combined(weights: tuple[Fraction, Fraction], mu4: Row) -> Row:
    return tuple(weights[0] * x + (weights[1] if place == 3 else 0) for place, x in enumerate(mu4))
