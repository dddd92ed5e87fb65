#pragma once
#include <optional>

#include "arm/arm_types.h"

namespace forager {

constexpr int kGoalSize = 3;  // x, y, z

// Bring the tool tip to a point.
struct ReachTask {
  // m, base frame. None: to any point. Policies then observe the goal behind what the arm tells, and the replay has the
  // tool tip in its place; what a transition earns depends on the goal that a learner gives it.
  std::optional<Vector3> goal;
  ArmModel arm;  // for learners that know the arm's geometry; all others see rewards only
};

}  // namespace forager
