#include "learn/held_rollouts.h"

#include <algorithm>

namespace forager {

HeldRollouts::HeldRollouts(Arena& saved, const Replay& replay, const ReachCost& cost,
                           const std::optional<Vector3>& goal, const std::vector<uint32_t>& homes,
                           const HeldRolloutRule& rule, RandomStream& starts, RandomStream* goals)
    : replay_(replay),
      cost_(cost),
      goal_(goal),
      homes_(homes),
      rule_(rule),
      starts_(starts),
      goals_(goals),
      state_(saved.floats(static_cast<size_t>(rule.held) * kArmStates)),
      left_(saved.floats(static_cast<size_t>(rule.held))) {
  if (!goal_) heldGoal_ = saved.floats(static_cast<size_t>(rule.held) * kGoalSize);
  // Fewer and fewer from row to row, so that not all begin anew at once.
  for (int r = 0; r < rule.held; ++r) left_[r] = static_cast<float>(r % rule.horizons - rule.horizons);
}

HeldRollouts::Start HeldRollouts::recordStart(Tape& tape) {
  Arena& scratch = tape.scratch();
  const Start out{makeTensor(scratch, rule_.rollouts, kArmStates), makeTensor(scratch, rule_.rollouts, kJoints),
                  makeTensor(scratch, rule_.rollouts, kGoalSize)};
  Tape::Buffers reads{state_, left_}, writes{out.state.data, out.disturbance.data, out.goal.data, left_, &starts_};
  if (!goal_) {
    reads.push_back(heldGoal_);
    writes.push_back(goals_);
  }
  tape.add(std::move(reads), std::move(writes), [=, this] {
    for (int r = 0; r < rule_.rollouts; ++r) {
      begin(r, out);
      starts_.normal(out.disturbance.row(r), kJoints);
      for (int j = 0; j < kJoints; ++j) out.disturbance.row(r)[j] *= rule_.disturbance;
    }
  });
  return out;
}

void HeldRollouts::begin(int r, const Start& to) {
  const bool held = r < rule_.held;
  if (goal_) std::copy_n(goal_->begin(), kGoalSize, to.goal.row(r));
  if (held && left_[r] > 0) {
    std::copy_n(state_ + static_cast<size_t>(r) * kArmStates, kArmStates, to.state.row(r));
    if (!goal_) std::copy_n(heldGoal_ + static_cast<size_t>(r) * kGoalSize, kGoalSize, to.goal.row(r));
    return;
  }
  if (!goal_) drawGoal(to.goal.row(r));
  const uint32_t t = held ? homes_[starts_.below(static_cast<uint32_t>(homes_.size()))]
                          : starts_.below(static_cast<uint32_t>(replay_.size()));
  std::copy_n(replay_.observation(t), kArmStates, to.state.row(r));
  if (held) left_[r] = left_[r] < 0 ? -left_[r] : static_cast<float>(rule_.horizons);
}

// Where the tool tip was in some transition of the dataset, m.
void HeldRollouts::drawGoal(float* to) {
  const uint32_t t = goals_->below(static_cast<uint32_t>(replay_.size()));
  const Vector3 tip = cost_.tooltip(anglesOf(replay_.observation(t)));
  std::copy_n(tip.begin(), kGoalSize, to);
}

void HeldRollouts::recordEnd(Tape& tape, const Tensor& last, const Tensor& goal) {
  Tape::Buffers writes{state_, left_};
  if (!goal_) writes.push_back(heldGoal_);
  tape.add({last.data, goal.data}, std::move(writes), [=, this] {
    for (int r = 0; r < rule_.held; ++r) {
      if (!goal_) std::copy_n(goal.row(r), kGoalSize, heldGoal_ + static_cast<size_t>(r) * kGoalSize);
      std::copy_n(last.row(r), kArmStates, state_ + static_cast<size_t>(r) * kArmStates);
      left_[r] = cost_.allowed(anglesOf(last.row(r))) ? left_[r] - 1 : 0;
    }
  });
}

}  // namespace forager
