#pragma once
#include "learn/normalisation.h"
#include "learn/replay.h"

namespace forager {

// Mean and deviation of the observations so far and the size of a step's change, while a replay fills. Everything lies
// in `saved`, as part of a state.
class RunningMoments {
 public:
  // Until take() was called, the identity and changes of 1.
  RunningMoments(Arena& saved, int states);

  // Counts the transitions that the replay got since the last call. Allocates nothing.
  void take(const Replay& replay);

  // (o − mean) / (deviation + 1e-3), as makeNormalisation has it for a replay that is full.
  const Normalisation& normalisation() const { return normalisation_; }
  // Root mean square of what a normalised observation changes by in a step, at least 1e-6. [S]
  const float* change() const { return change_; }

 private:
  void count(const float* observation, const float* next, double transitions);

  int states_;
  float* counted_;  // transitions
  float *mean_, *variance_, *squaredChange_;  // of raw observations, [S] each
  Normalisation normalisation_;
  float* change_;
};

}  // namespace forager
