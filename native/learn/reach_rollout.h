#pragma once
#include <memory>

#include "learn/learner.h"
#include "learn/rollout_settings.h"

namespace forager {

// The roll-out learner for a reach task; options.reach says which. Throws std::invalid_argument when the replay is not
// an arm's, or its arm never moves freely.
std::unique_ptr<Learner> makeReachRollout(const Replay& replay, const LearnerOptions& options,
                                          const RolloutSettings& settings);

}  // namespace forager
