#pragma once
#include "arm/arm_types.h"

namespace forager {

// Bring the tool tip to a point. For learners that know the arm's geometry; all others see rewards only.
struct ReachTask {
  Vector3 goal{};  // m, base frame
  ArmModel arm;
};

}  // namespace forager
