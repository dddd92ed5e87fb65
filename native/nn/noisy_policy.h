#pragma once
#include <vector>

#include "nn/policy_network.h"
#include "nn/random.h"

namespace forager {

// A deterministic policy with noise on its actions: clip(actor(s) + N(0, deviation^2), +-1).
class NoisyPolicy final : public Policy {
 public:
  // Throws std::invalid_argument when the deviation is none.
  NoisyPolicy(const std::vector<LayerValues>& actor, const NoiseSampler& sampler);

  int observationSize() const override { return actor_.observationSize(); }
  int actionSize() const override { return actor_.actionSize(); }
  void act(const float* observation, float* action) override;
  void reset(uint64_t seed) override { random_ = RandomStream(seed, "policy"); }

 private:
  PolicyNetwork actor_;
  float deviation_;
  std::vector<float> noise_;  // [A]
  RandomStream random_{0, "policy"};
};

}  // namespace forager
