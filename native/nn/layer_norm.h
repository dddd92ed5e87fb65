#pragma once
#include "nn/parameter_vector.h"

namespace forager {

// Layer normalisation (Ba, Kiros, Hinton 2016, equation 4): each row minus its mean, over its standard deviation, times
// a learned gain plus a learned shift for each column. The variance gets 1e-5.
class LayerNorm {
 public:
  // Both [columns of the input]; gain starts at 1, shift at 0.
  LayerNorm(ParameterVector& gain, ParameterVector& shift) : gain_(gain), shift_(shift) {}

  // Records y [rows, columns] of x and, for the tape's backward(), the gradients of gain, shift and x.
  Tensor forward(Tape& tape, const Tensor& x, Gradients gradients);
  void recordAdam(Tape& tape, const Adam& adam);

 private:
  struct Pass {
    Tensor x, y;
    Tensor standard;  // (x - mean) / deviation
    Tensor scale;     // [rows, 1], 1 / deviation
  };

  void recordInputGradient(Tape& tape, const Pass& pass) const;
  void recordParameterGradients(Tape& tape, const Pass& pass) const;

  ParameterVector& gain_;
  ParameterVector& shift_;
};

}  // namespace forager
