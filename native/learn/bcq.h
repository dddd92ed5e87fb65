#pragma once
#include "learn/learner.h"

namespace forager {

// Batch-constrained deep Q-learning.
LearnerEntry bcqLearner();

}  // namespace forager
