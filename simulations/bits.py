"""Random numbers are a pure function of (seed, scenario, generation, replicate, draw).

Threefry2x32-20 turns a 64-bit key and a 64-bit counter into 64 random bits. The key is the head of
SHA-256(seed, scenario digest, stream version) folded with the generation; the counter is (replicate, draw). A number
therefore does not depend on how many chains run beside its own, in what order, on which device, or after which resume.

The rounds are unrolled so that XLA fuses them into the arithmetic that consumes the bits: six times the rate of
``jax.random.bits``.

Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC11).
"""

import hashlib
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float64, UInt32, UInt64

STREAM_VERSION = 2
"""Part of every key. Raised whenever a draw, a lane width, a block length or a polynomial degree changes."""

COUNTERS = 2**32
"""Generations, replicates and draws are each counted below this."""

Bits = tuple[UInt32[Any, "..."], UInt32[Any, "..."]]
"""64 random bits as a pair of words, the more significant first; numpy or JAX, shapes that broadcast."""

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA


def chain_key(seed: int, digest: str) -> UInt32[np.ndarray, "2"]:
    """The key of every chain of one scenario: the first 64 bits of SHA-256("version/seed/digest").

    Raises ValueError for a seed outside [0, 2^64).
    """
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed must be at least 0 and below 2^64, got {seed}")
    head = hashlib.sha256(f"{STREAM_VERSION}/{seed}/{digest}".encode()).digest()[:8]
    return np.frombuffer(head, dtype=">u4").astype(np.uint32)


def threefry2x32(key: Bits, counter: Bits) -> Bits:
    """The 20-round Threefry bijection of the counter under the key; all four words broadcast together."""
    k0, k1, x0, x1 = (jnp.asarray(word, jnp.uint32) for word in (*key, *counter))
    schedule = (k0, k1, k0 ^ k1 ^ np.uint32(_PARITY))
    x0, x1 = x0 + k0, x1 + k1
    for i in range(5):
        for rotation in _ROTATIONS[i % 2]:
            x0 = x0 + x1
            x1 = (x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))
            x1 = x0 ^ x1
        x0 = x0 + schedule[(i + 1) % 3]
        x1 = x1 + schedule[(i + 2) % 3] + np.uint32(i + 1)
    return x0, x1


def generation_key(key: UInt32[Any, "2"], generation: UInt32[Any, ""]) -> Bits:
    """The key of one generation: the chain key folded with the generation's number."""
    return threefry2x32((key[0], key[1]), (generation, np.uint32(0)))


def bits(key: Bits, replicate: UInt32[Any, "..."], draw: UInt32[Any, "..."]) -> Bits:
    """The 64 bits of one draw of one replicate in the generation whose key this is."""
    return threefry2x32(key, (replicate, draw))


def require_counters(**counts: int) -> None:
    """Raises ValueError unless every named count fits its half of the counter."""
    for name, count in counts.items():
        if not 0 <= count < COUNTERS:
            raise ValueError(f"{name} must be at least 0 and below 2^32, got {count}")


def require_double_precision() -> None:
    """Raises RuntimeError unless JAX computes in 64 bits: in 32 the samplers would be silently wrong."""
    if jnp.result_type(float) != np.float64:
        raise RuntimeError('sampling needs 64-bit arithmetic: call jax.config.update("jax_enable_x64", True) first')


def word64(pair: Bits) -> UInt64[Array, "*n"]:
    """The pair as one 64-bit integer."""
    require_double_precision()
    return (pair[0].astype(jnp.uint64) << np.uint64(32)) | pair[1].astype(jnp.uint64)


def uniforms(pair: Bits) -> Float64[Array, "*n"]:
    """Uniform on the 2^52 midpoints (k + 1/2) 2^-52: never 0, never 1, every value exact in float64."""
    in_one_two = jax.lax.bitcast_convert_type((word64(pair) >> np.uint64(12)) | np.uint64(0x3FF << 52), jnp.float64)
    return in_one_two - (1.0 - 2.0**-53)


