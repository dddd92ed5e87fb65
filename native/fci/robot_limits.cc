#include "fci/robot_limits.h"

#include <algorithm>
#include <cmath>

#include "fci/protocol.h"

namespace forager::fci {

namespace {

constexpr double kStep = 1e-3;      // rad
constexpr double kAccelerationShare = 0.5;  // the shaper's, of the robot's limit
constexpr double kReserve = 0.9;    // of the velocity that the robot allows, for extrapolated commands

// Row 9: with the acceleration a the supervisor lets a joint move at v <= sqrt(2 a (d - stop)), d from its limit.
double supervised(const SupervisorLimits& limits, double acceleration, double distance) {
  return std::min(limits.velocityClip, std::sqrt(std::max(0.0, 2 * acceleration * (distance - limits.jointMarginStop))));
}

// How much narrower the range of joint j must be on one side.
double narrowing(const JointLimits& robot, const SupervisorLimits& limits, int j, bool up) {
  const double a = std::min(limits.acceleration, kAccelerationShare * robot.acceleration[j]);
  const double range = robot.qMax[j] - robot.qMin[j];
  double narrower = 0;
  for (double d = 0; d + narrower < range; d += kStep) {
    const auto allowed = [&] { return robot.velocityAt(j, up ? robot.qMax[j] - d - narrower : robot.qMin[j] + d + narrower, up); };
    while (supervised(limits, a, d) > kReserve * allowed() && narrower < range) narrower += kStep;
  }
  return narrower;
}

}  // namespace

std::optional<ArmModel> modelForRobot(const ArmModel& panda, const std::optional<JointLimits>& research, int protocol) {
  if (!protocolRow(protocol).research) return panda;
  if (!research) return std::nullopt;
  ArmModel model = panda;
  static_cast<JointLimits&>(model) = *research;
  for (int j = 0; j < kJoints; ++j) {
    model.qMin[j] += narrowing(*research, panda.supervisor, j, false);
    model.qMax[j] -= narrowing(*research, panda.supervisor, j, true);
  }
  return model;
}

}  // namespace forager::fci
