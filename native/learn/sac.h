#pragma once
#include "learn/learner.h"

namespace forager {

// Soft actor-critic, trained from a fixed dataset.
LearnerEntry sacLearner();

}  // namespace forager
