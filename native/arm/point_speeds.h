#pragma once
#include "arm/kinematics.h"
#include "arm/safety_limits.h"

namespace forager {

// Keeps tool tip, elbow and wrist at their speed (rows 12 and 13 of the supervisor's table), and slows near a singular
// pose (row 21). The joint clip alone does not bound them: 0.5 rad/s in every joint is up to 1.2 m/s at the tool tip.
class PointSpeeds {
 public:
  struct Verdict {
    double scale = 1;                  // for all joints' targets
    uint32_t slowed = 0, warned = 0;   // rows
  };

  explicit PointSpeeds(const Kinematics& kinematics) : kinematics_(kinematics) {}

  // `v` [rad/s] and `a` [rad/s2] are commanded now at pose `q`, `target` [rad/s] is wanted. The verdict must hold for
  // kCycles control cycles: it counts with the speed that `a` leads to until the shapers have taken it back.
  static constexpr int kCycles = 5;
  Verdict judge(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target,
                const SupervisorLimits& limits) const;

  struct Speeds {
    double tool = 0, body = 0;  // m/s; body is the faster of elbow and wrist
  };
  static Speeds of(const Frames& frames, const JointVector& v);

 private:
  const Kinematics& kinematics_;
};

// Smallest singular value of the 6x7 Jacobian of the tool tip (m and rad mixed, as usual); 0.22 at the ready pose.
double smallestSingularValue(const Frames& frames);

}  // namespace forager
