#pragma once
#include <vector>

#include "nn/tape.h"

namespace forager {

// |p - w|, the Euclidean length of the error of one row.
double errorLength(const float* p, const float* w, int columns);

// Records `loss` ← the mean of |p - w| over the rows of all predictions p [rows, columns] of w, and its gradients. Where
// an error is exactly 0, its gradient is.
void recordErrorLoss(Tape& tape, const std::vector<Tensor>& predictions, const Tensor& wanted, double& loss);

}  // namespace forager
