#pragma once
#include "nn/tape.h"

namespace forager {

// A Gaussian policy squashed by tanh (Haarnoja et al. 2018, appendix C): u = μ + σ ε, a = tanh(u), and
// log π(a|s) = Σ log N(u; μ, σ²) − Σ log(1 − a²).
struct SquashedGaussian {
  // How a network's output x becomes σ.
  enum class Spread {
    clampedLog,  // σ = exp(clamp(x, low, high))
    rectified,   // σ = max(x, 0) + low
    softplus,    // σ = log(1 + eˣ) + low
  };
  Spread spread = Spread::clampedLog;
  float low = -20, high = 2;
  // Inside the logarithm of the squash: −log(1 − a² + epsilon). 0 takes the exact form, which cannot overflow.
  float epsilon = 0;
  // Of the two sums. Both are 1 in the definition; the exploration paper's released code has them otherwise.
  float densityWeight = 1, squashWeight = 1;

  // σ of a network's output x.
  float deviation(float x) const;
};

struct SquashedSample {
  Tensor action;          // [batch, A]
  Tensor logProbability;  // [batch, 1]
};

// Reparameterised: gradients of action and log-probability reach `mean` and `spread`, both [batch, A]. `noise`
// [batch, A] is N(0, 1).
SquashedSample sampleSquashed(Tape& tape, const SquashedGaussian& rule, const Tensor& mean, const Tensor& spread,
                              const Tensor& noise);

// log π(a|s) [batch, 1] of actions [batch, A] that were given, clipped to ±(1 − 1e-6) so that atanh is finite.
// Gradients reach `mean` and `spread`, not the action.
Tensor logProbabilityOf(Tape& tape, const SquashedGaussian& rule, const Tensor& mean, const Tensor& spread,
                        const Tensor& action);

}  // namespace forager
