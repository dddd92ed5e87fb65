#pragma once
#include "nn/mlp.h"

namespace forager {

// Learned numbers that belong to no layer, such as the logarithm of a temperature.
class ParameterVector {
 public:
  // `saved` gets the values and the moments of Adam.
  ParameterVector(Arena& saved, Arena& scratch, int count, float initial);

  // [1, count]; losses add to its gradient
  const Tensor& tensor() const { return tensor_; }
  // Records one Adam step; the step count is the optimiser's own.
  void recordAdam(Tape& tape, const Adam& adam);

  // As a layer without inputs, whose biases the numbers are; gradients() likewise.
  LayerValues values() const;
  LayerValues gradients() const;

 private:
  Tensor tensor_;
  float* first_;
  float* second_;
};

}  // namespace forager
