#pragma once
#include "learn/learner.h"

namespace forager {

// Conservative Q-learning: SAC whose critics are kept low where the dataset has no actions.
LearnerEntry cqlLearner();

}  // namespace forager
