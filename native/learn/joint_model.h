#pragma once
#include <cstdint>
#include <vector>

#include "arm/arm_types.h"
#include "learn/normalisation.h"
#include "learn/replay.h"
#include "nn/random.h"
#include "nn/tape.h"

namespace forager {

// The state of an arm as its datasets have it: 7 joint angles, rad, then 7 velocities, rad/s.
constexpr int kArmStates = 2 * kJoints;
JointVector anglesOf(const float* state);

// What a policy observes of an arm, for any dataset the same: values that fill their limits evenly have a deviation of 1,
// home at rest is 0. The deviations of a dataset in which the arm moves little would make every policy sensitive, and
// one that answers small motions with large commands swings.
Normalisation armNormalisation(Arena& saved, const ArmModel& arm);

// How one joint answers a command, the same for all seven: f(2 dq, a) = (Δq / 0.01 rad, Δdq / 0.02 rad/s) in one step of
// 50 ms. dq in rad/s is within ±0.5, so that all numbers are about 1. Row r of an arm is rows 7 r .. 7 r + 6 of f.

constexpr float kVelocityScale = 2;  // s/rad; the action that keeps the velocity dq is kVelocityScale dq

struct JointSamples {
  Tensor input;   // [7 transitions, 2]
  Tensor change;  // [7 transitions, 2], what f should say
};

// Records the drawing of transitions: so many from each list, which must not be empty.
struct JointDraw {
  const std::vector<uint32_t>& from;
  int transitions;
};
JointSamples recordJointSamples(Tape& tape, const Replay& replay, RandomStream& random,
                                const std::vector<JointDraw>& draws);

// Records the input of f, [7 rows, 2], for the state [rows, 14] and action [rows, 7] of arms. Gradients flow to the
// action, and to the state when that wants one.
Tensor recordJointInputs(Tape& tape, const Tensor& state, const Tensor& action);

// Records x' = x + change, [rows, 14]; `change` [7 rows, 2] is what f says.
Tensor recordJointAdvance(Tape& tape, const Tensor& state, const Tensor& change);

}  // namespace forager
