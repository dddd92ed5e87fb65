#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "arm/safety_limits.h"

namespace forager {

inline constexpr int kJoints = 7;
using JointVector = std::array<double, kJoints>;
using Vector3 = std::array<double, 3>;

// What the arm reports each millisecond; filled from a state packet or by the simulated arm. SI units, base frame.
struct ArmState {
  uint64_t messageId = 0;      // robot clock, ms
  JointVector q{};             // measured position, rad
  JointVector dq{};            // measured velocity, rad/s
  JointVector qDesired{};      // what the robot integrated from commands, rad
  JointVector dqDesired{};     // last accepted or extrapolated command, rad/s
  JointVector ddqDesired{};    // rad/s2
  JointVector tauExternal{};   // Nm, the robot's estimate
  JointVector tauMeasured{};   // Nm, link side
  std::array<double, 6> wrench{};  // external force N and moment Nm at the tool, base axes; exactly 0 near a singularity
  double toolMass = 0;         // kg
  double successRate = 0;      // 0..1, over the last 100 commands
  uint8_t robotMode = 0;       // robot_mode of the state packet
  uint8_t motionGenerator = 0; // state numbering: 0 idle, 2 joint velocity
  uint8_t controllerMode = 0;
  std::array<bool, 41> errors{};
  std::array<bool, 41> reflexReason{};
};

// One capsule of the self-collision model, in its link's frame.
struct Capsule {
  int link = 0;  // 0..7 arm links, 8 hand
  Vector3 center{};
  int axis = 2;  // 0 x, 1 y, 2 z
  double radius = 0;
  double length = 0;  // between the sphere centres
};

// The robot's own limits; it stops itself when one is broken. rad, rad/s, rad/s2, rad/s3, Nm.
struct JointLimits {
  JointVector qMin{}, qMax{}, velocity{}, acceleration{}, jerk{}, torque{};
  // A Franka Research 3 also lowers the velocity towards two positions: at the distance d of one of them at most
  // sqrt(slope d) - offset towards it. Slope 0: no such rule.
  JointVector slowMin{}, slowMax{}, slope{}, offset{};

  // Largest velocity of joint j at q towards qMax (`up`) or qMin, rad/s, never negative.
  double velocityAt(int j, double q, bool up) const {
    if (slope[j] == 0) return velocity[j];
    const double distance = up ? slowMax[j] - q : q - slowMin[j];
    return std::clamp(std::sqrt(std::max(0.0, slope[j] * distance)) - offset[j], 0.0, velocity[j]);
  }
};

// Constant description of the arm, read from assets/panda.json by the caller. SI units.
struct ArmModel : JointLimits {
  struct DhRow { double a, d, alpha; };
  std::array<DhRow, kJoints> dh{};
  double flangeOffset = 0, handYaw = 0, toolOffset = 0;
  JointVector home{};
  std::vector<Capsule> capsules;
  std::vector<std::array<int, 2>> collisionPairs;  // link numbers
  std::vector<std::array<int, 2>> closePairs;      // those of them that stand near each other in every pose
  SupervisorLimits supervisor{};
};

}  // namespace forager
