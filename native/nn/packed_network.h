#pragma once
#include <vector>

#include "nn/arena.h"
#include "nn/mlp.h"

namespace forager {

// A trained network, packed to be run for up to a fixed number of rows. run() allocates nothing.
class PackedNetwork {
 public:
  // Throws std::invalid_argument when the layers do not fit together.
  PackedNetwork(const std::vector<LayerValues>& layers, int rows);

  int inputs() const { return layers_.front().inputs; }
  int outputs() const { return layers_.back().outputs; }

  // Row r of the input, [inputs], to be filled before run().
  float* input(int r) { return input_ + static_cast<size_t>(r) * strideOf(inputs()); }
  // Row r of the output of the newest run(), [outputs].
  const float* output(int r) const { return layers_.back().y + static_cast<size_t>(r) * layers_.back().yStride; }
  // Computes the first `rows` rows.
  void run(int rows);

 private:
  Arena arena_;
  std::vector<DenseForward> layers_;
  float* input_;
};

}  // namespace forager
