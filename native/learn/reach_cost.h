#pragma once
#include "arm/kinematics.h"

namespace forager {

struct ReachCostWeights {
  double smoothDistance;  // m
  double posture;         // cost with every joint one radian from home
  double limit;           // cost with one joint, or the tool tip, at its limit
  double jointMargin;     // rad, where the cost of a joint's limit begins
  double boxMargin;       // m, the same for the tool tip and the walls of the box
};

// What it costs to be at joint angles q for one step when the tool tip should be at `goal`, m:
//   sqrt(|tip − goal|² + ε²) + posture mean_j (q_j − home_j)² + limit Σ (how far into a margin, 0..1)²
// The posture holds the motions that do not move the tool tip; without it they drift to a limit.
class ReachCost {
 public:
  ReachCost(const ArmModel& arm, const ReachCostWeights& weights) : arm_(arm), weights_(weights), kinematics_(arm) {}

  // q [7], rad. Adds the slope along each joint, per rad, to `slope` when it is not null.
  double at(const JointVector& q, const Vector3& goal, JointVector* slope) const;
  Vector3 tooltip(const JointVector& q) const { return kinematics_.tooltip(q); }
  // True where no joint is beyond its limit and the tool tip is inside the box.
  bool allowed(const JointVector& q) const;

 private:
  ArmModel arm_;
  ReachCostWeights weights_;
  Kinematics kinematics_;
};

}  // namespace forager
