#pragma once
#include <optional>

#include "arm/arm_types.h"

namespace forager {

// Bring the tool tip to a point. For learners that know the arm's geometry; all others see rewards only.
struct ReachTask {
  std::optional<Vector3> goal;  // m, base frame; none: any point, which is then part of the observation
  ArmModel arm;
};

}  // namespace forager
