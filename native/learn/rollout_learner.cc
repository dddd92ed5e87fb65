#include "learn/rollout_learner.h"

#include <algorithm>
#include <limits>

#include "learn/joint_model.h"
#include "learn/saturation.h"
#include "nn/ops.h"

namespace forager {

RolloutLearner::RolloutLearner(const Replay& replay, const LearnerOptions& options, const RolloutSettings& settings)
    : Learner(options),
      settings_(settings),
      replay_(replay),
      normalisation_(options.reach ? armNormalisation(saved_, options.reach->arm)
                                   : makeNormalisation(saved_, replay, true)),
      modelTape_(scratch_),
      policyTape_(scratch_) {
  for (size_t t = 0; t < replay_.size(); ++t)
    if (t == 0 || replay_.episodeEnd(t - 1)) firsts_.push_back(static_cast<uint32_t>(t));
}

void RolloutLearner::makeTraining() {
  const uint64_t decay = static_cast<uint64_t>(settings_.decayUpdates);
  const uint64_t alone = std::min(decay, static_cast<uint64_t>(settings_.modelUpdates));
  modelAdam_ = &optimiser(settings_.modelRate, decay);
  policyAdam_ = &optimiser(settings_.policyRate,
                           decay == 0 ? 0 : 1 + (decay - alone) / static_cast<uint64_t>(settings_.policyEvery));
  sampling_ = &stream("batch");
  starting_ = &stream("start");
}

void RolloutLearner::update() {
  metrics_.actorLoss = metrics_.saturated = std::numeric_limits<double>::quiet_NaN();
  forgetLosses();
  team_.run(modelTape_);
  ++updates_;
  const uint64_t every = static_cast<uint64_t>(settings_.policyEvery);
  if (updates_ > static_cast<uint64_t>(settings_.modelUpdates) && updates_ % every == 0) team_.run(policyTape_);
}

// π ← π − Adam(∇ L), ∇ L shortened to the largest norm that is allowed
void RolloutLearner::recordPolicyStep(Mlp& actor, const std::vector<Tensor>& costs,
                                      const std::vector<Tensor>& actions) {
  recordLoss(policyTape_, costs, {&metrics_}, [=, this] { policyLoss(costs, actions); });
  policyTape_.backward();
  actor.recordGradients(policyTape_);
  Mlp::recordNormLimit(policyTape_, {&actor}, static_cast<float>(settings_.gradientNorm), gradientNorm_);
  recordAdam(policyTape_, *policyAdam_, {&actor});
}

void RolloutLearner::policyLoss(const std::vector<Tensor>& costs, const std::vector<Tensor>& actions) {
  const double share = 1.0 / (static_cast<double>(actions.size()) * actions.front().rows);
  double sum = 0, saturated = 0;
  for (const Tensor& cost : costs)
    for (int r = 0; r < cost.rows; ++r) {
      *cost.gradientRow(r) += static_cast<float>(share);
      sum += *cost.row(r);
    }
  for (const Tensor& action : actions) saturated += saturatedShare(action, kSaturatedAction);
  metrics_.actorLoss = policyLoss_ = sum * share;
  metrics_.meanQ = -policyLoss_;
  metrics_.saturated = saturated / static_cast<double>(actions.size());
}

void RolloutLearner::schedule() {
  modelTape_.schedule(team_.size());
  policyTape_.schedule(team_.size());
}

}  // namespace forager
