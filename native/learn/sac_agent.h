#pragma once
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "learn/batch.h"
#include "learn/gaussian_actor.h"
#include "learn/learner.h"
#include "learn/normalisation.h"
#include "learn/temperature.h"

namespace forager {

struct SacSettings {
  double batch, hidden1, hidden2, learningRate, discount, targetRate;
  double rewardScale, entropyWeight, learnedAlpha, valueNetwork, minimumInActor;
  double separateDeviation, meanEntropy, meanReward, separateBatches, withoutReplacement, endsTerminal;
  double uniformWeights, normalise;
};

// Recorded right after a mini-batch whose rewards count was drawn: may rewrite what was drawn, above all the rewards.
using BatchStep = std::function<void(Tape&, const Batch&)>;

// Soft actor-critic, trained from a replay that may grow between updates. A learner when the replay is a dataset;
// inside an explorer, its rewards are the explorer's and an ActingPolicy acts with its actor.
class SacAgent final : public Learner {
 public:
  // `values` are what the settings look like in a checkpoint. Normalisation needs a replay that is filled already; the
  // rest takes an empty one, as long as it is filled before the first update.
  SacAgent(const Replay& replay, const LearnerOptions& options, const SacSettings& settings,
           std::vector<double> values, BatchStep afterDraw = {});

  void update() override;
  PolicyParts policy() const override;
  double operationsPerUpdate() const override { return tape_.operations(); }
  std::vector<double> settingValues() const override { return values_; }

  const GaussianActor& actor() const { return *actor_; }

 private:
  // a ~ π(s), log π(a|s), and Q1, Q2 of (s, a)
  struct Proposal {
    Tensor mean;
    SquashedSample sample;
    std::array<Tensor, 2> q;
  };

  void makeNetworks();
  void record();
  Batch draw(bool rewarded);
  Proposal propose(const Batch& batch, Gradients gradients);
  void recordValueLoss();
  void valueLoss(const Tensor& v, const Proposal& proposal);
  void recordCriticLoss();
  Tensor recordTarget(const Batch& batch);
  void recordActorLoss();
  void actorLoss(const Proposal& proposal);

  SacSettings settings_;
  std::vector<double> values_;
  const Replay& replay_;
  BatchStep afterDraw_;
  Normalisation normalisation_;
  Mlp *value_ = nullptr, *targetValue_ = nullptr;
  std::array<Mlp*, 2> critics_{}, targetCritics_{};
  std::optional<GaussianActor> actor_;
  std::optional<Temperature> temperature_;
  Adam* adam_;
  RandomStream *sampling_, *action_, *goals_;
  double *valueLoss_ = nullptr, *criticLoss_, *actorLoss_;

  Tape tape_;
  std::optional<Batch> batch_;        // of the whole update, unless each loss draws its own
  std::optional<Proposal> proposal_;  // likewise
};

}  // namespace forager
