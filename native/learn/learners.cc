#include "learn/learner.h"
#include "learn/td3.h"

namespace forager {

const std::vector<LearnerEntry>& learners() {
  static const std::vector<LearnerEntry> entries{td3Learner()};
  return entries;
}

}  // namespace forager
