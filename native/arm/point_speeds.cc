#include "arm/point_speeds.h"

#include <algorithm>
#include <cmath>

#include "arm/rule_counts.h"

namespace forager {

namespace {

inline constexpr double kAim = 0.9;  // of the cap: what is left covers the turning of the Jacobian and of the shapers
inline constexpr double kAheadS = 1e-3 * PointSpeeds::kCycles + 3e-3;  // the shapers take 5 rad/s2 back in 3.3 ms
inline constexpr int kElbow = 4, kWrist = 6;
inline constexpr int kTwist = 6;
inline constexpr int kIterations = 12;

Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double norm(const Vector3& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

}  // namespace

// Outwards from the base: each joint adds its turning, each link carries it to the next frame's origin.
PointSpeeds::Speeds PointSpeeds::of(const Frames& frames, const JointVector& v) {
  Vector3 turning{}, moving{};
  double elbow = 0, wrist = 0, tool = 0;
  for (int i = 1; i <= kJoints; i++) {
    const Transform& joint = frames.link[i];
    if (i == kElbow) elbow = norm(moving);
    if (i == kWrist) wrist = norm(moving);
    for (int k = 0; k < 3; k++) turning[k] += joint.r[3 * k + 2] * v[i - 1];
    const Vector3& next = i < kJoints ? frames.link[i + 1].p : frames.tool;
    const Vector3 step = cross(turning, {next[0] - joint.p[0], next[1] - joint.p[1], next[2] - joint.p[2]});
    for (int k = 0; k < 3; k++) moving[k] += step[k];
  }
  tool = norm(moving);
  return {tool, std::max(elbow, wrist)};
}

PointSpeeds::Verdict PointSpeeds::judge(const JointVector& q, const JointVector& v, const JointVector& a,
                                        const JointVector& target, const SupervisorLimits& limits) const {
  Verdict out;
  JointVector soon;
  for (int i = 0; i < kJoints; i++) soon[i] = v[i] + kAheadS * a[i];
  Frames frames;
  kinematics_.frames(q, frames);
  double cap = limits.toolSpeed;
  const double singular = smallestSingularValue(frames);
  if (singular < limits.singularityWarn) out.warned |= rowBit(21);
  // From the first threshold to the second the cap falls to the reduced speed, so that nothing jerks.
  const double easy = (singular - limits.singularitySlow) / (limits.singularityWarn - limits.singularitySlow);
  const double singularCap =
      limits.toolSpeedNearPeople + std::clamp(easy, 0.0, 1.0) * (limits.toolSpeed - limits.toolSpeedNearPeople);
  const bool nearSingular = singularCap < cap;
  if (nearSingular) cap = singularCap;
  const Speeds now = of(frames, v), next = of(frames, soon), wanted = of(frames, target);
  const auto keep = [&](int row, double speed, double asked) {
    if (speed > limits.toolSpeedNearPeople) out.warned |= rowBit(row);
    // Faster than what is aimed at, after the cap fell or by another way of the joints there: less, or brake first.
    const double room = speed <= kAim * cap ? 1 : speed >= cap ? 0 : (cap - speed) / (cap - kAim * cap);
    const double scale = std::min(room, asked > kAim * cap ? kAim * cap / asked : 1.0);
    if (scale >= 1) return;
    out.slowed |= rowBit(nearSingular ? 21 : row);
    out.scale = std::min(out.scale, scale);
  };
  keep(12, std::max(now.tool, next.tool), wanted.tool);
  keep(13, std::max(now.body, next.body), wanted.body);
  return out;
}

// The square root of the smallest eigenvalue of J J^T, by inverse iteration on its Cholesky factor.
double smallestSingularValue(const Frames& frames) {
  std::array<std::array<double, kJoints>, kTwist> jacobian;
  ToolJacobian linear;
  Kinematics::toolJacobian(frames, linear);
  for (int k = 0; k < 3; k++) {
    jacobian[k] = linear[k];
    for (int i = 0; i < kJoints; i++) jacobian[3 + k][i] = frames.link[i + 1].r[3 * k + 2];
  }
  std::array<std::array<double, kTwist>, kTwist> lower{};
  for (int r = 0; r < kTwist; r++) {
    for (int c = 0; c <= r; c++) {
      double sum = 0;
      for (int i = 0; i < kJoints; i++) sum += jacobian[r][i] * jacobian[c][i];
      for (int k = 0; k < c; k++) sum -= lower[r][k] * lower[c][k];
      if (r > c) {
        lower[r][c] = sum / lower[c][c];
      } else if (sum < 1e-12) {
        return 0;
      } else {
        lower[r][r] = std::sqrt(sum);
      }
    }
  }
  std::array<double, kTwist> x = {0.5, -0.3, 0.4, 0.35, -0.45, 0.4};
  double largest = 1;
  for (int n = 0; n < kIterations; n++) {
    for (int r = 0; r < kTwist; r++) {
      for (int c = 0; c < r; c++) x[r] -= lower[r][c] * x[c];
      x[r] /= lower[r][r];
    }
    for (int r = kTwist - 1; r >= 0; r--) {
      for (int c = r + 1; c < kTwist; c++) x[r] -= lower[c][r] * x[c];
      x[r] /= lower[r][r];
    }
    double square = 0;
    for (const double each : x) square += each * each;
    largest = std::sqrt(square);
    for (double& each : x) each /= largest;
  }
  return 1 / std::sqrt(largest);
}

}  // namespace forager
