#pragma once
// Which joint limits hold for the robot at the other end, and what the supervisor makes of them.
#include <optional>

#include "arm/arm_types.h"

namespace forager::fci {

// The model for a robot that speaks `protocol`. A Panda keeps `panda` as it is. A Franka Research 3 gets its own joint
// limits, narrowed so far that the supervisor's slowing near a joint limit (row 9) stays under the velocity which that
// robot allows there; the supervisor's numbers stay those of `panda`. Nothing when `research` is needed and missing.
std::optional<ArmModel> modelForRobot(const ArmModel& panda, const std::optional<JointLimits>& research, int protocol);

}  // namespace forager::fci
