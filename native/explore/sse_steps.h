#pragma once
#include <vector>

#include "nn/ops.h"

namespace forager {

// What a roll-out of SSE is made of, one row for each roll-out. f_k [batch, S] is what model k of an ensemble says that
// an observation changes by; `leader` is the model that is followed, read in each replay and written in none.

// How far the models are from the leader, [batch, 1]: mean_k mean_i (f_ki − f_leader,i)², the leader counted, or with
// `distance` the mean of |f_k − f_leader|₂ over the others.
Tensor recordDisagreement(Tape& tape, const std::vector<Tensor>& f, const int& leader, bool distance);

// w (D − α log π − c |a|²), [batch, 1]
struct GainWeights {
  float entropy;  // α
  float action;   // c
};
Tensor recordGain(Tape& tape, const GainWeights& weights, const Tensor& w, const Tensor& disagreement,
                  const Tensor& logProbability, const Tensor& action);

// w γ (1 − sigmoid(logit)), [batch, 1]
Tensor recordSurvival(Tape& tape, const Tensor& w, const Tensor& logit, float discount);

}  // namespace forager
