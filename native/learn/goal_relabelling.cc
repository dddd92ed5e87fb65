#include "learn/goal_relabelling.h"

#include <cmath>

#include "learn/reach_task.h"

namespace forager {

namespace {

constexpr float kFutureShare = 0.8f;  // k / (k + 1) with k = 4

const float* nextTip(const Replay& replay, uint32_t transition) {
  return replay.nextObservation(transition) + replay.observationSize() - kGoalSize;
}

}  // namespace

uint32_t drawGoal(const Replay& replay, uint32_t transition, RandomStream& random) {
  const bool future = random.uniform() < kFutureShare;
  if (!future) return random.below(static_cast<uint32_t>(replay.size()));
  const size_t last = replay.lastOfEpisode(transition);
  return transition + random.below(static_cast<uint32_t>(last - transition + 1));
}

void relabel(const Batch& batch, int r, const Replay& replay, uint32_t transition, uint32_t goal,
             const SamplingRule& rule) {
  const int first = replay.observationSize() - kGoalSize;
  const float *tip = nextTip(replay, transition), *wanted = nextTip(replay, goal);
  double squares = 0;
  for (int i = 0; i < kGoalSize; ++i) {
    const float seen = (wanted[i] - rule.shift[first + i]) * rule.scale[first + i];
    batch.observation.row(r)[first + i] = batch.nextObservation.row(r)[first + i] = seen;
    squares += (double{tip[i]} - wanted[i]) * (double{tip[i]} - wanted[i]);
  }
  *batch.reward.row(r) = static_cast<float>(-std::sqrt(squares));
}

}  // namespace forager