def uniform_index(pair: Bits, n: UInt32[Any, "..."]) -> UInt32[Array, "*n"]:
    """floor(b n / 2^64) for the 64-bit integer b: every index in [0, n) has probability 1/n to within 2^-64."""
    require_double_precision()
    n = jnp.asarray(n, jnp.uint64)
    high, low = pair[0].astype(jnp.uint64) * n, pair[1].astype(jnp.uint64) * n
    return ((high + (low >> np.uint64(32))) >> np.uint64(32)).astype(jnp.uint32)


def log(y: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    """Natural logarithm of a positive normal number, to 4.4e-16 relative: log(2^k m) = k log 2 + 2 artanh((m-1)/(m+1)).

    The mantissa m is taken in [sqrt(1/2), sqrt(2)) and the series in powers of ((m-1)/(m+1))^2 <= 0.0295 has 11 terms.
    XLA's own logarithm costs several times as much on a CPU and was most of the time of a chain.
    """
    require_double_precision()
    root_half = np.uint64(0x3FE6A09E667F3BCD)
    shifted = jax.lax.bitcast_convert_type(y, jnp.uint64) + (np.uint64(0x3FF << 52) - root_half)
    k = (shifted >> np.uint64(52)).astype(jnp.int64) - 1023
    m = jax.lax.bitcast_convert_type((shifted & np.uint64(2**52 - 1)) + root_half, jnp.float64)
    f = (m - 1.0) * (1.0 / (m + 1.0))  # a quotient used twice would keep XLA from fusing what it is made of
    series = _horner([1.0 / (2 * j + 1) for j in range(11)], f * f)
    return k.astype(jnp.float64) * np.log(2.0) + 2.0 * f * series


def normals(pair: Bits) -> Float64[Array, "*n"]:
    """Standard normal by inverse CDF; one bit is the sign and 52 choose the tail probability, so |z| <= 8.3.

    Relative error 7e-15.
    """
    mantissa = word64(pair) & np.uint64(2**52 - 1) | np.uint64(0x3FF << 52)
    t = jax.lax.bitcast_convert_type(mantissa, jnp.float64) - (1.0 - 2.0**-53)
    z = normal_quantile(1.0 - t, t)
    return jnp.where(pair[0] >> np.uint32(31) == 0, z, -z)


def normal_quantile(inside: Float64[Array, "*n"], outside: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    """The z whose two tails together have the probability `outside`; `inside` is 1 - outside with the sign of z.

    With w = -log(1 - inside^2) the quantile is z = inside P(w) / Q(w): a rational function of degree 12 whose
    coefficients are all positive, so that nothing cancels.
    """
    w = -log(outside * (2.0 - outside))
    return inside * (_horner(_QUANTILE_NUMERATOR, w) / _horner(_QUANTILE_DENOMINATOR, w))


def _horner(coefficients: list[float], x: Float64[Array, "*n"]) -> Float64[Array, "*n"]:
    value = jnp.full_like(x, coefficients[-1])
    for c in coefficients[-2::-1]:
        value = value * x + c
    return value


_QUANTILE_NUMERATOR = [
    1.2533141373155072,
    0.47884107689994215,
    0.1320293110931079,
    0.026068454733671823,
    0.003937435612094474,
    0.0004705034235607861,
    4.464404035947695e-05,
    3.3563026725561126e-06,
    2.0037653240956268e-07,
    9.481964507306563e-09,
    3.2956895576222815e-10,
    6.0697232591302855e-12,
    1.9986631678680595e-14,
]

_QUANTILE_DENOMINATOR = [
    1.0,
    0.12026051453796006,
    0.06082798285725635,
    0.005942529484298509,
    0.0012545093382966407,
    9.458892757295562e-05,
    1.0350483703424166e-05,
    5.687763012282916e-07,
    3.4844895385868786e-08,
    1.2849581725405914e-09,
    3.760953289235768e-11,
    3.238082397125595e-13,
    2.7254522436792794e-16,
]
