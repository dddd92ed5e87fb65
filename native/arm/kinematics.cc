#include "arm/kinematics.h"

#include <cmath>

namespace forager {

std::array<double, 16> Transform::matrix() const {
  return {r[0], r[3], r[6], 0, r[1], r[4], r[7], 0, r[2], r[5], r[8], 0, p[0], p[1], p[2], 1};
}

Kinematics::Kinematics(const ArmModel& model)
    : flangeOffset_(model.flangeOffset),
      cosYaw_(std::cos(model.handYaw)),
      sinYaw_(std::sin(model.handYaw)),
      toolOffset_(model.toolOffset) {
  // cos(pi/2) is 6e-17 in floating point; exact zeros keep poses of right-angled arms free of dust.
  const auto clean = [](double x) { return std::abs(x) < 1e-15 ? 0.0 : x; };
  for (int i = 0; i < kJoints; i++) {
    const auto& row = model.dh[i];
    rows_[i] = {row.a, row.d, clean(std::cos(row.alpha)), clean(std::sin(row.alpha))};
  }
}

void Kinematics::frames(const JointVector& q, Frames& out) const {
  out.link[0] = Transform{};
  for (int i = 0; i < kJoints; i++) {
    const Row& row = rows_[i];
    const Transform& base = out.link[i];
    Transform& next = out.link[i + 1];
    const double c = std::cos(q[i]), s = std::sin(q[i]);
    for (int k = 0; k < 3; k++) {
      const double x = base.r[3 * k], y = base.r[3 * k + 1], z = base.r[3 * k + 2];
      const double u = row.cosAlpha * y + row.sinAlpha * z;  // second column after Rx(alpha)
      const double w = row.cosAlpha * z - row.sinAlpha * y;  // third column
      next.r[3 * k] = c * x + s * u;
      next.r[3 * k + 1] = c * u - s * x;
      next.r[3 * k + 2] = w;
      next.p[k] = base.p[k] + row.a * x + row.d * w;
    }
  }
  const Transform& last = out.link[kJoints];
  Transform& hand = out.link[kHandLink];
  for (int k = 0; k < 3; k++) {
    const double x = last.r[3 * k], y = last.r[3 * k + 1], z = last.r[3 * k + 2];
    hand.r[3 * k] = cosYaw_ * x + sinYaw_ * y;
    hand.r[3 * k + 1] = cosYaw_ * y - sinYaw_ * x;
    hand.r[3 * k + 2] = z;
    hand.p[k] = last.p[k] + flangeOffset_ * z;
    out.tool[k] = hand.p[k] + toolOffset_ * z;
  }
}

Transform Kinematics::flange(const JointVector& q) const {
  Frames all;
  frames(q, all);
  Transform pose = all.link[kJoints];
  pose.p = all.link[kHandLink].p;
  return pose;
}

Transform Kinematics::toolPose(const JointVector& q) const {
  Frames all;
  frames(q, all);
  Transform pose = all.link[kHandLink];
  pose.p = all.tool;
  return pose;
}

Vector3 Kinematics::tooltip(const JointVector& q) const {
  Frames all;
  frames(q, all);
  return all.tool;
}

void Kinematics::toolJacobian(const Frames& frames, ToolJacobian& out) {
  for (int i = 0; i < kJoints; i++) {
    const Transform& joint = frames.link[i + 1];
    const double zx = joint.r[2], zy = joint.r[5], zz = joint.r[8];
    const double dx = frames.tool[0] - joint.p[0], dy = frames.tool[1] - joint.p[1], dz = frames.tool[2] - joint.p[2];
    out[0][i] = zy * dz - zz * dy;
    out[1][i] = zz * dx - zx * dz;
    out[2][i] = zx * dy - zy * dx;
  }
}

}  // namespace forager
