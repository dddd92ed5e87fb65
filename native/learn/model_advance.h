#pragma once
#include <vector>

#include "nn/ops.h"

namespace forager {

// A step of a roll-out through an ensemble of models of a world, one row for each roll-out: x' = x + change ∘ f_leader,
// [rows, S]. f_k [rows, S] is what model k says that an observation changes by, in units of change [S]; `leader` is the
// model that is followed, read in each replay and written in none.
Tensor recordAdvance(Tape& tape, const Tensor& x, const std::vector<Tensor>& f, const int& leader, const float* change);

}  // namespace forager
