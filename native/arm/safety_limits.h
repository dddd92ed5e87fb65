#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace forager {

// Every number of the supervisor's table, row by row. The values are the section `supervisor` of assets/panda.json,
// whose hash is in each run sheet; nothing else in the program decides when the arm is slowed or stopped.
// SI units: m, rad, s, N, Nm; shares 0..1.
struct SupervisorLimits {
  // What the shaper emits by construction (row 8), and the policy's clip (row 2).
  double velocityClip, acceleration, jerk;
  double badAction;                                        // row 2: asked velocity over this is counted as bad
  double policyAgeWarn, policyAgeDecay, policyAgeStop;     // row 3
  double stateAgeWarn, stateAgeHold, stateAgeLost;         // row 4
  double gapWarn, gapRamp;                                 // row 5, lost states in a row
  double successRateWarn, successRateStop, successRateTime;  // row 6
  double cycleTimeWarn, cycleTimeLate, cycleTimeStop;      // row 7, state received to command sent
  double jointMarginSlow, jointMarginStop;                 // row 9
  double measuredVelocityWarn, measuredVelocity;           // row 10
  double trackingWarn, trackingError, trackingTime;        // row 11
  double toolSpeed, toolSpeedNearPeople;                   // rows 12 and 13
  std::array<double, 3> boxMin, boxMax;                    // row 14, tool tip
  std::array<double, 3> bodyBoxMin, bodyBoxMax;            // row 14, elbow, wrist and fingertips
  double boxSlow, boxOutside;                              // row 14
  double floorSlow, floorStop;                             // row 15
  double collisionSlow, collisionStop;                     // row 16
  double closePairSlow;                                    // row 16, pairs that stand near each other in every pose
  std::array<double, 7> contactTorque;                     // row 17, over the baseline
  double contactTorqueWarn, contactTorqueBaseline;         // row 17, share; s
  double contactForceWarn, contactForce, contactMoment;    // row 18
  double jointTorqueWarn, jointTorqueStop;                 // row 19, shares of the robot's limit
  double singularityWarn, singularitySlow;                 // row 21, smallest singular value of the Jacobian
  double stopBoxAgeWarn, stopBoxAge;                       // row 22
  double controlAgeWarn, controlAge;                       // row 24
  double heartbeatWarn, heartbeatAge;                      // row 25
  double runDuration, runPath, recoveriesPerHour;          // row 26
  double restForceWarn, restForce;                         // row 27
  double clockDriftWarn, clockDriftBad;                    // row 28, shares
  double homeTolerance;
};

enum class Tighter : uint8_t {
  smaller,
  larger,
  fixed,  // gives recorded data their meaning: never changed while the program uses the arm
};

// One number, or the numbers of one vector, by its name in assets/panda.json.
struct SafetyLimit {
  const char* name;
  Tighter tighter;
  std::span<double> (*values)(SupervisorLimits&);
};

std::span<const SafetyLimit> safetyLimits();

// Name of a limit that would be looser in `next`; null when none is. A limit that is fixed and changes is reported by
// fixedLimit alone.
const char* looserLimit(const SupervisorLimits& now, const SupervisorLimits& next);
// Name of a fixed limit that differs; null when none does.
const char* fixedLimit(const SupervisorLimits& now, const SupervisorLimits& next);

}  // namespace forager
