r"""What one fit to real and synthetic rows keeps of the error of the model that labelled the synthetic ones.

Of $M$ rows in $d$ dimensions $m$ carry labels of a model with the error $e$. Least squares on all of them errs by
$S^{-1}S_2e$ beside the noise, with $S$ the Gram matrix of all rows and $S_2$ that of the $m$. Rows are exchangeable, so
that $E|S^{-1}S_2e|^2=b|e|^2$ is a sum over rows and pairs of rows, fixed by what one row has with itself:
$b=m(m-1+\xi n)/(M(M-1))$, $n=M-m$, $\xi=\frac{(d+2)(M-2)}{(M+2)(M-d-1)}$. For $M,d\to\infty$ with $d/M=\phi$ that is
$p_2^2+p_1p_2\phi/(1-\phi)$, with $p_1,p_2$ the shares of real and of synthetic rows.
"""

import math
from fractions import Fraction


def row_with_itself(M: int, d: int) -> Fraction:
    """xi, M/d times the mean of |x|^2 x'S^-2 x for one of the M rows; M is at least d + 2."""
    return Fraction((d + 2) * (M - 2), (M + 2) * (M - d - 1))


def lost_with_real_rows(M: int, d: int, n: int) -> Fraction:
    """1 - b with exactly n real rows: the part of the squared error that one fit removes, negative where it adds."""
    return Fraction(n, M * (M - 1)) * (M - 1 + (M - n) * (1 - row_with_itself(M, d)))


def lost_with_real_share(M: int, d: int, share: Fraction) -> Fraction:
    """1 - b where each row is real with this probability, by itself."""
    return share * (1 + (1 - share) * (1 - row_with_itself(M, d)))


def lost_on_one_design(M: int, d: int, n: int) -> Fraction:
    """1 - c, c the mean square of an eigenvalue of S^-1 S_2: as much of an error is kept in the norm of S."""
    return Fraction(n, M * (M - 1)) * (M - 1 + (M - n) * (1 - Fraction(d + 2, M + 2)))


def log_kept(lost: Fraction) -> float:
    """log b for b = 1 - lost >= 0; minus infinity where nothing is kept."""
    return -math.inf if lost == 1 else math.log1p(-float(lost))
