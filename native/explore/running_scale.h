#pragma once
#include "nn/arena.h"
#include "nn/tape.h"

namespace forager {

// Rewards over the standard deviation of all rewards so far: whatever their size, they weigh the same against an
// agent's entropy. What has been seen lies in `saved`, as part of a state.
class RunningScale {
 public:
  explicit RunningScale(Arena& saved);

  // r [rows, 1] ← r / deviation, r counted already
  void apply(const Tensor& r);
  // What apply() writes besides r.
  const void* buffer() const { return seen_; }

 private:
  float* seen_;  // transitions, their mean and their variance
};

}  // namespace forager
