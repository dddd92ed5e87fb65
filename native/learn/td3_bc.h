#pragma once
#include "learn/learner.h"

namespace forager {

// TD3 with an actor that also imitates the dataset.
LearnerEntry td3BcLearner();

}  // namespace forager
