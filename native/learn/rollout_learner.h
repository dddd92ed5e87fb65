#pragma once
#include <vector>

#include "learn/learner.h"
#include "learn/normalisation.h"
#include "learn/rollout_settings.h"

namespace forager {

// What both forms of the roll-out learner share: an update is a step of the models, and once they have learned alone for
// a while, from time to time one of the policy, which is carried through them.
class RolloutLearner : public Learner {
 public:
  void update() final;
  double operationsPerUpdate() const final {
    return modelTape_.operations() + policyTape_.operations() / settings_.policyEvery;
  }
  std::vector<double> settingValues() const final { return valuesOf(rolloutSettingTable(), settings_); }

 protected:
  RolloutLearner(const Replay& replay, const LearnerOptions& options, const RolloutSettings& settings);

  // Optimisers and streams; call when all networks are made and their weights drawn.
  void makeTraining();
  // The end of the policy's tape: the mean of the costs over steps and roll-outs, its gradient and the policy's step.
  // costs, each [starts, 1], as many as there are; actions [starts, A], one for each step.
  void recordPolicyStep(Mlp& actor, const std::vector<Tensor>& costs, const std::vector<Tensor>& actions);
  // Call when both tapes are recorded.
  void schedule();

  RolloutSettings settings_;
  const Replay& replay_;
  Normalisation normalisation_;
  std::vector<uint32_t> firsts_;  // first transition of each episode
  double &modelLoss_ = loss("model"), &policyLoss_ = loss("actor"), &gradientNorm_ = loss("gradientNorm");
  Adam *modelAdam_ = nullptr, *policyAdam_ = nullptr;
  RandomStream *sampling_ = nullptr, *starting_ = nullptr;
  Tape modelTape_, policyTape_;

 private:
  void policyLoss(const std::vector<Tensor>& costs, const std::vector<Tensor>& actions);
};

}  // namespace forager
