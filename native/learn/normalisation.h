#pragma once
#include "learn/replay.h"
#include "nn/arena.h"
#include "nn/mlp.h"

namespace forager {

// Networks see (o - shift) scale instead of an observation o; [S] each. Outside of the learner nobody knows: the
// networks of a policy take raw observations.
struct Normalisation {
  float* shift;
  float* scale;

  // Into a first layer whose inputs first .. first + S - 1 are an observation.
  void foldInto(LayerValues& layer, int first, int states) const;
};

// Mean and standard deviation + 1e-3 of the replay's observations (Fujimoto and Gu 2021, section 5), or the identity.
// They lie in `saved`: a resumed training keeps the ones it began with.
Normalisation makeNormalisation(Arena& saved, const Replay& replay, bool wanted);

}  // namespace forager
