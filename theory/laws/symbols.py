"""The symbols of every statement, with the assumptions under which it is simplified.

One name has one meaning through the whole package; the paper prints these.
"""

import sympy as sp

t, k, i, j, n, m = sp.symbols("t k i j n m", integer=True, nonnegative=True)
M = sp.Symbol("M", integer=True, positive=True)  # sample size of a generation
K = sp.Symbol("K", integer=True, positive=True)  # vocabulary size
dim = sp.Symbol("d", integer=True, positive=True)  # dimensions in which a Gaussian source varies
N1 = sp.Symbol("N_1", integer=True, positive=True)  # size of the first batch where data accumulate
W = sp.Symbol("W", integer=True, positive=True)  # batches in a window
L = sp.Symbol("L", positive=True)  # divisor of the variance estimate
delta = sp.Symbol("delta", nonnegative=True)  # offset of the divisor, L = n - 1 + delta for n points
nu = sp.Symbol("nu", positive=True)  # degrees of freedom, M - 1 in one refit
v0 = sp.Symbol("v_0", positive=True)  # variance of the source
H0 = sp.Symbol("H_0", positive=True)  # heterozygosity of the source
alpha = sp.Symbol("alpha", positive=True)  # share of real data
c = sp.Symbol("c_v", positive=True)  # factor of the variance in a scaled sampler
r1 = sp.Symbol("r_1", integer=True, nonnegative=True)  # 1 where the first fit sees real points, 0 where biased ones
g = sp.Symbol("g", positive=True)  # rate of forgetting
w = sp.Symbol("w", nonnegative=True)  # weight of fresh real data
s, x, y, z = sp.symbols("s x y z", real=True)
E = sp.Function("E")  # expectation over chains
p = sp.IndexedBase("p")  # probabilities of the source, p[1] … p[K]
