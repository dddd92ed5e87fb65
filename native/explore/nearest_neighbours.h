#pragma once
#include "nn/tape.h"

namespace forager {

// Records, for each row of x [rows, columns], the mean Euclidean distance to the `neighbours` rows nearest to it, itself
// among them at distance 0. Distances are differences' lengths, so that close rows keep their digits. [rows, 1]
Tensor nearestDistance(Tape& tape, const Tensor& x, int neighbours);

}  // namespace forager
