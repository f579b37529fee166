"""What every symbol that may stand in a statement means, by the name under which it is printed.

A meaning is a phrase to stand after "is". Symbols with a closed form of their own, such as a fixed point, are explained
by the derivation that defines them; the meaning of all others is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.laws.symbols import M, i, j, k, n, p, t, x


@dataclass(frozen=True)
class Meaning:
    """A symbol as it is printed, and the phrase that says what it is."""

    shown: sp.Basic
    words: str


def _symbols(**words: str) -> dict[str, Meaning]:
    return {name: Meaning(sp.Symbol(name), phrase) for name, phrase in words.items()}


def _applied(*arguments: sp.Basic, **words: str) -> dict[str, Meaning]:
    return {name: Meaning(sp.Function(name)(*arguments), phrase) for name, phrase in words.items()}


INDEX = "t"
"""Named wherever another name carries it as an index."""

SYMBOLS = {
    **_symbols(
        t="the number of fits (t = 0: the source)",
        M="the sample size of a generation",
        K="the number of tokens in the vocabulary",
        a_t="the mean of the same where data are replaced, known for t = 0 and for the first fit, which is to real "
        "points",
        N_1="the number of points in the first batch, all of them real",
        L="the divisor of the variance estimate: M under maximum likelihood, M - 1 if unbiased, M - 1 plus the offset "
        "otherwise",
        delta="the offset of the divisor, added to the number of points less one: 1 under maximum likelihood, 0 if "
        "unbiased",
        w_k="the mean of the least of the squares of k standard normals: 1 - 2/pi for k = 2",
        b_c="the centre towards which points are drawn, less mu_0",
        alpha="the share of real data, n/M with n real points among the M (or the chance of a point to be real)",
        n="the number of real points of a generation",
        m="the number of synthetic points of a generation",
        c_v="the factor by which the sampler multiplies the variance",
        r_1="1 where the first fit sees real points, 0 where they too are written through the sampler",
        f_W="the mean of an entry on the diagonal of the inverse of 1 - g + g W/L, W a Wishart matrix of M - 1 "
        "degrees of freedom in d dimensions",
        l_g="the mean of log(1 - g + g X/L), X chi-square with M - 1 degrees of freedom",
        n_t="the number of real points that join in generation t",
        m_t="the number of synthetic points that join in generation t",
        N_t="the number of points in the pool at fit t",
        b="the number of points that are drawn from the pool for one fit",
        W="the number of batches in the window",
        g="the rate of forgetting, the weight of the newest fit",
        w="the weight of the real points, 1 - w that of the synthetic ones",
        r="the order of the moment",
        i="a token",
        x="the level that is asked for",
        T="the first t with a variance of model t below x",
        X_t="a value drawn from model t",
        a_k="the mean of the largest of k standard normals: 0 for k = 1, 1/sqrt(pi) for k = 2",
        theta="the positive root of E S^theta = 1, S the factor of the variance in one fit: 1 for the unbiased "
        "divisor, about 2 under maximum likelihood",
        a_x="the mean of (x/v_t)^theta at the first t with v_t > x, where fits draw chi-squares with 2 theta more "
        "degrees of freedom",
        V_t="the variance of mu_t in units of v_0 given the variances of the models before",
        o="the mean overshoot, that of log(x/v_T)",
        e_x="the mean of log(v_1/x) where it is positive, 0 elsewhere, v_1 the variance of the first model",
        p_1="the chance that the variance of the first model is below x",
        p_x="the largest chance, whatever happened before, of a model with a variance below x after one that has it at "
        "x or above",
        P_x="the chance that the variance of the first model is x or more",
        **{"d_{t-1}": "mu_(t-1) - mu_0, how far off the mean of the model before is"},
        R_1="the chance that the variance of the first model exceeds x",
        A_x="the mean over first models up to x of (v_1/v_0)^theta times the mean of (x/v_t)^theta at the first t with "
        "v_t > x, where later factors F are weighed by F^theta, E F^theta = 1",
        y_x="half of what the chi-square of the real points may be at most for v_t <= x, (n-1+delta) "
        "(x - (1-w) v_(t-1) B)/(2 w v_0) or 0, with the variance estimate B from m values of variance 1",
        h_x="the mean number of further fits until v_t < x, over chains whose first model has a variance of x or more",
        s_x="the standard deviation of the number of further fits until v_t < x, over these chains",
        Phi_W="the mean square of a point of the first full window about mu_0, batches weighed as W less their age",
        m_W="the mean square of the mean of that window about mu_0, with these weights",
        H="a level of the state v_t + gamma (mu_t - mu_0)^2",
        c_h="the constant in the mean of that state after a fit",
        rho_h="the factor by which that mean falls with the state before",
        h_1="the mean of that state after the first fit",
        p_H="the least chance of a variance below x after a state of at most H",
        p_s="the largest of the chances of single models to have a variance above x",
        t_x="the number of generations whose chances of a variance below x are added up",
        s_o="the variance of the overshoot log(x/v_T)",
        c_o="the covariance of the overshoot log(x/v_T) and T",
        v_0="the variance of the source",
        h_0="the chance h_0(log(x/v_0)) of the whole chain, from h_k(y) = P(log S_{k+1} > y) + the integral "
        "over z > 0 of h_{k+1}(z) times the density of log S_{k+1} at y - z, S_k the factor of the variance in fit k; "
        "0 after the last fit of a list, and in the end where all data are kept",
        A_r="the largest of 1 and the products of the means of S_k^r over the first fits, S_k the factor of the "
        "variance in fit k",
        rho_t="what the fits after the first add to the error, in units of the first: M_1 (1/M_2 + ... + 1/M_t) "
        "of replaced data, N_1 M (1/N_2^2 + ... + 1/N_t^2) with all data kept, (t - 1) g^2 under forgetting; elsewhere "
        "(R - 1)^2/(R - b^2), R the mean squared error of the mean over that of the first, b the part that later fits "
        "keep of the first error",
        s_R="1 where the error of the mean has grown since the first fit, -1 where it has become smaller",
        a="the power of k with which the sizes M_k = M_1 k^a grow",
        d="the number of dimensions in which the source varies, the rank of its covariance; of a regression, the "
        "number of coefficients",
        sigma="the standard deviation of the noise in the labels",
        ell="an eigenvalue of the Gram matrix of the M rows of a fit, any of the d alike",
        k_0="the mean of the square of lambda/(ell + lambda) over the eigenvalues ell of the Gram matrix of the rows "
        "of the first fit",
        s_w="the squared length of the true coefficients",
        R_t="the squared distance of the coefficients of model t from the true ones",
        T_x="the first t with a variance below x",
        u="an eigenvalue of S^(-1) S_2, any of the d alike, S the Gram matrix of all rows and S_2 that of those with "
        "labels from a model",
        b_w="the part of the squared error of the coefficients that a fit with weights keeps: "
        "((N-1) E tr h^2 - E (tr h)^2)/(d (N-d-1)), N = n + m, h(u) = (1-w) u/m/(w (1-u)/n + (1-w) u/m) of the "
        "eigenvalues u of S^(-1) S_2",
        a_w="what the noise of the labels adds to it at sigma = 1: E tr k/(N-d-1), N = n + m, "
        "k(u) = (w^2 (1-u)/n^2 + (1-w)^2 u/m^2)/(w (1-u)/n + (1-w) u/m)^2",
        h="the bandwidth of the kernel density, in data units",
        c="the bandwidth of the kernel density in standard deviations of the points that it is fitted to",
        c_s="the bandwidth of the kernel density in standard deviations, the root of 1 - 1/M times that where they are "
        "those by maximum likelihood",
        tau="the variance of a synthetic point in units of that of the model it is drawn from",
        kappa="the fourth central moment of a synthetic point in units of the squared variance of its model",
        q="the mean of (v_{t+1}/v_t)^2 for a fit to synthetic points: "
        "((M-1)/L)^2 (tau^2 + (kappa - tau^2 (M-3)/(M-1))/M), tau the variance of such a point in units of that of the "
        "model it is drawn from, kappa its fourth central moment in units of the square of that variance",
        rho_d="what a fit keeps of the squared error of the mean: (1 - alpha)^2 with a fixed number of fresh real "
        "points, alpha (1 - alpha)/M more where each point is real by chance, (1 - w)^2 with the weight w on real "
        "points",
        rho="the mean factor of the precision, one over the variance, in one fit: L/(M-3)",
        f="the mean factor of the variance in one fit, (M-1)/L",
        beta="the strength of the tilt",
        **{"lambda": "the ridge, which is added to the Gram matrix of all rows of a fit"},
        j="the place of an eigenvalue among all, the largest first",
        H_0="the heterozygosity of the source, 1 - sum_i p_i^2",
        mu_0="the mean of the source",
        mu_t="the mean of model t",
        e_d="the mean of the root of an eigenvalue of W/L_1, any of the d alike, W a Wishart matrix of N_1 - 1 degrees "
        "of freedom in d dimensions, L_1 = N_1 - 1 + delta",
        W_1="the Wasserstein-2 distance between the first model and the source",
        W_t="the Wasserstein-2 distance between model t and the source",
        H_t="the heterozygosity of model t, the chance that two tokens drawn from it differ",
        h_t="the entropy of model t in nats",
        KL_t="the divergence KL(p_t || p_0) of model t from the source in nats",
        TV_t="the total variation distance between model t and the source",
        S_t="the number of types alive in generation t",
        v_i="the variance of component i of the source",
        **{"v_{t,i}": "the variance of component i of model t, 0 where it is dead"},
        v_j="the variance of the other component of the source",
        Delta_c="the squared distance of the means of both components of the source",
        L_t="the probability under the source of all types lost by generation t",
    ),
    r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)": Meaning(
        sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)"), "the divergence of model t from the source in nats"
    ),
    r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)": Meaning(
        sp.Symbol(r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)"), "the divergence of the source from model t in nats"
    ),
    r"\operatorname{sd}[\log v_t]": Meaning(
        sp.Symbol(r"\operatorname{sd}[\log v_t]"), "the standard deviation of log v_t over chains, v_t the variance "
        "of model t",
    ),
    r"\operatorname{tr}[\Sigma_0]": Meaning(
        sp.Symbol(r"\operatorname{tr}[\Sigma_0]"), "the trace of the covariance of the source"
    ),
    r"\operatorname{tr}[\Sigma_0^2]": Meaning(
        sp.Symbol(r"\operatorname{tr}[\Sigma_0^2]"), "the trace of the squared covariance of the source"
    ),
    r"\operatorname{sd}[T]": Meaning(
        sp.Symbol(r"\operatorname{sd}[T]"), "the standard deviation over chains of T, the first t with a variance of "
        "model t below x",
    ),
    r"\sup_t v_t": Meaning(sp.Symbol(r"\sup_t v_t"), "the largest variance of all models, the source among them"),
    r"\det \Sigma_0": Meaning(sp.Symbol(r"\det \Sigma_0"), "the determinant of the covariance of the source"),
    r"\operatorname{tr}[\Sigma_t^2]": Meaning(
        sp.Symbol(r"\operatorname{tr}[\Sigma_t^2]"), "the trace of the squared covariance of model t"
    ),
    r"\operatorname{tr}[\Sigma_t]^2": Meaning(
        sp.Symbol(r"\operatorname{tr}[\Sigma_t]^2"), "the squared trace of the covariance of model t"
    ),
    r"\operatorname{tr}[\Sigma_t]^r": Meaning(
        sp.Symbol(r"\operatorname{tr}[\Sigma_t]^r"), "the trace of the covariance of model t to the power r"
    ),
    r"\operatorname{tr}[\Sigma_t^r]": Meaning(
        sp.Symbol(r"\operatorname{tr}[\Sigma_t^r]"), "the trace of the covariance of model t to the power r of matrices"
    ),
    "P_r": Meaning(sp.Symbol("P_r"), "the number of partitions of r"),
    r"\det \Sigma_t": Meaning(sp.Symbol(r"\det \Sigma_t"), "the determinant of the covariance of model t"),
    r"\Vert\mu_t-\mu_0\Vert": Meaning(
        sp.Symbol(r"\Vert\mu_t-\mu_0\Vert"), "the distance of the mean of model t from that of the source"
    ),
    r"\Vert\mu_\infty-\mu_0\Vert > x": Meaning(
        sp.Symbol(r"\Vert\mu_\infty-\mu_0\Vert > x"),
        "the event that the mean ends farther than x from that of the source",
    ),
    r"\lambda_{t,j}": Meaning(
        sp.Symbol(r"\lambda_{t,j}"), "the j-th eigenvalue of the covariance of model t, the largest first"
    ),
    r"\sum_{s=1}^t D(s)": Meaning(
        sp.Symbol(r"\sum_{s=1}^t D(s)"), "the squared errors of the means of models 1, ..., t, expected over chains "
        "and added up",
    ),
    r"M_{\mathrm{eff}}(t)": Meaning(
        sp.Symbol(r"M_{\mathrm{eff}}(t)"), "the number of independent real points whose mean is as far from that of "
        "the source as the mean of model t",
    ),
    r"J_\theta": Meaning(
        sp.Symbol(r"J_\theta"), "the mean of W^theta - (W-1)^theta, W/M the variance of the limit of mu_t in units of "
        "v_0 given the variances of all models: 1 for the unbiased divisor",
    ),
    r"p_{v_t}(x)": Meaning(sp.Symbol(r"p_{v_t}(x)"), "the density at x of the law of v_t over chains"),
    r"v_\infty": Meaning(sp.Symbol(r"v_\infty"), "the limit of v_t, the variance of model t"),
    r"\mu_{t-1}": Meaning(sp.Symbol(r"\mu_{t-1}"), "the mean of the model before, of which model t saw points"),
    r"\mu_\infty": Meaning(sp.Symbol(r"\mu_\infty"), "the limit of mu_t, the mean of model t"),
    r"H_\infty": Meaning(sp.Symbol(r"H_\infty"), "the limit of H_t, the heterozygosity of model t"),
    r"\sum_i p_{t,i}^r": Meaning(
        sp.Symbol(r"\sum_i p_{t,i}^r"), "the moment of order r of the probabilities that model t gives to the tokens"
    ),
    "X_{t,i} = 0": Meaning(sp.Symbol("X_{t,i} = 0"), "the event that generation t has no copy of token i"),
    r"p_{\infty,i} = 1": Meaning(sp.Symbol(r"p_{\infty,i} = 1"), "the event that token i is the last one left"),
    "absorbing supports of a bigram model refitted to its own text": Meaning(
        sp.Symbol("absorbing supports of a bigram model refitted to its own text"),
        "the number of sets of transitions that all later texts are made of, and can contain again, once one is",
    ),
}  # fmt: skip
FUNCTIONS = {
    "E": Meaning(sp.Symbol(r"\operatorname{E}"), "the mean over chains"),
    "P": Meaning(sp.Symbol(r"\operatorname{P}"), "the probability over chains"),
    "Var": Meaning(sp.Symbol(r"\operatorname{Var}"), "the variance over chains"),
    **_applied(
        t,
        v="the variance of model t",
        m="the mean number of ancestors if no generation varied about it: m_0 = M, m_{g+1} = M (1 - (1-1/M)^{m_g})",
        s="the chance that one copy has descendants in the branching limit: s_1 = 1, s_{t+1} = 1 - exp(-s_t)",
    ),
    **_applied(
        t,
        R_1="the mean of v_t^2 over chains on the line, for a source of variance 1",
        Delta_2="the mean of det Sigma_t over chains in the plane, for the source N(0, I)",
    ),
    **_applied(
        j,
        t,
        Delta="the mean determinant of j rows of the covariance of model t in coordinates in which the source is "
        "N(0, I)",
        Delta_mu="what the outer product of mu_t - mu_0 adds to the mean determinant of j rows of the covariance of "
        "model t, in these coordinates",
        Delta_k="the mean determinant of d rows, j of them of the covariance of model t and the others of the sum of "
        "squares of the kept real points about their mean k, in all ways and in these coordinates",
        Theta_k="what the outer product of mu_t - k adds to Delta_k(j, t)",
    ),
    **_applied(
        n,
        l_t="the chance that the sum of the M points of generation t is n",
        **{"a_{t-1}": "the chance that the M tokens of generation t descend from n tokens of generation 1"},
    ),
    **_applied(
        t,
        e="the mean of R_t over chains",
        b="the part of the squared error of the coefficients that fit t keeps: (m_2 + xi (m (M-1) - m_2))/(M (M-1)), M "
        "its number of rows, xi = (d+2)(M-2)/((M+2)(M-d-1)), m and m_2 the mean numbers of synthetic rows and of "
        "ordered pairs of them, 0 at t = 1",
        U="the mean of v_t over chains",
        D="the mean of (mu_t - mu_0)^2 over chains",
        w_1="E W_2^2 on the line with the same policy, sizes and divisor and a source of variance 1, or what bounds it "
        "from below there",
        Xi_d="the factor of E det of the squares of a pool of k M points over their number to the power d as M points "
        "of the model join",
        A_d="the number of ways in which d + 1 points are drawn from a pool of t M, one after the other",
        k_1="E D_KL(p_0 || p_t) on the line with the same policy, sizes and divisor and a source of variance 1, or "
        "what bounds it from below there",
        G_d="the mean of the determinant of the covariance of model t over chains",
        R_d="the mean trace of the squared covariance of model t over d, for the source N(0, I) in d dimensions",
        omega_1="the squared relative spread over chains of v_t on the line, E v_t^2/(E v_t)^2 - 1",
        U_1="the mean of v_t over chains on the line, for a source of variance 1",
        Delta_d="the mean of log det Q_t, Q_t the covariance of model t in coordinates in which the source is N(0, I), "
        "or what bounds it",
        D_1="the mean of (mu_t - mu_0)^2 over chains on the line, for a source of variance 1",
        R="the mean of v_t^2 over chains",
        Q="the mean of v_t (mu_t - mu_0)^2 over chains",
        B="the mean of (mu_t - mu_0)^4 over chains",
        X="the mean of s v_t over chains, s the sum of squares of the kept real points about their mean k",
        Y="the mean of s (mu_t - k)^2 over chains",
        Q_k="the mean of v_t (mu_t - k)^2 over chains",
        B_k="the mean of (mu_t - k)^4 over chains",
        Q_1="the mean of (k - mu_0) v_t (mu_t - k) over chains, k the mean of the kept real points",
        B_1="the mean of (k - mu_0) (mu_t - k)^3 over chains",
        U_2="the mean of (k - mu_0)^2 v_t over chains",
        B_2="the mean of (k - mu_0)^2 (mu_t - k)^2 over chains",
        P_2="the mean over chains of the squared variance of the pool at fit t, its squares about their mean over its "
        "size",
        P_4="the mean over chains of the fourth central moment of the pool at fit t",
        P_1="the mean over chains of the variance of the pool at fit t, its squares about their mean over its size",
        K_mu="the mean over chains of the fourth central moment of model t",
        K_4="the mean over chains of the fourth central moment of the points that model t is fitted to",
        Z="the mean over chains of the squared distance of the mean of the pool at fit t from mu_0",
        Z_S="the mean over chains of the squared distance of the mean of the pool at fit t from mu_0 times its "
        "variance",
        Z_T="the mean over chains of the distance of the mean of the pool at fit t from mu_0 times the third central "
        "moment of the pool",
        Z_4="the mean over chains of the fourth power of the distance of the mean of the pool at fit t from mu_0",
        A="the mean square of a point of the pool at fit t less the mean product of a pair, about mu_0 and over v_0",
        Lambda="what log v_t would be if model t - 1 had the variance exp Lambda(t-1) and the mean of the source, in "
        "the mean over the training set of fit t; exact at t = 1",
        Lambda_1="E log v_t on the line with the same policy, sizes and divisor and a source of variance 1, or what "
        "bounds it from above there",
        Lambda_d="a bound of the mean of log det Q_t over d, Q_t the covariance of model t in coordinates in which the "
        "source is N(0, I): of n real points among M, log[exp kappa(n) + exp(kappa(M-n) + Lambda_d(t-1))] - log L, "
        "kappa(n) the same mean of the scatter of n real points",
        Lambda_f="a bound of the same mean: that of the scatter over L of fresh real points N(0, I) and of points "
        "N(0, exp(Lambda_f(t-1)) I), the squares between both not less than a share",
        Theta="a bound of v_0 E 1/v_t by a line from fit to fit: of fresh real points among M, L/(M-3) times alpha + "
        "(1-alpha) Theta(t-1)",
        Upsilon="a bound of v_0 times the root of E 1/v_t^2, by the sum over the batches of a training set of what "
        "each has by itself",
        D_4="the mean of (mu_t - mu_0)^4 over chains",
        Omega="a bound of E (mu_t - mu_0)^2/v_t by a line from fit to fit, in the means of v_{t-1} and of the squared "
        "error, Theta(t-1) and Omega(t-1)",
        Xi="a bound of v_0 E 1/v_t: the mean of 1/(A + B/Xi(t-1)), A and B v_{t-1}/v_0 the squares of real and of "
        "synthetic points over their divisors; exact at t = 1",
        Psi="a bound of E (mu_t - mu_0)^2/v_t: half the harmonic mean of what the squares of real points alone and "
        "those of synthetic points alone would leave; exact at t = 1",
        I_log="the integral over s > 0 of (exp(-s) - phi_t(s))/s, phi_t(s) = E exp(-s v_t/v_0), which one fit "
        "multiplies by a factor of the real points and averages",
        U_w="a bound from above: U_w(t+1) is (M-1)/L (w_k U_w(t) + D_w(t)), D_w(t+1) is D_w(t) + w_k U_w(t)/M, from 1 "
        "and 0 at t = 0, or from (M-1)/L and 1/M at t = 1 if the first fit is real",
        L_w="a bound from below: L_w(t+1) is (M-1)/L (w_k L_w(t) - D_w(t)), or 0 where that is less, D_w(t) a bound of "
        "the squared error of the mean in units of v_0",
        D_w="a bound of the squared error of the mean in units of v_0: D_w(t+1) is D_w(t) + w_k U_w(t)/M, and U_w(t+1) "
        "is (M-1)/L (w_k U_w(t) + D_w(t)), from 0 and 1 at t = 0, or from 1/M and (M-1)/L at t = 1 if the first fit is "
        "real",
        J_w="what is left of the variance, on average: (M-1)/L after a fit to real points, then (M-1)/L times the mean "
        "of v/v_0 times the variance of the nearest of k standard normals to delta, v the variance of the model before "
        "and delta the distance of its mean from the centre in its standard deviations",
        J_v="the mean of P_t/(1 + beta v_0 A_t), P_k the product of chi^2/L for k independent chi-squares with M - 1 "
        "degrees of freedom, and A_t the sum of P_k over k from r_1 to t - 1",
        J_g="c - mu_0 times the mean of beta v_0 A_t/(1 + beta v_0 A_t), c the centre, P_k the product of chi^2/L for "
        "k independent chi-squares with M - 1 degrees of freedom, and A_t the sum of P_k over k from r_1 to t - 1",
        J_d="the mean of (c - mu_0)^2 (beta v_0 A_t)^2/(1 + beta v_0 A_t)^2 + (v_0/M) B_t/(1 + beta v_0 A_t)^2, c the "
        "centre, P_k the product of chi^2/L for k independent chi-squares with M - 1 degrees of freedom, A_k the sum "
        "of P_j over j from r_1 to k - 1, and B_t that of P_(k-1) (1 + beta v_0 A_k) over k from 1 to t",
        I_inv="the integral over s > 0 of phi_t(s), phi_t(s) = E exp(-s v_t/v_0)",
        I_err="the integral over s > 0 of psi_t(s) = E (mu_t - mu_0)^2 exp(-s v_t/v_0)/v_0",
        I_sq="the integral over s > 0 of 2 log(s) (phi_t(s) - exp(-s))/s, phi_t(s) = E exp(-s v_t/v_0)",
        I_F="the integral over s > 0 of P(s) m_1(s) ... m_t(s)/((1+s^2) cosh(pi s)), P(s) the Legendre function of "
        "degree -1/2 + i s at (lambda_1/lambda_2 + lambda_2/lambda_1)/2, which is 1 for lambda_1 = lambda_2, and "
        "m_k(s) = E r_1^(i s) r_2^(1 - i s), r_1 and r_2 the diagonal of the triangular form of what fit k multiplies "
        "a root of the covariance by",
        R_v="the mean of the root of v_t over chains on the line, for a source of variance 1",
        I_mu="the integral over s > 0 of P(s) mu(s)^t/((1 + s^2) cosh(pi s)), P(s) the Legendre function of degree "
        "-1/2 + i s at (lambda_1/lambda_2 + lambda_2/lambda_1)/2, which is 1 for lambda_1 = lambda_2, and mu(s) the "
        "root of 2/L times the squared modulus of Gamma((M-1+is)/2), over Gamma((M-1)/2) Gamma((M-2)/2)",
        I_root="the integral over s > 0 of (1 - phi_t(s)) s^{-3/2}, over 2 sqrt(pi), phi_t(s) = E exp(-s v_t/v_0), "
        "which one fit multiplies by a factor of the real points and averages",
    ),
    **_applied(i, j, C="the mean product over chains of the errors (about mu_0) of the means of batches i and j"),
    **_applied(
        i,
        j,
        k,
        sp.Symbol("l"),
        C_4="the mean product over chains of the errors (about mu_0) of the means of batches i, j, k and l",
    ),
    **_applied(
        i,
        j,
        F="the mean over chains of S_i S_j, S_i the sum of squares of batch i about its own mean",
        G="the mean over chains of S_i e_j^2, e_j the distance of the mean of batch j from mu_t",
        J="the mean over chains of e_i^2 e_j^2",
        F_2="the mean over chains of S_i ^ S_j in coordinates in which the source is N(0, I), S_i the squares of batch "
        "i about its own mean, A ^ B = (A_11 B_22 + A_22 B_11)/2 - A_12 B_12",
        G_2="the mean over chains of S_i ^ e_j e_j', e_j the distance of the mean of batch j from mu_t",
        J_2="the mean over chains of e_i e_i' ^ e_j e_j'",
    ),
    **_applied(
        k,
        a_N="the noise of fit k in one direction at sigma = 1: M_k/N_k times the mean of ell over the square of "
        "ell + lambda, ell the eigenvalues of the Gram matrix of all N_k rows, M_k of them new",
    ),
    **_applied(t, lambda_v="the mean of log v_t over chains"),
    **_applied(
        t,
        X_v="the squared relative spread over chains of v_t with a known mean, E v_t^2/v_0^2 - 1",
        kappa_v="what fit t keeps of X_v: ((N+m)^2 + 2m)/(N+n+m)^2 where n real and m synthetic points join N of a "
        "pool, (1-w)^2 (1 + 2/m) with the weight w on real ones, 1 + 2 g^2/M under forgetting, "
        "(1-alpha)(M (1-alpha) + alpha + 2)/M where each point is real by its own coin",
        nu_v="what fit t adds to X_v: 2 (n+m)/(N+n+m)^2 where n real and m synthetic points join N of a pool, "
        "2 w^2/n + 2 (1-w)^2/m with the weight w on real ones, 2 g^2/M under forgetting, 2/M by coins, 2/N_1 at t = 1",
    ),
    **_applied(
        M,
        H_nu="this statistic as a function of the degrees of freedom of the chi-square of a fit, under the same "
        "policy: with both moments fitted to M points, by the unbiased divisor, they are M - 1",
    ),
    **_applied(k, t, h_b="the part of the error of the mean of batch k in the mean of model t"),
    **_applied(
        t,
        Q_p="the mean over chains of (x - mu_0)^2, x the mean of the pool at fit t",
        S_p="the mean over chains of (x - mu_0)^2 over the points x of the pool at fit t",
        kappa_b="1/b for a fit to b draws from the pool of N points that are put back, (N - b)/(b (N-1)) to b "
        "different ones, and 0 to all points",
    ),
    **_applied(
        j,
        t,
        q_C="E C(Q_t) over C(I), C the zonal polynomial of the j-th partition of r and Q_t the covariance of model t "
        "in coordinates in which the source is N(0, I)",
    ),
    **_applied(
        j,
        k,
        f_kappa="the number by which fit k multiplies the mean of the zonal polynomial of the j-th partition kappa "
        "of r: the sum over sigma in kappa of binom(kappa, sigma) c^(r-s) C_sigma(1, ..., 1, w)/(a_sigma L^r), s the "
        "sum of sigma, with as many ones as the scatter has degrees of freedom; c = L - M and w = 1 - M/P where M "
        "points join a pool and make it P, c = (1-g) L/g, L/g for L and w = 0 under forgetting, c = w = 0 in the "
        "first fit and for replaced data",
    ),
    **_applied(t, eta="1 if fit t draws from the pool with replacement, which the first fit does not, and 0 otherwise"),
    **_applied(
        k,
        l="the mean of the logarithm of what fit k multiplies the variance by",
        u="the variance of the logarithm of what fit k multiplies the variance by",
        q="the mean square of what fit k adds to the mean, over the variance of the model before it",
        l_d="the mean of the logarithm of the determinant of what fit k multiplies the covariance by, in d dimensions",
        f_d="the mean of an entry on the diagonal of the inverse of what fit k multiplies the covariance by",
        T_d="the product of f_d(2) to f_d(k), f_d(k) the mean of an entry on the diagonal of the inverse of what fit k "
        "multiplies the covariance by",
        g_d="the mean of z'F^(-1) z, F what fit k multiplies the covariance by and z the error of the mean of its "
        "batch, both in coordinates of the model before it",
    ),
    **_applied(
        t,
        l_s="the mean of log(v_t/v_1) along the Markov chain of the shapes of windows of two batches",
        V_s="the variance of log(v_t/v_1) along the Markov chain of the shapes of windows of two batches",
        r_s="the mean of sqrt(v_t/v_1) along the Markov chain of the shapes of windows of two batches",
        p_s="the mean of v_1/v_t along the Markov chain of the shapes of windows of two batches",
        k_s="the mean of (mu_t - mu_1)^2/v_t along the Markov chain of the shapes of windows of two batches",
    ),
    **_applied(
        k, l_W="the mean of log det(1 - g + g W/L) in k dimensions, W a Wishart matrix of M - 1 degrees of freedom"
    ),
    **_applied(
        sp.Symbol("p"),
        k,
        phi="the mean of the p-th power of what fit k multiplies the variance by",
        chi="the same mean weighted with Z^2, Z what fit k adds to the mean in units of its root mean square",
    ),
    **_applied(
        sp.Symbol("z"),
        F_t="the chance that a product of t independent chi-squares, each with M - 1 degrees of freedom, is at most z",
        f_t="the density at z of a product of t independent chi-squares, each with M - 1 degrees of freedom",
        K_t="the chance that a product of t independent chi-squares, each with M degrees of freedom, is at most z",
    ),
    **_applied(
        sp.Symbol("z"),
        G_t="the chance that a product of t independent Gamma variables of shape M is at most z",
        g_t="the density at z of such a product of Gamma variables",
        h_t="the density at z of the product of what t fits multiply the variance by",
        H_t="the chance that the product of what t fits multiply the variance by is at most z",
    ),
    **_applied(x, p[i], c_t="the chance that a token of source probability p_i has x copies in generation t"),
    **_applied(sp.Symbol("w"), d_t="the chance that a component of weight w has been fitted to fewer than two points"),
    **_applied(
        t,
        k,
        h_c="the chance that a component of k points among M, one of two, is dead after t more fits",
    ),
    **_applied(
        t,
        Y_c="what chains in which the first fit leaves two points or more to both components add to the mean of "
        "v_{t,i}, 0 where component i is dead",
    ),
    **_applied(j, b_t="the chance that r draws from model t descend from j distinct draws from the source"),
    **_applied(
        sp.Symbol("z"),
        psi_t="the mean of z^A, A the number of tokens of generation 1 from which those of generation t descend",
    ),
}
BASES = {
    "M": Meaning(sp.IndexedBase("M")[k], "the sample size of generation k"),
    "N": Meaning(sp.IndexedBase("N")[k], "the number of points in the pool at fit k, M_1 + ... + M_k"),
    "C": Meaning(
        sp.IndexedBase("C")[k], "the zonal polynomial of the k-th partition of r, at the covariance of the source"
    ),
    "varphi": Meaning(
        sp.IndexedBase("varphi")[k],
        "the product of (M-i+2j)/L over the rows i of the k-th partition of r and the j "
        "from 0 to one less than the part of row i",
    ),
    "omega": Meaning(
        sp.IndexedBase("omega")[k],
        "the product of 2j-i+1 over the same i and j but the first pair, over 2^{r-1} (r-1)!",
    ),
    "p": Meaning(p[i], "the probability of token i under the source"),
    "lambda": Meaning(
        sp.IndexedBase("lambda")[i], "the i-th eigenvalue of the covariance of the source, the largest first"
    ),
}
SPECIAL = {
    sp.gamma: Meaning(sp.gamma(sp.Symbol("x")), "the Gamma function"),
    sp.polygamma: Meaning(
        sp.polygamma(0, sp.Symbol("x")), "the digamma function, the slope of log Gamma(x); psi' is its own slope"
    ),
    sp.elliptic_e: Meaning(
        sp.elliptic_e(sp.Symbol("m")), "the complete elliptic integral of the second kind with the parameter m"
    ),
    sp.betainc_regularized: Meaning(
        sp.betainc_regularized(*sp.symbols("a b"), 0, sp.Symbol("z")), "the regularised incomplete beta function"
    ),
}


def meanings(expression: sp.Basic) -> list[Meaning]:
    """What each symbol, function and indexed base of the expression means, in the order of their kinds and names.

    Raises KeyError, with the name, where one has no meaning.
    """
    found = [one for table, name in sorted(_names(expression), key=_place) for one in [_TABLES[table][name]]]
    if any("_t" in _name(one.shown) or "_{t" in _name(one.shown) for one in found) or expression.has(t):
        found = [one for one in found if one is not SYMBOLS[INDEX]] + [SYMBOLS[INDEX]]
    return found + [SPECIAL[function] for function in SPECIAL if expression.has(function)]


_TABLES = {"function": FUNCTIONS, "symbol": SYMBOLS, "base": BASES}


def _names(expression: sp.Basic) -> Iterator[tuple[str, str]]:
    """Where each object of the expression is explained, and under which name; bound indices are not asked for."""
    bases = {indexed.base for indexed in expression.atoms(sp.Indexed)}
    yield from {("function", applied.func.__name__) for applied in expression.atoms(AppliedUndef)}
    yield from {("base", base.name) for base in bases}
    labels = {base.label for base in bases}
    yield from {
        ("symbol", symbol.name)
        for symbol in expression.free_symbols
        if isinstance(symbol, sp.Symbol) and symbol not in labels
    }


def _place(entry: tuple[str, str]) -> tuple[int, int]:
    table, name = entry
    names = list(_TABLES[table])
    return list(_TABLES).index(table), names.index(name) if name in names else len(names)


def _name(shown: sp.Basic) -> str:
    return shown.func.__name__ if isinstance(shown, AppliedUndef) else str(shown)
