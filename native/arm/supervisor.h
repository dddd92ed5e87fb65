#pragma once
#include <algorithm>

#include "arm/kinematics.h"
#include "arm/point_speeds.h"
#include "arm/rule_counts.h"
#include "arm/self_collision.h"
#include "arm/shaper.h"
#include "arm/stop_cause.h"

namespace forager {

// How near one pose is to each kind of limit; distances in rad and m, negative = beyond.
struct Nearness {
  double joint = 1e9;
  int jointNumber = 0;  // 1..7
  double box = 1e9;     // tool tip to the nearest wall, from inside
  Wall wall = Wall::none;
  double body = 1e9;    // elbow, wrist and fingertips to the nearest wall of their box, from inside
  Wall bodyWall = Wall::none;
  int bodyLink = -1;
  double floor = 1e9;  // lowest point of the outer bodies over z = 0
  int floorLink = -1;
  double self = 1e9;  // nearest pair of bodies
  int linkA = -1, linkB = -1;
  double apart = 1e9;      // nearest of the other pairs
  double closePair = 1e9;  // nearest of the pairs that stand near each other in every pose

  double walls() const { return box < body ? box : body; }
};

// Distances that must remain, rad and m.
struct Margins {
  double joint = 0, box = 0, floor = 0, self = 0, closePair = 0;
};

// Points that their own box holds: elbow, wrist and the tips of the open fingers, each in the frame of its link, m.
struct BodyPoint {
  int link;
  Vector3 at;
};
inline constexpr std::array<BodyPoint, 4> kBodyPoints = {
    {{4, {}}, {6, {}}, {kHandLink, {0, 0.055, 0.112}}, {kHandLink, {0, -0.055, 0.112}}}};

// Geometry of the allowed space: joint limits, box, floor, own body.
class SafeSpace {
 public:
  explicit SafeSpace(const ArmModel& model);

  // `frames` receives the poses for q. Self distances above `ceiling` come back as `ceiling`.
  Nearness near(const JointVector& q, Frames& frames, double ceiling = 1e9) const;
  // Its part about the walls alone, from poses already known.
  void walls(const Frames& frames, Nearness& out) const;
  // kind none when all margins are kept; else the facts of the worst breach (no time, no tool tip).
  StopCause breach(const Nearness& nearness, const Margins& margins) const;

  // Margins at which the policy's motion ends.
  Margins stopMargins() const;
  // Margins in which it is slowed.
  Margins slowMargins() const;

  const Kinematics& kinematics() const { return kinematics_; }
  const SelfCollision& collision() const { return collision_; }
  const ArmModel& model() const { return model_; }
  const SupervisorLimits& limits() const { return model_.supervisor; }
  // Between two cycles only. The fixed ones stay what they are.
  void setLimits(const SupervisorLimits& limits) { model_.supervisor = limits; }
  // Sum over the joints of reach, m/rad: how far any point can move when each joint turns by 1 rad.
  double totalReach() const { return totalReach_; }

 private:
  ArmModel model_;
  Kinematics kinematics_;
  SelfCollision collision_;
  double totalReach_ = 0;
};

// Judges each 1 kHz command before it is sent, by the pose in which the arm would come to rest if it braked right after
// it, and by the way there: the joints come to rest at different times, so that it bends. A command is sent only if all
// of that keeps all margins; otherwise the arm brakes, along the way judged good one cycle earlier. So the margins hold
// whatever the policy asks for.
class Supervisor {
 public:
  explicit Supervisor(const SafeSpace& space);

  // Forget what was computed for an earlier motion.
  void reset(const Margins& margins);
  // The target has changed, or the robot has moved on without a command: look again at the next command.
  void lookAgain() { skip_ = speedIn_ = 0; }

  // Factor 0..1 for all joints' target velocities.
  double scale() const { return std::min(spaceScale_, speed_.scale); }
  // Rows of the table that make the factor less than 1, and rows whose first threshold is passed; one bit each.
  uint32_t slowedBy() const { return slowedBy_ | speed_.slowed; }
  uint32_t warned() const { return speed_.warned; }

  // Whether the command that leads to (q, v, a) may be sent; fills `cause` when not. `target` [rad/s] is what the policy
  // wants, before scaling. Rest poses are computed per joint by the shapers.
  bool allows(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target,
              StopCause* cause);
  // The same for a motion along a known way whose rest pose the caller knows.
  bool allowsRest(const JointVector& rest, StopCause* cause);
  // Factor that keeps the points of the arm at their speed on such a way; `target` is the fastest wanted.
  double speedScale(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target);

  const std::array<AxisShaper, kJoints>& shapers() const { return shapers_; }

 private:
  bool jointsAllowed(const JointVector& q, const JointVector& v, const JointVector& a, StopCause* cause) const;
  bool judge(const JointVector& rest, double way, StopCause* cause);
  bool wayIsClear(const JointVector& q, const JointVector& v, const JointVector& a, double way, StopCause* cause);
  bool breached(const Nearness& near, StopCause* cause) const;
  double slackOf(const Nearness& near) const;
  void skipCycles();
  void lookAtSpeed(const JointVector& q, const JointVector& v, const JointVector& a, const JointVector& target);
  double scaleFor(const JointVector& q, const JointVector& rest, const JointVector& target);

  const SafeSpace& space_;
  std::array<AxisShaper, kJoints> shapers_;
  JointVector longestStop_{};  // rad, from the velocity clip
  double driftPerCycle_ = 0;   // m, most any point of the rest pose moves per cycle
  Margins margins_{}, slowMargins_{};
  Nearness near_{};
  Frames frames_{};
  double slack_ = 0;    // m, to the nearest margin of all that was judged last
  double ceiling_ = 0;  // m, distances of bodies above it count as this
  const PointSpeeds points_;
  PointSpeeds::Verdict speed_;
  double spaceScale_ = 1;
  uint32_t slowedBy_ = 0;
  int speedIn_ = 0;        // cycles until the speeds are looked at again
  int skip_ = 0;           // cycles for which the last judgement holds
};

}  // namespace forager
