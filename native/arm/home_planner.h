#pragma once
#include "arm/controller.h"
#include "arm/supervisor.h"

namespace forager {

// Finds a way home in joint space that keeps clear of the floor, the box walls and the arm itself.
// Not for the control thread: takes up to some tens of milliseconds.
class HomePlanner {
 public:
  explicit HomePlanner(const SafeSpace& space) : space_(space) {}

  // `crumbs`: the arm's own way since home, oldest first. The straight line home when it is clear, else back along the
  // crumbs to the newest one from which it is. False when no clear way is known.
  bool plan(const JointVector& from, const JointVector* crumbs, int count, HomePath& out) const;

  // Whether the straight joint-space line keeps all margins, or leaves the ones it starts in without going deeper.
  bool lineIsClear(const JointVector& from, const JointVector& to) const;

 private:
  Margins margins() const;

  const SafeSpace& space_;
};

// Margins that the motion home must keep while it runs; a little inside those of the policy, because it may start from
// where the policy's margins ended, and never more than what `start` has.
Margins homeMargins(const SafeSpace& space, const JointVector& start);

}  // namespace forager
