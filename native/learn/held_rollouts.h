#pragma once
#include <optional>
#include <vector>

#include "learn/joint_model.h"
#include "learn/reach_cost.h"
#include "learn/reach_task.h"
#include "nn/arena.h"

namespace forager {

struct HeldRolloutRule {
  int rollouts;       // in all
  int held;           // of them, the first ones, that go on from update to update
  int horizons;       // after so many a held roll-out begins at home again
  float disturbance;  // standard deviation of what is added to all actions of a roll-out
};

// Where the roll-outs of an update begin. Held ones go on where the update before left them, or begin at home, where
// episodes begin; the others begin anywhere in the dataset. Each has a disturbance and a goal: that of the task, or else
// one of its own, which it keeps as long as it goes on.
class HeldRollouts {
 public:
  struct Start {
    Tensor state;        // [rollouts, 14]
    Tensor disturbance;  // [rollouts, 7]
    Tensor goal;         // [rollouts, 3], m
  };

  // Where held roll-outs are lies in `saved`. `homes`: the first transition of each episode. `goals` is not null when
  // the task names no goal.
  HeldRollouts(Arena& saved, const Replay& replay, const ReachCost& cost, const std::optional<Vector3>& goal,
               const std::vector<uint32_t>& homes, const HeldRolloutRule& rule, RandomStream& starts,
               RandomStream* goals);

  Start recordStart(Tape& tape);
  // `last` [rollouts, 14]: where the roll-outs ended. A held one that left the allowed space begins anew.
  void recordEnd(Tape& tape, const Tensor& last, const Tensor& goal);

 private:
  void begin(int r, const Start& to);
  void drawGoal(float* to);

  const Replay& replay_;
  const ReachCost& cost_;
  std::optional<Vector3> goal_;
  const std::vector<uint32_t>& homes_;
  HeldRolloutRule rule_;
  RandomStream& starts_;
  RandomStream* goals_;
  float* state_;               // [held, 14]
  float* left_;                // [held] horizons to go; negative: how many it will go on from home
  float* heldGoal_ = nullptr;  // [held, 3], m, without a goal in the task
};

}  // namespace forager
