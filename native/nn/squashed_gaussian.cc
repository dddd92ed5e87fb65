#include "nn/squashed_gaussian.h"

#include <algorithm>
#include <cmath>

#include "nn/ops.h"

namespace forager {

namespace {

using Spread = SquashedGaussian::Spread;

constexpr float kHalfLog2Pi = 0.91893853f, kLog2 = 0.69314718f;
constexpr float kLargestGiven = 1 - 1e-6f;

// σ, its logarithm and dσ/dx for a network's output x.
struct Deviation {
  float value, logarithm, slope;
};

Deviation deviationOf(const SquashedGaussian& rule, float x) {
  if (rule.spread == Spread::clampedLog) {
    const float logarithm = std::clamp(x, rule.low, rule.high), value = std::exp(logarithm);
    return {value, logarithm, x > rule.low && x < rule.high ? value : 0};
  }
  const float value = rule.deviation(x);
  const float slope = rule.spread == Spread::softplus ? 1 / (1 + std::exp(-x)) : x > 0 ? 1.0f : 0.0f;
  return {value, std::log(value), slope};
}

// log(1 − tanh²(u) + ε). Without ε: 2 (log 2 − |u| − log(1 + e^(−2|u|))), the same for u and −u.
float logSquash(float u, float a, float epsilon) {
  if (epsilon > 0) return std::log(1 - a * a + epsilon);
  const float size = std::abs(u);
  return 2 * (kLog2 - size - std::log1p(std::exp(-2 * size)));
}

}  // namespace

float SquashedGaussian::deviation(float x) const {
  switch (spread) {
    case Spread::clampedLog:
      return std::exp(std::clamp(x, low, high));
    case Spread::rectified:
      return std::max(x, 0.0f) + low;
    case Spread::softplus:
      return std::max(x, 0.0f) + std::log1p(std::exp(-std::abs(x))) + low;
  }
  return 0;
}

SquashedSample sampleSquashed(Tape& tape, const SquashedGaussian& rule, const Tensor& mean, const Tensor& spread,
                              const Tensor& noise) {
  const int actions = mean.columns;
  // One step with A + 1 columns: the actions and their log-probability.
  const Tensor both = mapRows(
      tape, {mean, spread, noise}, actions + 1,
      [=](const float* const* in, float* out) {
        float density = 0, squash = 0;
        for (int c = 0; c < actions; ++c) {
          const Deviation deviation = deviationOf(rule, in[1][c]);
          const float e = in[2][c], u = in[0][c] + deviation.value * e;
          out[c] = std::tanh(u);
          density -= e * e / 2 + deviation.logarithm + kHalfLog2Pi;
          squash -= logSquash(u, out[c], rule.epsilon);
        }
        out[actions] = rule.densityWeight * density + rule.squashWeight * squash;
      },
      [=](const float* const* in, const float* out, const float* outGradient, float* const* inGradient) {
        const float ofLog = outGradient[actions];
        for (int c = 0; c < actions; ++c) {
          const float a = out[c], slope = 1 - a * a;
          const float squashSlope = rule.epsilon > 0 ? 2 * a * slope / (slope + rule.epsilon) : 2 * a;
          const float ofU = outGradient[c] * slope + ofLog * rule.squashWeight * squashSlope;
          if (inGradient[0] != nullptr) inGradient[0][c] += ofU;
          if (inGradient[1] == nullptr) continue;
          const Deviation deviation = deviationOf(rule, in[1][c]);
          inGradient[1][c] += (ofU * in[2][c] - ofLog * rule.densityWeight / deviation.value) * deviation.slope;
        }
      },
      kCostlyElement);
  return {sliceColumns(tape, both, 0, actions), sliceColumns(tape, both, actions, 1)};
}

Tensor logProbabilityOf(Tape& tape, const SquashedGaussian& rule, const Tensor& mean, const Tensor& spread,
                        const Tensor& action) {
  const int actions = mean.columns;
  return mapRows(
      tape, {mean, spread, action}, 1,
      [=](const float* const* in, float* out) {
        float density = 0, squash = 0;
        for (int c = 0; c < actions; ++c) {
          const Deviation deviation = deviationOf(rule, in[1][c]);
          const float a = std::clamp(in[2][c], -kLargestGiven, kLargestGiven), u = std::atanh(a);
          const float e = (u - in[0][c]) / deviation.value;
          density -= e * e / 2 + deviation.logarithm + kHalfLog2Pi;
          squash -= logSquash(u, a, rule.epsilon);
        }
        out[0] = rule.densityWeight * density + rule.squashWeight * squash;
      },
      [=](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
        const float ofDensity = outGradient[0] * rule.densityWeight;
        for (int c = 0; c < actions; ++c) {
          const Deviation deviation = deviationOf(rule, in[1][c]);
          const float u = std::atanh(std::clamp(in[2][c], -kLargestGiven, kLargestGiven));
          const float e = (u - in[0][c]) / deviation.value;
          if (inGradient[0] != nullptr) inGradient[0][c] += ofDensity * e / deviation.value;
          if (inGradient[1] != nullptr)
            inGradient[1][c] += ofDensity * (e * e - 1) / deviation.value * deviation.slope;
        }
      },
      kCostlyElement);
}

}  // namespace forager
