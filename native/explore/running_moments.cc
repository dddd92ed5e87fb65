#include "explore/running_moments.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

// A float counts no further than this; by then one transition more changes nothing.
constexpr size_t kMostCounted = size_t{1} << 24;

}  // namespace

RunningMoments::RunningMoments(Arena& saved, int states)
    : states_(states),
      counted_(saved.floats(1)),
      mean_(saved.floats(states)),
      variance_(saved.floats(states)),
      squaredChange_(saved.floats(states)),
      normalisation_{saved.floats(states), saved.floats(states)},
      change_(saved.floats(states)) {
  std::fill_n(normalisation_.scale, states, 1.0f);
  std::fill_n(change_, states, 1.0f);
}

void RunningMoments::take(const Replay& replay) {
  const size_t all = std::min(replay.size(), kMostCounted);
  for (size_t t = static_cast<size_t>(*counted_); t < all; ++t)
    count(replay.observation(t), replay.nextObservation(t), static_cast<double>(t) + 1);
  *counted_ = static_cast<float>(all);
  for (int i = 0; i < states_; ++i) {
    const float scale = 1 / (std::sqrt(variance_[i]) + 1e-3f);
    normalisation_.shift[i] = mean_[i];
    normalisation_.scale[i] = scale;
    change_[i] = std::max(std::sqrt(squaredChange_[i]) * scale, 1e-6f);
  }
}

// Welford 1962
void RunningMoments::count(const float* observation, const float* next, double transitions) {
  for (int i = 0; i < states_; ++i) {
    const double x = observation[i], step = next[i] - x, before = x - mean_[i];
    const double mean = mean_[i] + before / transitions;
    mean_[i] = static_cast<float>(mean);
    variance_[i] += static_cast<float>((before * (x - mean) - variance_[i]) / transitions);
    squaredChange_[i] += static_cast<float>((step * step - squaredChange_[i]) / transitions);
  }
}

}  // namespace forager
