#pragma once
#include <vector>

#include "arm/arm_types.h"
#include "arm/kinematics.h"

namespace forager {

// Nearest pair of bodies, by their capsules.
struct Clearance {
  double distance = 1e9;  // m, negative when they overlap
  int linkA = -1, linkB = -1;
};

// Distances between the capsules of the arm's bodies, and of the outer bodies to the floor.
class SelfCollision {
 public:
  explicit SelfCollision(const ArmModel& model);

  // Nearest of the model's pairs. Distances above `ceiling` are not told apart: the result is then `ceiling` or more.
  Clearance nearest(const Frames& frames, double ceiling = 1e9) const;
  // The same without the close pairs, and among the close pairs alone.
  Clearance nearestApart(const Frames& frames, double ceiling) const { return nearestOf(apart_, frames, ceiling); }
  Clearance nearestClose(const Frames& frames) const { return nearestOf(close_, frames, 1e9); }
  // Distance of two bodies (links 0..8), whether or not the pair is in the model's list.
  double between(const Frames& frames, int linkA, int linkB) const;
  // Height of the lowest point of elbow, forearm, wrist, flange and hand over z = 0, m; linkA is the body.
  Clearance floor(const Frames& frames) const;
  // Upper bound of how far any point of the checked bodies moves per rad of joint i, m/rad.
  const JointVector& reach() const { return reach_; }
  // The same for the bodies of a close pair against each other, summed over the joints between them, m/rad.
  double closeReach() const { return closeReach_; }

 private:
  struct Body { int link; Vector3 from, to; double radius; };
  struct Pair { int a, b; };  // indices of bodies

  Clearance nearestOf(const std::vector<Pair>& pairs, const Frames& frames, double ceiling) const;
  void place(const Frames& frames, std::array<Vector3, 32>& ends) const;

  std::vector<Body> bodies_;
  std::vector<Pair> apart_, close_;
  JointVector reach_{};
  double closeReach_ = 0;
};

}  // namespace forager
