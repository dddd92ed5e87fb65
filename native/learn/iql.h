#pragma once
#include "learn/learner.h"

namespace forager {

// Implicit Q-learning.
LearnerEntry iqlLearner();

}  // namespace forager
