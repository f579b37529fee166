"""The independent route to second moments of a covariance: sums over single points in the plane, by Isserlis' theorem.

The source is N(0, I). A fit is a polynomial in sums and sums of products of the coordinates of points; the mean of a
product of such sums is taken over all ways to let factors be of the same point, and points over those to pair normal
variables. Nothing here knows the law of a scatter, a determinant of a sum or the chain on the line.

Means of products of V, K and d, the covariance of a model, the squares of points that are kept and the error of the
mean, are rotation invariant: one of two matrices is E X_ab Y_cd = p [ab][cd] + q ([ac][bd] + [ad][bc]), [ab] = 1 for
a = b. All p and q make up the state that a fit maps linearly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce

import mpmath
from mpmath import mpf

from theory.claims.gaussian.window_squares import ONE, Polynomial, plus, times

Name = tuple  # ("V", a, b), ("K", a, b), ("d", a), or of points ("s", set, a), ("q", set, a, b)
Place = tuple[str, bool]  # the letters of a mean product, and whether it is q
Moment = Callable[[tuple[int, ...]], Polynomial]  # of one point: the mean product of these coordinates
BOTH = (False, True)
DRIFTING = (*((x, False) for x in ("", "V", "dd")), *((x, y) for x in ("VV", "Vdd") for y in BOTH), ("dddd", False))
KEEPING = (*((x, y) for x in ("KK", "KV", "Kdd", "VV", "Vdd") for y in BOTH), ("dddd", False))
STILL = (("", False), ("V", False), ("VV", False), ("VV", True))  # of policies whose variance no mean enters


def letter(*name: object) -> Polynomial:
    return {(name,): Fraction(1)}


@dataclass(frozen=True)
class Fit:
    """A fit, as what becomes of each letter, and the sets of points that it sees: their number, the law of one."""

    places: Sequence[Place]
    letters: Callable[..., Polynomial]
    sets: dict[str, tuple[int, Moment]]

    def matrix(self) -> mpmath.matrix:
        """The linear map of the state."""
        rows = mpmath.matrix(len(self.places), len(self.places))
        for row, mean in enumerate(self._means()):
            for product, weight in mean.items():
                for place, count in _reduced(product).items():
                    rows[row, self.places.index(place)] += _number(weight * count)
        return rows

    def start(self) -> list[mpf]:
        """The state itself, of letters that are made of points alone."""
        return [_number(mean.get((), Fraction(0))) for mean in self._means()]

    def _means(self) -> list[Polynomial]:
        """Of each place of the state, a polynomial in the letters before the fit."""
        products = (reduce(times, (self.letters(*name) for name in _named(*place)), ONE) for place in self.places)
        return [self.mean(product) for product in products]

    def mean(self, polynomial: Polynomial) -> Polynomial:
        """Over the points of all sets."""
        total: Polynomial = {}
        for product, weight in polynomial.items():
            mean = {tuple(sorted(x for x in product if x[0] not in "sq")): weight}
            for name, (count, moment) in self.sets.items():
                factors = tuple(x[2:] for x in product if x[0] in "sq" and x[1] == name)
                mean = times(mean, of_points(factors, count, moment)) if factors else mean
            for other, x in mean.items():
                total[other] = total.get(other, Fraction(0)) + x
        return {product: weight for product, weight in total.items() if weight}


def normal(mean: Callable[[int], Polynomial], covariance: Callable[[int, int], Polynomial]) -> Moment:
    """Mean products of the coordinates of one point of a normal law: over all pairings, the others being means."""

    @cache
    def moment(axes: tuple[int, ...]) -> Polynomial:
        if not axes:
            return ONE
        first, rest = axes[0], axes[1:]
        found = times(mean(first), moment(rest))
        for i, other in enumerate(rest):
            found = plus((1, found), (1, times(covariance(first, other), moment(rest[:i] + rest[i + 1 :]))))
        return found

    return moment


REAL = normal(lambda a: {}, lambda a, b: ONE if a == b else {})
DRAWN = normal(lambda a: letter("d", a), lambda a, b: letter("V", *sorted((a, b))))


def mixture(share: Fraction) -> Moment:
    """A point that is real with this probability."""
    return lambda axes: plus((share, REAL(axes)), (1 - share, DRAWN(axes)))


def pooled(sets: dict[str, tuple[int, Moment]], offset: Fraction, old: int = 0, kept: bool = False) -> Fit:
    """A fit to all of these points, and to a pool of so many old ones, of the model or, about their mean, the kept."""
    total = old + sum(count for count, _ in sets.values())
    divisor, inside = total - 1 + offset, 0 if kept else old - 1 + offset

    def sums(a: int) -> Polynomial:
        return plus((0 if kept else old, letter("d", a)), *((1, letter("s", name, a)) for name in sets))

    def letters(kind: str, *axes: int) -> Polynomial:
        if kind == "K":
            return letter("K", *axes)
        if kind == "d":
            return plus((Fraction(1, total), sums(*axes)))
        own = letter("K", *axes) if kept else plus(
            (inside, letter("V", *axes)), (old, times(letter("d", axes[0]), letter("d", axes[1])))
        )  # fmt: skip
        squares = plus((1, own if old else {}), *((1, letter("q", name, *axes)) for name in sets))
        return plus((1 / divisor, squares), (-1 / (divisor * total), times(sums(axes[0]), sums(axes[1]))))

    return Fit(KEEPING if kept else DRIFTING, letters, sets)


def weighed(parts: dict[str, tuple[Fraction, int, Moment]], kept: Fraction, offset: Fraction) -> Fit:
    """A mixture of covariances within sets of points, each about its own mean, and of the covariance of the model."""

    def letters(kind: str, *axes: int) -> Polynomial:
        found = plus((kept, letter("V", *axes)))
        for name, (weight, count, _) in parts.items():
            product = times(letter("s", name, axes[0]), letter("s", name, axes[1]))
            one = weight / (count - 1 + offset)
            found = plus((1, found), (one, letter("q", name, *axes)), (-one / count, product))
        return found

    return Fit(STILL, letters, {name: (count, moment) for name, (_, count, moment) in parts.items()})


def from_kept_points(n: int) -> Fit:
    """What the letters are before the first fit, where the squares and the mean of n points of the source are kept."""
    whole = pooled({"r": (n, REAL)}, Fraction(2 - n))  # whose divisor is 1

    def letters(kind: str, *axes: int) -> Polynomial:
        if kind == "V":
            return ONE if axes[0] == axes[1] else {}
        return whole.letters("V" if kind == "K" else "d", *axes)

    return Fit(KEEPING, letters, whole.sets)


def source(places: Sequence[Place]) -> list[mpf]:
    """The state of the source: V is the identity, d is 0."""
    return [mpf(place in (("", False), ("V", False), ("VV", False))) for place in places]


def _number(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator


def _named(kind: str, crossed: bool) -> list[Name]:
    """The factors whose mean product is p, X_00 Y_11, or q, X_01 Y_01; a letter d is half a matrix."""
    axes = [0, 1, 0, 1] if crossed else [0, 0, 1, 1]
    names = []
    for x in kind:
        count = 1 if x == "d" else 2
        names.append((x, *axes[:count]))
        axes = axes[count:]
    return names


def _reduced(product: tuple[Name, ...]) -> dict[Place, int]:
    """A mean product in terms of the state."""
    ordered = sorted(product, key=lambda name: "KVd".index(name[0]))
    kind = "".join(name[0] for name in ordered)
    axes = [a for name in ordered for a in name[1:]]
    if len(axes) % 2:
        return {}
    if len(axes) < 4:
        return {(kind, False): int(not axes or axes[0] == axes[1])}
    a, b, c, d = axes
    straight, crossed = int(a == b and c == d), (a == c and b == d) + (a == d and b == c)
    if kind == "dddd":
        return {(kind, False): straight + crossed}
    return {(kind, False): straight, (kind, True): crossed}


def of_points(factors: tuple[tuple[int, ...], ...], count: int, moment: Moment) -> Polynomial:
    """The mean of a product of sums over points, each of a product of coordinates."""
    total: Polynomial = {}
    for blocks in _partitions(factors):
        ways = 1
        for i in range(len(blocks)):
            ways *= count - i
        if ways:
            product = reduce(times, (moment(tuple(sorted(block))) for block in blocks), ONE)
            total = plus((1, total), (ways, product))
    return total


def _partitions(factors: tuple[tuple[int, ...], ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """For every way to let some of the factors be of the same point: the coordinates of each point."""
    if not factors:
        yield ()
        return
    for blocks in _partitions(factors[1:]):
        yield (factors[0], *blocks)
        for i in range(len(blocks)):
            yield (*blocks[:i], blocks[i] + factors[0], *blocks[i + 1 :])
