#include "arm/home_motion.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {
inline constexpr double kDt = 0.001;
inline constexpr double kArrivedRad = 1e-6, kRestingRad = 1e-7;  // rad, rad/s
inline constexpr double kShortestRad = 1e-6;
inline constexpr int kBisections = 24;
}  // namespace

HomeMotion::HomeMotion(const ArmModel& model) : model_(model), joints_(makeShapers(model)) {}

void HomeMotion::begin(const HomePath& path) {
  path_ = path;
  piece_ = 0;
  enterPiece();
}

// Skips pieces without length; computes the axis of the first one that has any.
void HomeMotion::enterPiece() {
  for (; !done(); piece_++) {
    length_ = square_ = 0;
    for (int i = 0; i < kJoints; i++) {
      direction_[i] = path_.points[piece_ + 1][i] - path_.points[piece_][i];
      length_ = std::max(length_, std::abs(direction_[i]));
      square_ += direction_[i] * direction_[i];
    }
    if (length_ > kShortestRad) break;
  }
  if (done()) return;
  double acceleration = 1e9, jerk = 1e9;
  fastest_ = model_.supervisor.velocityClip / length_;
  for (int i = 0; i < kJoints; i++) {
    if (direction_[i] == 0) continue;
    acceleration = std::min(acceleration, joints_[i].acceleration() / std::abs(direction_[i]));
    jerk = std::min(jerk, joints_[i].jerkStep() / kDt / std::abs(direction_[i]));
  }
  axis_ = AxisShaper(acceleration, jerk);
}

JointVector HomeMotion::fullSpeed() const {
  JointVector out;
  for (int i = 0; i < kJoints; i++) out[i] = direction_[i] * fastest_;
  return out;
}

JointVector HomeMotion::next(const ArmState& state, double scale, JointVector& rest) {
  const JointVector& start = path_.points[piece_];
  double s = 0, v = 0, a = 0;
  for (int i = 0; i < kJoints; i++) {
    s += (state.qDesired[i] - start[i]) * direction_[i] / square_;
    v += state.dqDesired[i] * direction_[i] / square_;
    a += state.ddqDesired[i] * direction_[i] / square_;
  }
  const double remaining = 1 - s;
  const auto way = [&](double x) { return (v + x * kDt) * kDt + axis_.stopTravel(v + x * kDt, x); };
  double x = axis_.nextAcceleration(scale * fastest_, v, a);
  if (way(x) > remaining) {
    // Between full braking and full speed lies the acceleration after which braking ends exactly at the corner.
    double low = axis_.nextAcceleration(0, v, a), high = x;
    for (int i = 0; i < kBisections; i++) {
      const double middle = 0.5 * (low + high);
      (way(middle) > remaining ? high : low) = middle;
    }
    x = low;
  }
  double speed = v + x * kDt;
  // Or at rest a little behind the corner, where commands that the robot missed have carried it: nothing leads back.
  const bool arrived = remaining * length_ < kArrivedRad && std::abs(v) * length_ < kRestingRad &&
                       std::abs(a) < axis_.jerkStep();
  if (arrived) speed = 0;
  const double restAt = s + (arrived ? 0 : way(x));
  JointVector dq;
  for (int i = 0; i < kJoints; i++) {
    dq[i] = direction_[i] * speed;
    rest[i] = start[i] + direction_[i] * restAt;
  }
  if (arrived) {
    piece_++;
    enterPiece();
  }
  return dq;
}

}  // namespace forager
