#pragma once
#include "learn/learner.h"

namespace forager {

// Twin delayed deep deterministic policy gradient, trained from a fixed dataset.
LearnerEntry td3Learner();

struct Td3Settings {
  double batch, hidden1, hidden2, learningRate, discount, targetRate;
  double smoothing, smoothingClip, policyDelay, lateStart;
  double separateBatches, withoutReplacement, sharedNoise, onlineTargetActor, endsTerminal, meanReward;
  double normalise, actingNoise;
  double valueWeight;  // alpha of TD3+BC; 0 leaves the actor loss of TD3
};

// TD3 for a relative with settings of its own; `values` are what the settings look like in a checkpoint.
std::unique_ptr<Learner> makeTd3(const Replay& replay, const LearnerOptions& options, const Td3Settings& settings,
                                 std::vector<double> values);

}  // namespace forager
