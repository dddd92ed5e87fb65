#include "learn/bcq.h"
#include "learn/cql.h"
#include "learn/iql.h"
#include "learn/learner.h"
#include "learn/rollout.h"
#include "learn/sac.h"
#include "learn/td3.h"
#include "learn/td3_bc.h"

namespace forager {

const std::vector<LearnerEntry>& learners() {
  static const std::vector<LearnerEntry> entries{td3Learner(), bcqLearner(), td3BcLearner(), iqlLearner(),
                                                 sacLearner(),
                                                 cqlLearner(), rolloutLearner()};
  return entries;
}

}  // namespace forager
