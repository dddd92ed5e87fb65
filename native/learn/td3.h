#pragma once
#include "learn/learner.h"

namespace forager {

// Twin delayed deep deterministic policy gradient, trained from a fixed dataset.
LearnerEntry td3Learner();

}  // namespace forager
