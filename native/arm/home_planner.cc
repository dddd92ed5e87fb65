#include "arm/home_planner.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

inline constexpr double kStepRad = 0.01;        // finest sampling of a line, largest joint
inline constexpr double kAdjacentRad = 0.1;     // crumbs nearer than this are joined by the arm's own motion
inline constexpr double kImproving = 1e-6;      // m, a step out of a margin may lose this to rounding
inline constexpr double kPlanEase = 0.005;      // m, planned margins inside the policy's
inline constexpr double kRunEase = 0.010;       // m, margins while running
inline constexpr double kJointEase = 0.01;      // rad
inline constexpr double kFloorPlan = 0.006, kFloorRun = 0.003;  // m
inline constexpr double kStartEase = 0.002;     // m and rad, below what the start has

double largest(const JointVector& from, const JointVector& to) {
  double out = 0;
  for (int i = 0; i < kJoints; i++) out = std::max(out, std::abs(to[i] - from[i]));
  return out;
}

}  // namespace

Margins homeMargins(const SafeSpace& space, const JointVector& start) {
  Frames frames;
  const Nearness here = space.near(start, frames);
  const Margins stop = space.stopMargins();
  return {std::min(stop.joint - kJointEase, here.joint - kStartEase), std::min(-kRunEase, here.walls() - kStartEase),
          std::min(kFloorRun, here.floor - kStartEase), std::min(stop.self - kRunEase, here.self - kStartEase), 0};
}

Margins HomePlanner::margins() const {
  const Margins stop = space_.stopMargins();
  return {stop.joint, -kPlanEase, kFloorPlan, stop.self - kPlanEase, 0};
}

bool HomePlanner::lineIsClear(const JointVector& from, const JointVector& to) const {
  const Margins keep = margins();
  double motion = 0;  // m, most that any point moves over the whole line
  for (int i = 0; i < kJoints; i++) motion += space_.collision().reach()[i] * std::abs(to[i] - from[i]);
  const double finest = kStepRad / std::max(largest(from, to), kStepRad);
  Frames frames;
  Nearness before;
  bool escaping = true;
  // Joint ranges need no samples: both ends are inside, and so is the line between them.
  for (double t = 0;;) {
    JointVector q;
    for (int i = 0; i < kJoints; i++) q[i] = from[i] + t * (to[i] - from[i]);
    const Nearness here = space_.near(q, frames);
    const double slack = std::min({here.walls() - keep.box, here.floor - keep.floor, here.self - keep.self});
    if (slack < 0) {
      const bool deeper = t > 0 && ((here.walls() < keep.box && here.walls() < before.walls() - kImproving) ||
                                    (here.floor < keep.floor && here.floor < before.floor - kImproving) ||
                                    (here.self < keep.self && here.self < before.self - kImproving));
      if (!escaping || deeper) return false;
    } else {
      escaping = false;
    }
    if (t >= 1) return slack >= 0;
    before = here;
    // Nothing can come nearer than the slack before the arm has moved that far.
    t = std::min(1.0, t + std::max(finest, motion > 0 ? slack / motion : 1.0));
  }
}

bool HomePlanner::plan(const JointVector& from, const JointVector* crumbs, int count, HomePath& out) const {
  const JointVector& home = space_.model().home;
  // Node 0 is where the arm stands, node k the k-th newest crumb.
  const auto node = [&](int k) -> const JointVector& { return k == 0 ? from : crumbs[count - k]; };
  int goal = 0;
  while (goal <= count && !lineIsClear(node(goal), home)) goal++;
  if (goal > count) return false;
  out.count = 0;
  out.points[out.count++] = from;
  for (int at = 0; at < goal;) {
    int next = goal;
    while (next > at + 1 && !lineIsClear(node(at), node(next))) next = at + (next - at) / 2;
    if (next == at + 1 && largest(node(at), node(next)) > kAdjacentRad && !lineIsClear(node(at), node(next))) return false;
    if (out.count >= HomePath::kMaxPoints - 1) return false;
    out.points[out.count++] = node(next);
    at = next;
  }
  out.points[out.count++] = home;
  return true;
}

}  // namespace forager
