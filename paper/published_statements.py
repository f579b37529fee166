r"""What has been published about refitting, statement by statement, and what a machine finds of it.

Only statements that were read in the source, or reported by a careful reader of it; where one stands, and how its
source counts generations, is said by the claim that cites it. In the symbols of this package: $t$ fits, $M$ points,
variances $v_t$.
"""

from paper.published_judgement import Statement
from paper.published_regressions import golden_labels, half_of_the_labels, linear_errors, lost_signal
from paper.published_verdicts import (
    absorbing_supports,
    attenuated,
    diverging,
    ends_in_a_token,
    error_free_of_time,
    external_source,
    fixed_set,
    fresh_set,
    fresh_tokens,
    harmful_points,
    leading_distance,
    relabelled_rows,
    replaced_labels,
    scaled_means,
    second_best,
    slow_degradation,
    spread_of_a_point,
    stable_mixing,
    superlinear_sizes,
    survival_of_a_token,
    survival_of_variance,
    universal_efficiency,
    vanishing,
    vanishing_under_bias,
)
from paper.published_verifiers import kept_labels, marked_points, unmarked_points, verifier_centre
from theory.claim import Source

STATEMENTS = (
    Statement(
        "shumailov2024collapse", ("gaussian-replace-log-variance",),
        r"With unbiased mean and variance and a fixed size, the variance vanishes almost surely.",
        r"At $M=100$ the logarithm falls by $<rate>/M$ per fit.", vanishing,
    ),
    Statement(
        "shumailov2024collapse", ("gaussian-replace-wasserstein2-squared", "gaussian-replace-wasserstein2-diverges"),
        r"Under the same hypotheses $\mathrm{E}\,W_2^2$ to the source diverges.",
        r"The unbiased divisor, a hypothesis, decides: under maximum likelihood the limit is $<limit>\,v_0$.",
        diverging,
    ),
    Statement(
        "shumailov2024collapse", ("gaussian-replace-mean-squared-error",),
        r"A point drawn from model $t$ has the variance $v_0(1+t/M)$ up to second order in $1/M$ (unbiased).",
        r"Exact: the second order is zero.", spread_of_a_point,
    ),
    Statement(
        "shumailov2024collapse",
        ("gaussian-replace-wasserstein2-leading-order", "gaussian-replace-varying-mean-squared-error"),
        r"$\mathrm{E}\,W_2^2$ is $\frac32 v_0\sum_k 1/M_k$ to first order.",
        r"At $M=100$, $t=11$ it is $<found>\,v_0$ beside $<leading>\,v_0$; after fits to 20, 9 and 100 points "
        r"$<varied>\,v_0$ beside $<summed>\,v_0$.", leading_distance,
    ),
    Statement(
        "shumailov2024collapse", ("gaussian-replace-varying-log-variance",),
        r"The distance stays finite only if the sizes grow faster than linearly.",
        r"The condition is $\sum_k 1/M_k<\infty$. It fails for $k\log k$, and holds for $k^2$ with $k$ at the powers "
        r"of 2, where the sum is $<sum>$.", superlinear_sizes,
    ),
    Statement(
        "shumailov2024collapse", ("gaussian-accumulate-variance", "gaussian-subsample-variance"),
        r"Where all data are kept, or a fixed number of them drawn, collapse is inevitable, although attenuated.",
        r"Under maximum likelihood the loss ends: all kept, at $<ten>\,v_0$ for $M=10$ and $<hundred>\,v_0$ "
        r"for $M=100$.", attenuated,
    ),
    Statement(
        "shumailov2024collapse", ("tokens-replace-fixation",),
        r"A token chain ends in a point mass, at token $i$ with its original probability.",
        r"Equal to rounding.", ends_in_a_token,
    ),
    Statement(
        "alemohammad2024mad",
        ("gaussian-replace-log-variance", "gaussian-replace-scaled-log-variance",
         "gaussian-replace-scaled-bias-or-drift"),
        r"With draws of $\lambda\leq 1$ times the variance it vanishes almost surely.",
        r"At $\lambda=0.85$, $M=100$ the logarithm falls by $<rate>$ per fit, of which $<bias>$ is the bias. Drift "
        r"takes more above $\lambda=<turn>$ only.",
        vanishing_under_bias,
    ),
    Statement(
        "alemohammad2024mad", ("gaussian-replace-variance", "gaussian-replace-scaled-variance"),
        r"One fit multiplies the expected variance by $\lambda$ (unbiased).",
        r"Equal to rounding; the first fit sees real data.", scaled_means,
    ),
    Statement(
        "alemohammad2024mad", ("gaussian-fixed-real-share-variance",),
        r"A fixed set of real data only delays the inevitable.",
        r"Observed on images. A Gaussian with 5 fixed points of 50 (maximum likelihood) keeps $<left>\,v_0$ for ever.",
        fixed_set,
    ),
    Statement(
        "alemohammad2024mad", ("gaussian-stratified-real-share-effective-size",),
        r"In the fresh data loop with $\lambda=1$ the effective size $n_e$ is at least the number $n$ of real points.",
        r"For the mean, with $n=100$, it is $<few>$ at $M=1000$ and $<most>$ at $10^6$: always below $2n$.", fresh_set,
    ),
    Statement(
        "alemohammad2024mad", ("gaussian-scaled-stratified-real-share-variance",),
        r"With $\lambda<1$ there is a number of synthetic points above which $n_e<n$, and it does not grow with $n$.",
        r"For large $n$, in $W_2^2$ on the line, it is $(9-\lambda-2\lambda^2)/(1-\lambda)^2$: $<turn>$ at "
        r"$\lambda=0.85$.", harmful_points,
    ),
    Statement(
        "gerstgrasser2024inevitable",
        ("regression-accumulate-reused-excess-risk", "regression-accumulate-risk-constant"),
        r"Accumulating, the excess risk is that of one fit times $\sum_{i\leq t} i^{-2}\leq\pi^2/6$.",
        r"Equal to rounding on one design that is labelled again. On new rows the constant is $<fresh>$ at $M=20$, "
        r"$d=5$, not $<sum>$.", relabelled_rows,
    ),
    Statement(
        "gerstgrasser2024inevitable", ("regression-replace-excess-risk",),
        r"Replacing, the excess risk is $\sigma^2 d\,t/(M-d-1)$.", r"Equal to rounding, on new rows too.",
        replaced_labels,
    ),
    Statement(
        "dohmatob2024demystified", ("regression-ridge-excess-risk", "regression-replace-excess-risk"),
        r"The test error of a refitted regression increases linearly in the number of generations, regularised or not.",
        r"So it does where all fits but the last are ordinary least squares: each adds $<slope>\sigma^2$ at $M=20$, "
        r"$d=5$, $\lambda=2$. With that ridge in every fit it ends at $<every>$ for $\sigma=\lVert w_*\rVert=1$.",
        linear_errors,
    ),
    Statement(
        "dohmatob2024demystified", (),
        r"Without noise, too, collapse can be exponentially fast where rows are fewer than coefficients.",
        r"For fits of least norm to new rows the risk is $\lVert w_*\rVert^2(1-(M/d)^t)$ at every $M<d$, equal to "
        r"rounding.", lost_signal,
        Source("dohmatob2024demystified", "Abstract", "read", "not compared"),
    ),
    Statement(
        "garg2025mixing", (),
        r"For fits of least norm to mixed labels, new ones from the source and those of the model before, the best "
        r"weight of the real labels tends to the reciprocal of the golden ratio.",
        r"On one design it is $<golden>$ in the end at every number of rows and of coefficients, whatever their "
        r"covariance.", golden_labels,
        Source("garg2025mixing", "Abstract", "read", "not compared"),
    ),
    Statement(
        "garg2025mixing", (),
        r"With a ridge the best weight of the real labels is at least one half for isotropic features, random effects "
        r"and spiked covariances.",
        r"On one design in every direction of the coefficients, so for all covariances: bias and variance both fall up "
        r"to one half. From $<least>$ to $<most>$ in nine settings.", half_of_the_labels,
        Source("garg2025mixing", "Abstract", "read", "not compared"),
    ),
    Statement(
        "bertrand2024stability", (),
        r"With many points, those of the model weighing $\lambda$ as much as real ones, maximum likelihood is stable "
        r"near the source if $\lambda(1+L\varepsilon/\alpha)<\frac12$.",
        r"Sufficient, not needed: a Gaussian, $\varepsilon=0$, is stable for every $\lambda$. At $\lambda=9$ and "
        r"$M=10^9$ its mean ends $<away>$ standard deviations from the source.", stable_mixing,
        Source("bertrand2024stability", "", "reported", "not compared"),
    ),
    Statement(
        "kazdan2025collapse", ("gaussian-subsample-variance",),
        r"Fitted to a fixed number of all points so far, models degrade slowly and gradually (version 4; version 1: "
        r"they apparently plateau).",
        r"Under maximum likelihood they plateau, at $<end>\,v_0$ for $M=100$.", slow_degradation,
    ),
    Statement(
        "suresh2025rate", ("gaussian-replace-variance-cdf-published-bound",),
        r"$\mathrm{P}(\sqrt{v_t}>\varepsilon)\leq(\sqrt{v_0}/\varepsilon)\,e^{-t/(4M-1)}$.",
        r"Valid. Under maximum likelihood the exponent is too small by the factor $<factor>$; unbiased, it is within "
        r"$<unbiased>$ of that of Markov's inequality.", survival_of_variance,
    ),
    Statement(
        "suresh2025rate", ("tokens-replace-absence-inverse-time-bound", "tokens-replace-absence-upper-bound"),
        r"A token survives $t$ fits with probability at least $1-e^{-\lambda/t}$, $\lambda$ its expected copies.",
        r"Valid. The exponent is too small by the factor $<factor>$ at $t=10^4$, and by 2 in the end.",
        survival_of_a_token,
    ),
    Statement(
        "bakshi2026improvement", ("tokens-iid-real-share-heterozygosity",),
        r"With a share $\alpha$ of fresh real tokens one fit takes the squared error $R$ to $b^2(1-\frac1M)R+H_0/M$, "
        r"with $b=1-\alpha$.",
        r"Equal to rounding, $R=H_0-\mathrm{E}\,H_t$.", fresh_tokens,
    ),
    Statement(
        "dey2024universality", ("gaussian-effective-real-size", "tokens-accumulate-heterozygosity"),
        r"Accumulating in an exponential family, every later fit keeps an asymptotic efficiency of at least $6/\pi^2$ "
        r"beside the first, which sees real data alone.",
        r"For the mean of a Gaussian and for the probabilities of tokens it holds at finite $M$ and every $t$ too: "
        r"$<ten>$ at $M=10$, $<hundred>$ at $M=100$, beside $<bound>$, to which it falls.", universal_efficiency,
    ),
    Statement(
        "borkar2025recursive", (),
        r"Recursive training ends in one of two ways: it collapses without samples of an external source, and does not "
        r"where such a source adds some in every generation, however few.",
        r"So it is for a Gaussian: of one fresh real point among $10^4$ under maximum likelihood $<kept>\,v_0$ remains "
        r"on average; without it the log-variance falls without end.", external_source,
        Source("borkar2025recursive", "Abstract, Sections 3 and 4", "read", "not compared"),
    ),
    Statement(
        "barzilai2025iterative", ("gaussian-accumulate-mean-squared-error",),
        r"Accumulating under maximum likelihood, the error after $t$ fits is of order $M^{-1/2}$, free of $t$, once "
        r"$M$ exceeds a power of $\log t$.",
        r"For the mean of a Gaussian at every $M$: $M\,\mathrm{E}(\mu_t-\mu_0)^2$ stays below $\pi^2 v_0/6$.",
        error_free_of_time,
    ),
    Statement(
        "xu2025probabilistic", ("gaussian-replace-closer-than-one-fit",),
        r"A model trained on synthetic data is closer to the source than the one trained on real data with probability "
        r"below $\frac12$, whatever the sizes.",
        r"To first order in $1/M$ for every schedule; $<equal>$ after one more fit to as many points. Computed for two "
        r"and three fits down to $M=2$.", second_best,
    ),
    Statement(
        "feng2025verification", (),
        r"Of a generator with the error $p$ a verifier keeps right labels with probability $\varphi$, wrong ones with "
        r"$\psi$. A linear classifier trained on many of them is right if $p<1/(1+\psi/\varphi)$, and wrong above.",
        r"Equal to rounding: $<turn>$ at $\varphi=0.9$, $\psi=0.3$. That is for two labels; of ten, with wrong ones in "
        r"equal parts, it is $<ten>$.", kept_labels,
        Source("feng2025verification", "Theorem 4.2", "reported", "one round"),
    ),
    Statement(
        "yi2026verification", (),
        r"Where only responses within $r\lVert x\rVert+\sigma_c$ of those of the verifier are kept, repeated least "
        r"squares ends at the centre of the verifier; $r$ sets the rate alone.",
        r"For one coefficient and infinitely many points, from every start. A round keeps $<narrow>$ of the distance "
        r"with $r=0.2$, $\sigma_c=0.1$ standard deviations of the noise, $<wide>$ with 1 and 2.", verifier_centre,
        Source("yi2026verification", "Theorem 4.1", "reported", "not compared"),
    ),
    Statement(
        "kanabar2026watermark", (),
        r"With a watermark $n$ points, a share $\alpha$ of them real, are worth "
        r"$n\alpha^2(1+\chi^2(Q_1\Vert Q_\alpha))$ real ones, up to a constant; for one that errs with probability "
        r"$\epsilon$ the divergence is explicit.",
        r"Equal to rounding to Fisher's information about the source where the estimate is right. At $\alpha=0.01$ the "
        r"factor is $<good>$ with $\epsilon=0.01$, $<poor>$ with $\epsilon=0.2$.", marked_points,
        Source("kanabar2026watermark", "Theorems 1 and 2, Claim 2", "read", "its t + 1 is t"),
    ),
    Statement(
        "kanabar2026watermark", (),
        r"There are estimates whose squared error is at most $3/\sum_i n_i\alpha_i^2(1+\chi^2)$.",
        r"Valid without a watermark, $\chi^2=0$: for three equal tokens estimates that correct for the known shares "
        r"attain the constant $<attained>$, smaller by the factor $<factor>$.", unmarked_points,
        Source("kanabar2026watermark", "Theorem 2", "read", "its t + 1 is t"),
    ),
    Statement(
        "riis2026drift", ("tokens-bigram-absorption",),
        r"What drift leaves alone of $n$-gram models are circulations, with the simple cycles as extreme points.",
        r"Found by enumeration of texts for bigrams of 3 tokens: <cycles> cycles, no other support.",
        absorbing_supports,
    ),
)  # fmt: skip
"""In the order of the table: by source, and within a source as it goes."""
