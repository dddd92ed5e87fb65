#pragma once
#include "arm/arm_types.h"

namespace forager {

// Rigid transform; rotation row-major. Base frame unless said otherwise.
struct Transform {
  std::array<double, 9> r{1, 0, 0, 0, 1, 0, 0, 0, 1};
  Vector3 p{};

  Vector3 apply(const Vector3& v) const {
    return {p[0] + r[0] * v[0] + r[1] * v[1] + r[2] * v[2], p[1] + r[3] * v[0] + r[4] * v[1] + r[5] * v[2],
            p[2] + r[6] * v[0] + r[7] * v[1] + r[8] * v[2]};
  }
  // Column-major 4x4, as the robot prints poses.
  std::array<double, 16> matrix() const;
};

inline constexpr int kHandLink = 8;

// Poses of every body frame: link[0] the base, link[1..7] the DH frames, link[8] the hand.
struct Frames {
  std::array<Transform, 9> link;
  Vector3 tool{};  // tool tip
};

using ToolJacobian = std::array<JointVector, 3>;  // [3][7], tool-tip velocity per joint velocity, m/rad

// Modified (Craig) DH chain: T(i-1, i) = Rx(alpha) Tx(a) Rz(theta) Tz(d).
class Kinematics {
 public:
  explicit Kinematics(const ArmModel& model);

  void frames(const JointVector& q, Frames& out) const;
  Transform flange(const JointVector& q) const;
  Transform toolPose(const JointVector& q) const;  // rotation of the hand, origin at the tool tip
  Vector3 tooltip(const JointVector& q) const;
  static void toolJacobian(const Frames& frames, ToolJacobian& out);

 private:
  struct Row { double a, d, cosAlpha, sinAlpha; };
  std::array<Row, kJoints> rows_{};
  double flangeOffset_, cosYaw_, sinYaw_, toolOffset_;
};

}  // namespace forager
