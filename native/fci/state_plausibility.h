#pragma once
// Is a state that can be read one that the robot can have sent? UDP's own checksum is weak and anybody may send to the
// port; what a robot cannot have done since its last state is not taken for the truth, it counts as lost.
#include <cstdint>

#include "arm/arm_types.h"

namespace forager::fci {

class StatePlausibility {
 public:
  explicit StatePlausibility(const JointLimits& robot) : robot_(robot) {}

  // Values that no arm of this kind has, whatever it does.
  bool possible(const ArmState& state) const;
  // `next` comes `elapsed` ns after `before`, both possible. Its number is not far ahead of the time that has passed, and
  // while a motion runs the desired values are within reach of the robot's limits.
  bool follows(const ArmState& next, const ArmState& before, int64_t elapsed) const;

 private:
  const JointLimits robot_;
};

}  // namespace forager::fci
