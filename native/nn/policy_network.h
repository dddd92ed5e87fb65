#pragma once
#include <vector>

#include "nn/arena.h"
#include "nn/mlp.h"

namespace forager {

// A trained actor, packed for single observations. act() allocates nothing.
class PolicyNetwork {
 public:
  // Throws std::invalid_argument when the layers do not fit together.
  explicit PolicyNetwork(const std::vector<LayerValues>& layers);

  int observationSize() const { return layers_.front().inputs; }
  int actionSize() const { return layers_.back().outputs; }
  // observation [S], action [A]
  void act(const float* observation, float* action);

 private:
  Arena arena_;
  std::vector<DenseForward> layers_;
  float* input_;
};

}  // namespace forager
