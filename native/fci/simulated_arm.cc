#include "fci/simulated_arm.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace forager {

namespace {

inline constexpr double kDt = 0.001;  // s
inline constexpr int kLostInARow = 20;
inline constexpr int kSuccessWindow = 100;
inline constexpr double kLagGain = 1.0 / 6;        // joints follow q_d with a time constant of about 6 ms
inline constexpr double kBrakeShare = 0.9;         // of the acceleration limit, when the robot brakes by itself
inline constexpr double kLeastVelocity = 1e-9;     // rad/s: standing still is allowed everywhere
inline constexpr double kToolMass = 0.73;          // kg, the Hand
inline constexpr double kTorqueNoise = 0.12;       // Nm, peak
inline constexpr JointVector kReflexTorque = {20, 20, 18, 18, 16, 14, 12};  // Nm

inline constexpr uint8_t kModeIdle = 1, kModeMove = 2, kModeReflex = 4, kModeUserStop = 5, kModeRecovery = 6;
inline constexpr uint8_t kGeneratorIdle = 0, kGeneratorVelocity = 2;
inline constexpr uint8_t kControllerImpedance = 0, kControllerNone = 3;

// Indices of the error flags, in the order of the state packet.
inline constexpr int kJointPositionLimits = 0, kJointReflex = 6, kPositionLimits = 12, kVelocityLimits = 13,
                     kVelocityDiscontinuity = 14, kAccelerationDiscontinuity = 15, kCommunication = 25;

uint64_t splitMix(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

SimulatedArmCore::SimulatedArmCore(const ArmModel& model, uint64_t seed) : model_(model), random_(seed) {
  state_.toolMass = kToolMass;
  state_.robotMode = kModeIdle;
  state_.controllerMode = kControllerNone;
  place(model.home);
}

void SimulatedArmCore::place(const JointVector& q) {
  joints_ = state_.q = state_.qDesired = q;
  state_.dq = state_.dqDesired = state_.ddqDesired = {};
}

bool SimulatedArmCore::startMove() {
  if (moving_ || state_.robotMode != kModeIdle || needsRecovery_) return false;
  for (double v : state_.dqDesired)
    if (v != 0) return false;
  moving_ = true;
  spoken_ = false;
  dropped_ = windowCount_ = 0;
  window_ = {};
  state_.reflexReason = {};
  state_.robotMode = kModeMove;
  state_.motionGenerator = kGeneratorVelocity;
  state_.controllerMode = kControllerImpedance;
  return true;
}

bool SimulatedArmCore::stopMove() {
  if (!moving_) return false;
  abort(MoveEnd::preempted, kModeIdle);
  return true;
}

void SimulatedArmCore::abort(MoveEnd how, uint8_t mode) {
  if (moving_) ended_ = how;
  moving_ = false;
  state_.robotMode = mode;
  state_.motionGenerator = kGeneratorIdle;
  state_.controllerMode = kControllerNone;
  state_.successRate = 0;
}

SimulatedArmCore::MoveEnd SimulatedArmCore::takeMoveEnd() {
  const MoveEnd end = ended_;
  ended_ = MoveEnd::none;
  return end;
}

bool SimulatedArmCore::startRecovery() {
  if (moving_ || userStop_) return false;
  recoveryLeft_ = kRecoveryMs;
  state_.robotMode = kModeRecovery;
  return true;
}

void SimulatedArmCore::raiseReflex(int error_index) {
  state_.errors[error_index] = true;
  if (moving_) state_.reflexReason[error_index] = true;
  recoveryLeft_ = 0;
  abort(MoveEnd::reflex, userStop_ ? kModeUserStop : kModeReflex);
}

void SimulatedArmCore::pressUserStop() {
  userStop_ = true;
  recoveryLeft_ = 0;
  abort(MoveEnd::userStop, kModeUserStop);
}

void SimulatedArmCore::releaseUserStop() {
  if (!userStop_) return;
  userStop_ = false;
  needsRecovery_ = true;
  bool failed = false;
  for (bool error : state_.errors) failed |= error;
  state_.robotMode = failed ? kModeReflex : kModeIdle;
}

void SimulatedArmCore::tick(const JointVector* dq, bool finished) {
  state_.messageId++;
  if (moving_) {
    if (dq != nullptr)
      command(*dq, finished);
    else if (spoken_)
      extrapolate();
  }
  if (!moving_) brakeAlone();
  if (recoveryLeft_ > 0 && --recoveryLeft_ == 0) {
    state_.errors = {};
    needsRecovery_ = false;
    state_.robotMode = kModeIdle;
  }
  measure();
}

void SimulatedArmCore::command(const JointVector& dq, bool finished) {
  spoken_ = true;
  dropped_ = 0;
  countCommand(true);
  if (!withinLimits(dq)) return;
  integrate(dq);
  if (!finished) return;
  // The last sample must be at rest: standing still from here on must not break a limit either.
  if (!withinLimits(JointVector{})) return;
  integrate(JointVector{});
  state_.ddqDesired = {};
  abort(MoveEnd::finished, kModeIdle);
}

// A command that did not come is replaced by the one before it, carried on with the same acceleration.
void SimulatedArmCore::extrapolate() {
  countCommand(false);
  if (++dropped_ >= kLostInARow) {
    raiseReflex(kCommunication);
    return;
  }
  JointVector dq;
  for (int i = 0; i < kJoints; i++) dq[i] = state_.dqDesired[i] + state_.ddqDesired[i] * kDt;
  if (withinLimits(dq)) integrate(dq);
}

// Backward differences of the accepted signal, each strictly inside the robot's limits. Raises the reflex when not.
// Written as "not less than" so that a NaN breaks them all.
bool SimulatedArmCore::withinLimits(const JointVector& dq) {
  int error = -1;
  for (int i = 0; i < kJoints; i++) {
    const double acceleration = (dq[i] - state_.dqDesired[i]) / kDt;
    const double jerk = (acceleration - state_.ddqDesired[i]) / kDt;
    const double q = state_.qDesired[i] + dq[i] * kDt;
    if (!(q > model_.qMin[i] && q < model_.qMax[i])) {
      violations_.position++;
      // A Franka Research 3 shows this as the flag of the measured position.
      error = model_.slope[i] > 0 ? kJointPositionLimits : kPositionLimits;
    }
    if (!(std::abs(dq[i]) < std::max(kLeastVelocity, model_.velocityAt(i, state_.qDesired[i], dq[i] > 0)))) {
      violations_.velocity++;
      error = kVelocityLimits;
    }
    if (!(std::abs(acceleration) < model_.acceleration[i])) {
      violations_.acceleration++;
      error = kVelocityDiscontinuity;
    }
    if (!(std::abs(jerk) < model_.jerk[i])) {
      violations_.jerk++;
      if (error < 0) error = kAccelerationDiscontinuity;
    }
  }
  if (error >= 0) raiseReflex(error);
  return error < 0;
}

void SimulatedArmCore::integrate(const JointVector& dq) {
  for (int i = 0; i < kJoints; i++) {
    state_.ddqDesired[i] = (dq[i] - state_.dqDesired[i]) / kDt;
    state_.qDesired[i] += dq[i] * kDt;
    state_.dqDesired[i] = dq[i];
  }
}

void SimulatedArmCore::brakeAlone() {
  for (int i = 0; i < kJoints; i++) {
    const double v = state_.dqDesired[i];
    if (v == 0) {
      state_.ddqDesired[i] = 0;
      continue;
    }
    const double step = kBrakeShare * model_.acceleration[i] * kDt;
    const double next = std::abs(v) <= step ? 0 : v - std::copysign(step, v);
    state_.ddqDesired[i] = (next - v) / kDt;
    state_.qDesired[i] += next * kDt;
    state_.dqDesired[i] = next;
  }
}

void SimulatedArmCore::countCommand(bool in_time) {
  // The two words are one 128-bit shift register, newest bit lowest.
  window_[1] = (window_[1] << 1) | (window_[0] >> 63);
  window_[0] = (window_[0] << 1) | (in_time ? 1 : 0);
  window_[1] &= (uint64_t{1} << (kSuccessWindow - 64)) - 1;
  if (windowCount_ < kSuccessWindow) windowCount_++;
  state_.successRate = double(std::popcount(window_[0]) + std::popcount(window_[1])) / windowCount_;
}

void SimulatedArmCore::measure() {
  uint64_t bits = splitMix(random_);
  bool over = false;
  for (int i = 0; i < kJoints; i++) {
    const double step = (state_.qDesired[i] - joints_[i]) * kLagGain;
    joints_[i] += step;
    state_.q[i] = joints_[i] + pushed_[i];
    state_.dq[i] = step / kDt + speedOffset_[i];
    const double noise = (double(bits & 0xff) - 127.5) * (kTorqueNoise / 127.5);
    bits >>= 8;
    state_.tauExternal[i] = externalTorque_[i] + noise;
    state_.tauMeasured[i] = state_.tauExternal[i] + load_[i];
    over |= std::abs(state_.tauExternal[i]) > kReflexTorque[i];
    if (state_.q[i] <= model_.qMin[i] || state_.q[i] >= model_.qMax[i]) {
      if (moving_) {
        violations_.position++;
        raiseReflex(kJointPositionLimits);
      }
    }
  }
  if (over && moving_) raiseReflex(kJointReflex);
}

}  // namespace forager
