#pragma once
#include "arm/arm_types.h"

namespace forager {

// Time-optimal velocity follower of one axis at 1 kHz under an acceleration and a jerk limit, exact in discrete time:
// the emitted samples keep both limits when differentiated backwards, and the target is met without overshoot.
// The state (v, a) is handed in each cycle, so that the robot's own dq_d and ddq_d are the seed after lost packets.
class AxisShaper {
 public:
  AxisShaper() = default;
  AxisShaper(double acceleration, double jerk);  // units of the axis per s2 and s3

  // Acceleration of the next millisecond towards velocity `target`.
  double nextAcceleration(double target, double v, double a) const;

  // Signed way from now to standstill when every following sample is nextAcceleration(0, ...).
  double stopTravel(double v, double a) const;

  // Cheap upper bound of |stopTravel|.
  double stopTravelBound(double v, double a) const;

  double acceleration() const { return a_; }
  double jerkStep() const { return j_; }  // largest change of acceleration per cycle

 private:
  double slope(double gap, double* steps) const;
  double gapClosedBy(double acceleration) const;

  double a_ = 1, j_ = 1, inverseJ_ = 1;
};

// The shaper of each joint: the model's supervisor limits, but never over 50 % of the joint's acceleration limit and
// 30 % of its jerk limit.
std::array<AxisShaper, kJoints> makeShapers(const ArmModel& model);

}  // namespace forager
