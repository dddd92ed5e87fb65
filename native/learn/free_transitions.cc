#include "learn/free_transitions.h"

#include <stdexcept>

#include "arm/kinematics.h"
#include "arm/self_collision.h"

namespace forager {

namespace {

// The supervisor slows earlier than this by more than one step moves the arm.
constexpr double kJointSpare = 0.1;  // rad
constexpr double kTipSpare = 0.05;   // m
constexpr double kBodySpare = 0.03;  // m, of bodies against each other; the arm at home stands 146 mm from itself

class FreeSpace {
 public:
  explicit FreeSpace(const ArmModel& arm) : arm_(arm), kinematics_(arm), bodies_(arm) {}

  bool contains(const float* angles) const {
    const SupervisorLimits& limits = arm_.supervisor;
    JointVector q;
    for (int j = 0; j < kJoints; ++j) {
      const double margin = limits.jointMarginSlow + kJointSpare;
      q[j] = double{angles[j]};
      if (q[j] < arm_.qMin[j] + margin || q[j] > arm_.qMax[j] - margin) return false;
    }
    Frames frames;
    kinematics_.frames(q, frames);
    for (int i = 0; i < 3; ++i) {
      const double margin = limits.boxSlow + kTipSpare;
      if (frames.tool[i] < limits.boxMin[i] + margin || frames.tool[i] > limits.boxMax[i] - margin) return false;
    }
    const double apart = limits.collisionSlow + kBodySpare;
    return bodies_.nearestApart(frames, apart).distance >= apart &&
           bodies_.nearestClose(frames).distance >= limits.closePairSlow &&
           bodies_.floor(frames).distance >= limits.floorSlow + kTipSpare;
  }

 private:
  const ArmModel& arm_;
  Kinematics kinematics_;
  SelfCollision bodies_;
};

}  // namespace

FreeTransitions freeTransitions(const Replay& replay, const ArmModel& arm) {
  constexpr size_t kFirstSteps = 4;
  const FreeSpace space(arm);
  FreeTransitions out;
  size_t step = 0;
  for (size_t t = 0; t < replay.size(); ++t, ++step) {
    if (t > 0 && replay.episodeEnd(t - 1)) step = 0;
    if (replay.episodeEnd(t) || !space.contains(replay.observation(t))) continue;
    out.all.push_back(static_cast<uint32_t>(t));
    if (step < kFirstSteps) out.first.push_back(static_cast<uint32_t>(t));
  }
  if (out.all.empty())
    throw std::invalid_argument(
        "In every transition of the dataset the arm is near a limit, where its safety supervisor slows it. How its "
        "joints follow their commands cannot be learned from that.");
  if (out.first.empty()) out.first = out.all;
  return out;
}

}  // namespace forager
