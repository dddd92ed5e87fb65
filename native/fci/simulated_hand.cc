#include "fci/simulated_hand.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace forager::fci {

namespace {

constexpr double kWidest = 0.08;       // m
constexpr double kFastest = 0.2;       // m/s per finger
constexpr double kMostForce = 140;     // N, for a moment; 70 N continuous
constexpr double kHomingSpeed = 0.02;  // m/s per finger
constexpr double kReopen = 0.005;      // m, after a grasp that missed
constexpr double kThere = 1e-6;        // m

}  // namespace

bool SimulatedHand::valid(GripperCommand command, const GripperTask& task) const {
  const bool width = task.width >= 0 && task.width <= state_.maxWidth;
  const bool speed = task.speed > 0 && task.speed <= kFastest;
  if (command == GripperCommand::kMove) return width && speed;
  return width && speed && task.force > 0 && task.force <= kMostForce && task.epsilonInner >= 0 && task.epsilonOuter >= 0;
}

bool SimulatedHand::begin(GripperCommand command, const GripperTask& task) {
  if (busy()) return false;
  if (command == GripperCommand::kHoming) {
    state_.maxWidth = 0;
    state_.grasped = false;
    task_ = {0, kHomingSpeed};
    job_ = Job::homingClose;
    return true;
  }
  if (state_.maxWidth == 0 || !valid(command, task)) return false;
  state_.grasped = false;
  task_ = task;
  job_ = command == GripperCommand::kMove ? Job::move : Job::grasp;
  return true;
}

bool SimulatedHand::stop() {
  if (!busy()) return false;
  finish(GripperStatus::kAborted);
  return true;
}

std::optional<GripperStatus> SimulatedHand::takeEnd() { return std::exchange(end_, std::nullopt); }

bool SimulatedHand::approach(double width, double seconds) {
  // An object stops fingers that close on it, not those that open.
  const double goal = object_ && state_.width >= *object_ ? std::max(width, *object_) : width;
  const double step = 2 * task_.speed * seconds, way = goal - state_.width;
  state_.width += std::clamp(way, -step, step);
  return std::abs(goal - state_.width) < kThere;
}

void SimulatedHand::finish(GripperStatus status) {
  job_ = Job::none;
  end_ = status;
}

// Held when the fingers came to rest inside the tolerances; otherwise they open slightly again.
void SimulatedHand::finishGrasp() {
  const double d = state_.width;
  if (object_ && d > task_.width - task_.epsilonInner && d < task_.width + task_.epsilonOuter) {
    state_.grasped = true;
    return finish(GripperStatus::kSuccess);
  }
  task_.width = std::min(d + kReopen, state_.maxWidth);
  job_ = Job::reopen;
}

void SimulatedHand::tick(double seconds) {
  state_.messageId++;
  switch (job_) {
    case Job::none: return;
    case Job::homingClose:
      if (approach(0, seconds)) job_ = Job::homingOpen;
      return;
    case Job::homingOpen:
      if (!approach(kWidest, seconds)) return;
      state_.maxWidth = kWidest;
      return finish(GripperStatus::kSuccess);
    case Job::move:
      if (!approach(task_.width, seconds)) return;
      return finish(std::abs(state_.width - task_.width) < kThere ? GripperStatus::kSuccess : GripperStatus::kUnsuccessful);
    case Job::grasp:
      if (approach(0, seconds)) finishGrasp();
      return;
    case Job::reopen:
      if (approach(task_.width, seconds)) finish(GripperStatus::kUnsuccessful);
      return;
  }
}

}  // namespace forager::fci
