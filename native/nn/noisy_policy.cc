#include "nn/noisy_policy.h"

#include <algorithm>
#include <stdexcept>

namespace forager {

namespace {

// Actions are in +-1, so that noise beyond this is a mistake.
constexpr double kLargestDeviation = 10;

float checked(double deviation) {
  if (!(deviation > 0 && deviation <= kLargestDeviation))
    throw std::invalid_argument("The sampler of this policy has numbers out of range.");
  return static_cast<float>(deviation);
}

}  // namespace

NoisyPolicy::NoisyPolicy(const std::vector<LayerValues>& actor, const NoiseSampler& sampler)
    : actor_(actor), deviation_(checked(sampler.deviation)), noise_(actor_.actionSize()) {}

void NoisyPolicy::act(const float* observation, float* action) {
  actor_.act(observation, action);
  random_.normal(noise_.data(), noise_.size());
  for (size_t c = 0; c < noise_.size(); ++c)
    action[c] = std::clamp(action[c] + deviation_ * noise_[c], -1.0f, 1.0f);
}

}  // namespace forager
