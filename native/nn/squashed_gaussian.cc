#include "nn/squashed_gaussian.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "nn/ops.h"

namespace forager {

namespace {

float softplus(float x) { return std::max(x, 0.0f) + std::log1p(std::exp(-std::abs(x))); }

float deviationOf(const SquashedGaussian& rule, float x) {
  switch (rule.spread) {
    case SquashedGaussian::Spread::clampedLog:
      return std::exp(std::clamp(x, rule.low, rule.high));
    case SquashedGaussian::Spread::rectified:
      return std::max(x, 0.0f) + rule.low;
    case SquashedGaussian::Spread::softplus:
      return softplus(x) + rule.low;
  }
  return 0;
}

float deviationSlope(const SquashedGaussian& rule, float x, float deviation) {
  switch (rule.spread) {
    case SquashedGaussian::Spread::clampedLog:
      return x > rule.low && x < rule.high ? deviation : 0;
    case SquashedGaussian::Spread::rectified:
      return x > 0 ? 1 : 0;
    case SquashedGaussian::Spread::softplus:
      return 1 / (1 + std::exp(-x));
  }
  return 0;
}

// log(1 − tanh²(u) + ε)
float logSquash(float u, float a, float epsilon) {
  constexpr float kLog2 = 0.69314718f;
  return epsilon > 0 ? std::log(1 - a * a + epsilon) : 2 * (kLog2 - u - softplus(-2 * u));
}

}  // namespace

SquashedSample sampleSquashed(Tape& tape, const SquashedGaussian& rule, const Tensor& mean, const Tensor& spread,
                              const Tensor& noise) {
  const int actions = mean.columns;
  constexpr float kHalfLog2Pi = 0.91893853f;
  // One step with A + 1 columns: the actions and their log-probability.
  const Tensor both = mapRows(
      tape, {mean, spread, noise}, actions + 1,
      [=](const float* const* in, float* out) {
        float density = 0, squash = 0;
        for (int c = 0; c < actions; ++c) {
          const float deviation = deviationOf(rule, in[1][c]), e = in[2][c], u = in[0][c] + deviation * e;
          out[c] = std::tanh(u);
          density -= e * e / 2 + std::log(deviation) + kHalfLog2Pi;
          squash -= logSquash(u, out[c], rule.epsilon);
        }
        out[actions] = rule.densityWeight * density + rule.squashWeight * squash;
      },
      [=](const float* const* in, const float* out, const float* outGradient, float* const* inGradient) {
        const float ofLog = outGradient[actions];
        for (int c = 0; c < actions; ++c) {
          const float deviation = deviationOf(rule, in[1][c]), a = out[c], slope = 1 - a * a;
          const float squashSlope = rule.epsilon > 0 ? 2 * a * slope / (slope + rule.epsilon) : 2 * a;
          const float ofU = outGradient[c] * slope + ofLog * rule.squashWeight * squashSlope;
          if (inGradient[0] != nullptr) inGradient[0][c] += ofU;
          if (inGradient[1] != nullptr)
            inGradient[1][c] += (ofU * in[2][c] - ofLog * rule.densityWeight / deviation) *
                                deviationSlope(rule, in[1][c], deviation);
        }
      });
  return {sliceColumns(tape, both, 0, actions), sliceColumns(tape, both, actions, 1)};
}

}  // namespace forager
