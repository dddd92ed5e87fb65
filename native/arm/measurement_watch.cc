#include "arm/measurement_watch.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

inline constexpr double kDt = 0.001;
inline constexpr uint64_t kSuccessWindow = 200;  // states; the robot's share covers its last 100 commands
inline constexpr int kBoxCycles = 5;             // between two looks at the measured pose; 0.8 rad/s is 5 mm until then

double norm3(const double* v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

void found(StopCause& cause, StopKind kind, int row, double value, double limit, int joint = 0) {
  cause.kind = kind;
  cause.rule = static_cast<uint8_t>(row);
  cause.value = value;
  cause.limit = limit;
  cause.joint = static_cast<uint8_t>(joint);
}

}  // namespace

void MeasurementWatch::begin() {
  began_ = 0;
  trackingCycles_ = lowCycles_ = boxIn_ = 0;
  warned_ = 0;
}

void MeasurementWatch::follow(const ArmState& state) {
  const SupervisorLimits& limits = space_.limits();
  if (!started_) baseline_ = state.tauExternal;
  started_ = true;
  for (int i = 0; i < kJoints; i++) {
    const double over = state.tauExternal[i] - baseline_[i];
    const double share = limits.contactTorqueWarn * limits.contactTorque[i];
    if (std::abs(over) < share) baseline_[i] += over * kDt / limits.contactTorqueBaseline;
    // A push that grows slowly must not become the new normal.
    baseline_[i] = std::clamp(baseline_[i], -share, share);
  }
}

StopCause MeasurementWatch::judge(const ArmState& state, bool inside) {
  StopCause cause;
  warned_ = 0;
  if (success(state, cause) || joints(state, cause) || contact(state, cause) || (inside && box(state, cause))) return cause;
  if (std::find(state.errors.begin(), state.errors.end(), true) != state.errors.end()) {
    cause.kind = StopKind::robotError;
    cause.rule = 20;
    cause.robotMode = state.robotMode;
    cause.reflexReason = state.errors;
  }
  return cause;
}

// Row 6. The share means nothing before the robot has counted its first commands.
bool MeasurementWatch::success(const ArmState& state, StopCause& cause) {
  const SupervisorLimits& limits = space_.limits();
  if (began_ == 0) began_ = state.messageId;
  if (state.messageId - began_ < kSuccessWindow) return false;
  if (state.successRate < limits.successRateWarn) warned_ |= rowBit(6);
  lowCycles_ = state.successRate < limits.successRateStop ? lowCycles_ + 1 : 0;
  if (lowCycles_ * kDt < limits.successRateTime) return false;
  found(cause, StopKind::successRate, 6, state.successRate, limits.successRateStop);
  return true;
}

// Rows 10, 11 and 19.
bool MeasurementWatch::joints(const ArmState& state, StopCause& cause) {
  const SupervisorLimits& limits = space_.limits();
  const JointVector& torque = space_.model().torque;
  int behind = 0;
  double worst = 0;
  for (int i = 0; i < kJoints; i++) {
    const double speed = std::abs(state.dq[i]), error = std::abs(state.qDesired[i] - state.q[i]),
                 share = std::abs(state.tauMeasured[i]) / torque[i];
    if (speed > limits.measuredVelocityWarn) warned_ |= rowBit(10);
    if (error > limits.trackingWarn) warned_ |= rowBit(11);
    if (share > limits.jointTorqueWarn) warned_ |= rowBit(19);
    if (speed > limits.measuredVelocity)
      return found(cause, StopKind::measuredVelocity, 10, speed, limits.measuredVelocity, i + 1), true;
    if (share > limits.jointTorqueStop)
      return found(cause, StopKind::jointTorque, 19, share * torque[i], limits.jointTorqueStop * torque[i], i + 1), true;
    if (error > std::max(worst, limits.trackingError)) {
      worst = error;
      behind = i + 1;
    }
  }
  trackingCycles_ = behind > 0 ? trackingCycles_ + 1 : 0;
  if (behind == 0 || trackingCycles_ * kDt < limits.trackingTime) return false;
  found(cause, StopKind::tracking, 11, worst, limits.trackingError, behind);
  return true;
}

// Rows 17 and 18. The robot writes exactly zero for the wrench where it cannot tell it.
bool MeasurementWatch::contact(const ArmState& state, StopCause& cause) {
  const SupervisorLimits& limits = space_.limits();
  for (int i = 0; i < kJoints; i++) {
    const double over = std::abs(state.tauExternal[i] - baseline_[i]), limit = limits.contactTorque[i];
    if (over > limits.contactTorqueWarn * limit) warned_ |= rowBit(17);
    if (over > limit) return found(cause, StopKind::contactTorque, 17, over, limit, i + 1), true;
  }
  const double force = norm3(state.wrench.data()), moment = norm3(state.wrench.data() + 3);
  if (force > limits.contactForceWarn) warned_ |= rowBit(18);
  if (force > limits.contactForce) return found(cause, StopKind::contactForce, 18, force, limits.contactForce), true;
  if (moment > limits.contactMoment) return found(cause, StopKind::contactMoment, 18, moment, limits.contactMoment), true;
  return false;
}

// Row 14, second part: a point that is outside although no command led it there.
bool MeasurementWatch::box(const ArmState& state, StopCause& cause) {
  if (boxIn_-- > 0) return false;
  boxIn_ = kBoxCycles - 1;
  Frames frames;
  Nearness near;
  space_.kinematics().frames(state.q, frames);
  space_.walls(frames, near);
  if (near.walls() >= -space_.limits().boxOutside) return false;
  const bool tool = near.box < near.body;
  found(cause, StopKind::outsideBox, 14, -near.walls(), space_.limits().boxOutside);
  cause.wall = tool ? near.wall : near.bodyWall;
  cause.linkA = static_cast<int8_t>(tool ? -1 : near.bodyLink);
  return true;
}

}  // namespace forager
