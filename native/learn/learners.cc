#include "learn/learner.h"
#include "learn/td3.h"
#include "learn/td3_bc.h"

namespace forager {

const std::vector<LearnerEntry>& learners() {
  static const std::vector<LearnerEntry> entries{td3Learner(), td3BcLearner()};
  return entries;
}

}  // namespace forager
