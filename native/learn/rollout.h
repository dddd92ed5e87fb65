#pragma once
#include "learn/learner.h"

namespace forager {

// A policy trained by back-propagation through learned models of the world.
LearnerEntry rolloutLearner();

}  // namespace forager
