#include "adversary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace adversary {

using judge::Joints;
using judge::kJoints;

namespace {
constexpr int kTick = 50;           // ms between two actions of a real policy
constexpr double kProbe = 1e-5;     // rad, for slopes
constexpr double kNearWall = 0.04;  // m from the aim at which `curve` begins to turn joints around
}  // namespace

uint64_t Random::bits() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

const char* kindName(Kind kind) {
  static constexpr const char* kNames[] = {"push",  "flip", "walk",     "wild",  "linear", "broken", "silent", "burst",
                                           "wall",  "bodyWall", "floor", "self", "range",  "curve",  "fast"};
  return kNames[static_cast<int>(kind)];
}

Policy::Policy(Kind kind, uint64_t seed, const judge::Rules& rules) : kind_(kind), rules_(rules), random_(seed) {
  for (double& each : fixed_) each = random_.sign();
  for (double& each : weights_) each = random_.both();
  for (double& each : direction_) each = random_.both();
  hold_ = 1 + random_.below(30);
  period_ = kind == Kind::burst ? 1 + random_.below(7) : random_.below(4) == 0 ? 1 + random_.below(90) : kTick;
  turn_ = 20 + random_.below(400);
  silentFrom_ = 100 + random_.below(1500);
  silentFor_ = random_.below(3) == 0 ? 100'000 : 60 + random_.below(190);
  joint_ = random_.below(kJoints);
}

// What the policy wants to make small, m or rad.
double Policy::aim(const Joints& q) const {
  const judge::Pose pose = judge::judgePose(q, rules_);
  switch (kind_) {
    case Kind::bodyWall: return pose.body;
    case Kind::floor: return pose.floor;
    case Kind::self: return pose.self;
    case Kind::fast: {
      double along = 0;
      for (int k = 0; k < 3; k++) along += pose.tool[k] * direction_[k];
      return along;
    }
    default: return pose.box;
  }
}

// Full speed of every joint that brings the aim nearer.
void Policy::climb(const Joints& q, std::array<float, kJoints>& action) {
  const double here = aim(q);
  for (int i = 0; i < kJoints; i++) {
    Joints moved = q;
    moved[i] += kProbe;
    const double slope = (aim(moved) - here) / kProbe;
    action[i] = static_cast<float>(slope < -1e-4 ? 1 : slope > 1e-4 ? -1 : fixed_[i]);
  }
}

void Policy::choose(int millisecond, const Joints& q, std::array<float, kJoints>& action) {
  const int step = millisecond / kTick;
  if (kind_ == Kind::fast && millisecond % turn_ < period_)
    for (double& each : direction_) each = random_.both();
  switch (kind_) {
    case Kind::wall:
    case Kind::bodyWall:
    case Kind::floor:
    case Kind::self:
    case Kind::fast: return climb(q, action);
    case Kind::curve:
      climb(q, action);
      if (aim(q) < kNearWall)
        for (float& each : action)
          if (random_.below(3) == 0) each = -each;
      return;
    case Kind::push:
    case Kind::broken:
    case Kind::silent:
      for (int i = 0; i < kJoints; i++) action[i] = static_cast<float>(fixed_[i]);
      break;
    case Kind::flip:
      for (int i = 0; i < kJoints; i++) action[i] = static_cast<float>(step % hold_ < hold_ / 2.0 ? fixed_[i] : -fixed_[i]);
      break;
    case Kind::walk:
      for (float& each : action) each = std::clamp(each + static_cast<float>(0.5 * random_.both()), -1.f, 1.f);
      break;
    case Kind::wild:
      if (step % hold_ == 0)
        for (float& each : action) each = static_cast<float>(std::pow(10, 6 * random_.both()) * random_.sign());
      break;
    case Kind::linear:
      for (int i = 0; i < kJoints; i++) {
        double sum = 0;
        for (int j = 0; j < kJoints; j++) sum += weights_[kJoints * i + j] * q[j];
        action[i] = static_cast<float>(sum);
      }
      break;
    case Kind::burst:
      for (float& each : action) each = static_cast<float>(random_.sign());
      break;
    case Kind::range:
      for (int i = 0; i < kJoints; i++) action[i] = static_cast<float>(i == joint_ ? fixed_[i] : 0.3 * random_.both());
      break;
    case Kind::kCount: break;
  }
  if (kind_ == Kind::broken && millisecond > silentFrom_) {
    constexpr std::array<float, 3> kBad = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                                           -std::numeric_limits<float>::infinity()};
    action[joint_] = kBad[random_.bits() % kBad.size()];
  }
}

bool Policy::act(int millisecond, const Joints& q, std::array<float, kJoints>& action) {
  if (millisecond % period_ != 0) return false;
  if (kind_ == Kind::silent && millisecond >= silentFrom_ && millisecond < silentFrom_ + silentFor_) return false;
  choose(millisecond, q, action);
  return true;
}

}  // namespace adversary
