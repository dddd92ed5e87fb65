#pragma once
#include <vector>

#include "nn/packed_network.h"
#include "nn/policy.h"

namespace forager {

// A deterministic policy: the action is the output of the actor.
class PolicyNetwork final : public Policy {
 public:
  explicit PolicyNetwork(const std::vector<LayerValues>& actor) : actor_(actor, 1) {}

  int observationSize() const override { return actor_.inputs(); }
  int actionSize() const override { return actor_.outputs(); }
  void act(const float* observation, float* action) override;
  void reset(uint64_t) override {}  // nothing is drawn

 private:
  PackedNetwork actor_;
};

}  // namespace forager
