#pragma once
#include <vector>

#include "nn/packed_network.h"
#include "nn/policy.h"
#include "nn/random.h"

namespace forager {

// The acting half of BCQ: decode actions like those of the data, perturb them a little, take the best.
class BcqPolicy final : public Policy {
 public:
  BcqPolicy(const std::vector<LayerValues>& decoder, const std::vector<LayerValues>& perturbation,
            const std::vector<LayerValues>& critic, const BcqSampler& sampler);

  int observationSize() const override { return decoder_.inputs() - sampler_.latent; }
  int actionSize() const override { return decoder_.outputs(); }
  void act(const float* observation, float* action) override;
  void reset(uint64_t seed) override { noise_ = RandomStream(seed, "policy"); }

 private:
  void perturb(int rows);

  BcqSampler sampler_;
  PackedNetwork decoder_, perturbation_, critic_;
  std::vector<float> z_;  // [samples, latent]
  RandomStream noise_{0, "policy"};
};

}  // namespace forager
