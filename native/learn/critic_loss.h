#pragma once
#include <array>

#include "learn/learner.h"

namespace forager {

// Records weight (mean (Q1 - y1)^2 + mean (Q2 - y2)^2) with its gradients; q and y [batch, 1]. Writes the sum to `loss`
// and, with Q on the batch, to `metrics`. SAC's papers have a weight of 1/2, the others 1.
void recordCriticLoss(Tape& tape, const std::array<Tensor, 2>& q, const std::array<Tensor, 2>& y, double& loss,
                      UpdateMetrics& metrics, float weight = 1);

}  // namespace forager
