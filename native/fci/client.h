#pragma once
// The arm reached over FCI: a 1 kHz thread answers the robot's states, a second one owns TCP and watches the first.
#include <memory>
#include <optional>
#include <string>

#include "arm/arm_driver.h"
#include "fci/drill.h"

namespace forager::fci {

// Connects, waits for the first states and starts both threads. Blocks for timeout_ms at most (plus the host look-up).
// Throws ArmProblem: `robot-address` host not found; `robot-unreachable` no TCP answer; `robot-refused` nothing
// listens or the robot hung up; `robot-version` a protocol that is not spoken here, or a Franka Research 3 without
// `research`, its joint limits; `robot-silent` no state within 1 s.
std::shared_ptr<ArmDriver> connectFciArm(const ArmModel& model, const std::optional<JointLimits>& research,
                                         const std::string& host, int port, int timeout_ms, const Drill& drill);

}  // namespace forager::fci
