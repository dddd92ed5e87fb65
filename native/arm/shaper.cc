#include "arm/shaper.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {
inline constexpr double kDt = 0.001;             // s
inline constexpr double kAccelerationShare = 0.5;  // of the robot's limit
inline constexpr double kJerkShare = 0.3;
}  // namespace

AxisShaper::AxisShaper(double acceleration, double jerk)
    : a_(acceleration), j_(jerk * kDt), inverseJ_(1 / (jerk * kDt)) {}

// Below, a `gap` is a velocity still to be gained, divided by dt: the sum of the accelerations of the coming cycles.

// Largest acceleration x such that x, x - j, x - 2j, ... down to zero sums up to `gap` >= 0: with n full steps left,
// gap = (n + 1) x - j n (n + 1) / 2.
double AxisShaper::slope(double gap, double* steps) const {
  const double n = std::floor(0.5 * (std::sqrt(1 + 8 * gap * inverseJ_) - 1));
  *steps = n;
  return (gap + 0.5 * j_ * n * (n + 1)) / (n + 1);
}

// The sum above for a given first acceleration; a negative one closes nothing by itself.
double AxisShaper::gapClosedBy(double acceleration) const {
  if (acceleration <= 0) return acceleration;
  const double n = std::floor(acceleration * inverseJ_);
  return (n + 1) * (acceleration - 0.5 * j_ * n);
}

double AxisShaper::nextAcceleration(double target, double v, double a) const {
  const double gap = (target - v) * (1 / kDt);
  double steps;
  const double wanted = std::copysign(slope(std::abs(gap), &steps), gap);
  const double limited = std::clamp(wanted, -a_, a_);
  return std::clamp(limited, a - j_, a + j_);
}

double AxisShaper::stopTravel(double v, double a) const {
  // Mirrored so that the gap is positive; x is the acceleration that closes it.
  double gap = std::abs(v) * (1 / kDt), x = v > 0 ? -a : a, side = v > 0 ? 1 : -1, sum = 0;
  for (;;) {
    if (gap < 0) {
      gap = -gap;
      x = -x;
      side = -side;
    }
    const double up = std::max(std::min(x + j_, a_), x - j_);
    if (gapClosedBy(up) <= gap) {
      // Still building up deceleration, or holding the largest.
      x = up;
      gap -= x;
      sum += side * gap;
      if (x == a_) {
        const double held = std::floor((gap - gapClosedBy(a_)) / a_) + 1;
        if (held > 0) {
          sum += side * (held * gap - a_ * held * (held + 1) / 2);
          gap -= held * a_;
        }
      }
      continue;
    }
    double n;
    const double curve = slope(gap, &n);
    if (curve >= x - j_) {
      // From here on the acceleration falls by j each cycle and the axis comes to rest.
      sum += side * (curve * n * (n + 1) / 2 - j_ * n * (n + 1) * (2 * n + 1) / 6);
      break;
    }
    x -= j_;
    gap -= x;
    sum += side * gap;
  }
  return sum * kDt * kDt;
}

double AxisShaper::stopTravelBound(double v, double a) const {
  // Peak speed when the present acceleration first has to be taken back, then that speed over the whole stop.
  const double back = std::abs(a) * inverseJ_ * kDt;  // s
  const double peak = std::abs(v) + std::abs(a) * (0.5 * back + kDt);
  return peak * (back + 0.5 * peak / a_ + 0.5 * a_ * inverseJ_ * kDt + 2 * kDt);
}

std::array<AxisShaper, kJoints> makeShapers(const ArmModel& model) {
  std::array<AxisShaper, kJoints> shapers;
  for (int i = 0; i < kJoints; i++)
    shapers[i] = AxisShaper(std::min(model.supervisor.acceleration, kAccelerationShare * model.acceleration[i]),
                            std::min(model.supervisor.jerk, kJerkShare * model.jerk[i]));
  return shapers;
}

}  // namespace forager
