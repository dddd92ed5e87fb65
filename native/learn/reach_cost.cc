#include "learn/reach_cost.h"

#include <algorithm>
#include <cmath>

namespace forager {

namespace {

// weight ((margin − distance) / margin)² within the margin of a limit; `slope` gets its derivative by the distance.
double nearness(double distance, double margin, double weight, double& slope) {
  const double into = std::max(0.0, (margin - distance) / margin);
  slope = -2 * weight * into / margin;
  return weight * into * into;
}

// The same for a value between two limits; `slope` gets the derivative by the value.
double nearnessBetween(double value, double low, double high, double margin, double weight, double& slope) {
  double above = 0, below = 0;
  const double cost = nearness(value - low, margin, weight, above) + nearness(high - value, margin, weight, below);
  slope = above - below;
  return cost;
}

}  // namespace

double ReachCost::at(const JointVector& q, const Vector3& goal, JointVector* slope) const {
  Frames frames;
  kinematics_.frames(q, frames);
  const ArmModel& arm = arm_;
  Vector3 tipSlope{};  // of the cost by the place of the tool tip, per m
  double cost = 0, squares = weights_.smoothDistance * weights_.smoothDistance;
  for (int i = 0; i < 3; ++i) squares += (frames.tool[i] - goal[i]) * (frames.tool[i] - goal[i]);
  const double distance = std::sqrt(squares);
  cost += distance;
  for (int i = 0; i < 3; ++i) {
    cost += nearnessBetween(frames.tool[i], arm.supervisor.boxMin[i], arm.supervisor.boxMax[i], weights_.boxMargin,
                            weights_.limit, tipSlope[i]);
    if (distance > 0) tipSlope[i] += (frames.tool[i] - goal[i]) / distance;
  }
  ToolJacobian jacobian{};
  if (slope != nullptr) Kinematics::toolJacobian(frames, jacobian);
  for (int j = 0; j < kJoints; ++j) {
    const double away = q[j] - arm.home[j], posture = weights_.posture / kJoints;
    double limitSlope = 0;
    cost += posture * away * away +
            nearnessBetween(q[j], arm.qMin[j], arm.qMax[j], weights_.jointMargin, weights_.limit, limitSlope);
    if (slope == nullptr) continue;
    (*slope)[j] += 2 * posture * away + limitSlope;
    for (int i = 0; i < 3; ++i) (*slope)[j] += jacobian[i][j] * tipSlope[i];
  }
  return cost;
}

bool ReachCost::allowed(const JointVector& q) const {
  const ArmModel& arm = arm_;
  const Vector3 tip = kinematics_.tooltip(q);
  for (int j = 0; j < kJoints; ++j)
    if (!(q[j] > arm.qMin[j] && q[j] < arm.qMax[j])) return false;
  for (int i = 0; i < 3; ++i)
    if (!(tip[i] > arm.supervisor.boxMin[i] && tip[i] < arm.supervisor.boxMax[i])) return false;
  return true;
}

}  // namespace forager
