#pragma once
#include "learn/batch.h"

namespace forager {

// Losses of models of a world, for the body of recordLoss: each adds its gradient and returns its value.

// mean (f(s, a) − (s' − s) / change)² over batch and coordinates; change [S]
double changeLoss(const Tensor& predicted, const Batch& batch, const float* change);

// Cross-entropy of the end of the episode at this step, mean over the batch; logit and end [batch, 1], end 0 or 1.
double endLoss(const Tensor& logit, const Tensor& end);

}  // namespace forager
