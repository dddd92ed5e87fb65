#include "explore/sse_steps.h"

#include <cmath>

namespace forager {

namespace {

float squaredDistance(const float* a, const float* b, int count) {
  float sum = 0;
  for (int i = 0; i < count; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

}  // namespace

Tensor recordDisagreement(Tape& tape, const std::vector<Tensor>& f, const int& leader, bool distance) {
  const int states = f.front().columns, models = static_cast<int>(f.size());
  const float share = distance ? 1 / static_cast<float>(models - 1) : 1 / static_cast<float>(models * states);
  return mapRows(
      tape, f, 1,
      [=, &leader](const float* const* in, float* out) {
        float sum = 0;
        for (int k = 0; k < models; ++k) {
          const float squared = squaredDistance(in[k], in[leader], states);
          sum += distance ? std::sqrt(squared) : squared;
        }
        *out = share * sum;
      },
      [=, &leader](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
        for (int k = 0; k < models; ++k) {
          float slope = *outGradient * share * 2;
          if (distance) {
            const float length = std::sqrt(squaredDistance(in[k], in[leader], states));
            slope = length > 0 ? *outGradient * share / length : 0;  // models that agree have no direction
          }
          for (int i = 0; i < states; ++i) {
            const float each = slope * (in[k][i] - in[leader][i]);
            inGradient[k][i] += each;
            inGradient[leader][i] -= each;
          }
        }
      });
}

Tensor recordGain(Tape& tape, const GainWeights& weights, const Tensor& w, const Tensor& disagreement,
                  const Tensor& logProbability, const Tensor& action) {
  const int actions = action.columns;
  const auto worth = [=](const float* const* in) {
    float size = 0;
    for (int c = 0; c < actions; ++c) size += in[3][c] * in[3][c];
    return *in[1] - weights.entropy * *in[2] - weights.action * size;
  };
  return mapRows(
      tape, {w, disagreement, logProbability, action}, 1,
      [=](const float* const* in, float* out) { *out = *in[0] * worth(in); },
      [=](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
        const float slope = *outGradient * *in[0];
        if (inGradient[0] != nullptr) *inGradient[0] += *outGradient * worth(in);
        *inGradient[1] += slope;
        *inGradient[2] -= slope * weights.entropy;
        for (int c = 0; c < actions; ++c) inGradient[3][c] -= 2 * slope * weights.action * in[3][c];
      });
}

Tensor recordSurvival(Tape& tape, const Tensor& w, const Tensor& logit, float discount) {
  return mapRows(
      tape, {w, logit}, 1,
      [=](const float* const* in, float* out) { *out = discount * *in[0] / (1 + std::exp(*in[1])); },
      [=](const float* const* in, const float* out, const float* outGradient, float* const* inGradient) {
        const float stays = 1 / (1 + std::exp(*in[1]));
        if (inGradient[0] != nullptr) *inGradient[0] += *outGradient * discount * stays;
        *inGradient[1] -= *outGradient * *out * (1 - stays);
      });
}

}  // namespace forager
