// IQL: Kostrikov, Nair, Levine, "Offline reinforcement learning with implicit Q-learning", ICLR 2022,
// https://arxiv.org/abs/2110.06169, algorithm 1. Sources named below: [O] the authors' release, its settings for
// locomotion; [CORL] the port in the CORL library. The exploration paper has no IQL: `published` and `paper` are [O].
//
// Draws of one update: one mini-batch from the stream "batch". "weights" draws value, actor, critic 1, critic 2.
#include "learn/iql.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "learn/batch.h"
#include "learn/critic_loss.h"
#include "learn/normalisation.h"
#include "learn/saturation.h"
#include "nn/ops.h"

namespace forager {

namespace {

struct IqlSettings {
  double batch, hidden1, hidden2, learningRate, horizon, discount, targetRate;
  double expectile, temperature, weightClip, scaleRewards, normalise;
};

const std::vector<SettingOf<IqlSettings>>& settingTable() {
  using S = IqlSettings;
  static const std::vector<SettingOf<S>> table{
      {&S::expectile,
       {"expectile", "Expectile", "",
        "Which expectile of Q over the actions of the dataset the value is; 0.5 is their mean, 1 their maximum.",
        "paper, section 5.1: 0.7", 0.01, 0.999, false, {0.7, 0.7, 0.7}}},
      {&S::temperature,
       {"temperature", "Inverse temperature", "",
        "How much more the actor imitates actions of a larger advantage; 0 imitates all alike.",
        "paper, section 5.1: 3", 0, 1000, false, {3, 3, 3}}},
      {&S::weightClip,
       {"weightClip", "Weight clip", "",
        "Largest weight of one action in the actor's loss.",
        "[O] 100", 1, 1e6, false, {100, 100, 100}}},
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch.",
        "[O] 256", 1, 65536, true, {256, 256, 256}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of every network.",
        "[O] 256", 1, 4096, true, {256, 256, 256}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of the second hidden layer of every network.",
        "[O] 256", 1, 4096, true, {256, 256, 256}}},
      {&S::learningRate,
       {"learningRate", "Learning rate", "",
        "Step size of Adam for every network, of the actor at the beginning.",
        "[O] 3e-4", 0, 1, false, {3e-4, 3e-4, 3e-4}}},
      {&S::horizon,
       {"horizon", "Learning rate horizon", "updates",
        "The actor's learning rate falls to 0 over so many updates along half a cosine; 0 keeps it.",
        "[O] the length of the run, which is 300,000 updates in the exploration paper", 0, 1e9, true,
        {300000, 300000, 300000}}},
      {&S::discount,
       {"discount", "Discount", "",
        "Weight of the value one step later.",
        "[O] 0.99", 0, 1, false, {0.99, 0.99, 0.99}}},
      {&S::targetRate,
       {"targetRate", "Target rate", "",
        "How far the target critics move towards the online ones.",
        "[O] 0.005", 0, 1, false, {0.005, 0.005, 0.005}}},
      {&S::scaleRewards,
       {"scaleRewards", "Scale rewards", "switch",
        "Rewards times 1000 over the difference of the largest and the smallest episode return. Left alone when that "
        "difference is below a hundredth of the largest |return|, as in much exploratory data. Not for any point, where "
        "episodes have no return.",
        "[O] on for its expert data, [CORL] off", 0, 1, true, {0, 0, 0}}},
      {&S::normalise,
       {"normalise", "Normalise observations", "switch",
        "Observations minus their mean, over their standard deviation + 1e-3.",
        "[O] off, [CORL] on", 0, 1, true, {0, 0, 1}}},
  };
  return table;
}

// What [O] multiplies rewards by: 1000 / (largest − smallest return), 1 where the returns are too alike to tell.
float rewardScale(const Replay& replay) {
  double smallest = INFINITY, largest = -INFINITY, episode = 0;
  for (size_t t = 0; t < replay.size(); ++t) {
    episode += replay.reward(t);
    if (!replay.episodeEnd(t)) continue;
    smallest = std::min(smallest, episode);
    largest = std::max(largest, episode);
    episode = 0;
  }
  const double range = largest - smallest;
  const bool told = range > 0 && range >= 0.01 * std::max(std::abs(largest), std::abs(smallest));
  return told ? static_cast<float>(1000 / range) : 1;
}

class Iql final : public Learner {
 public:
  Iql(const Replay& replay, const LearnerOptions& options, const IqlSettings& settings, std::vector<double> values)
      : Learner(options),
        settings_(settings),
        values_(std::move(values)),
        replay_(replay),
        normalisation_(makeNormalisation(saved_, replay, settings.normalise != 0)),
        rewardScale_(saved_.floats(1)),
        tape_(scratch_) {
    refuseUnscalable(options);
    *rewardScale_ = settings_.scaleRewards != 0 ? rewardScale(replay) : 1;
    makeNetworks();
    goals_ = goalStream(options);
    recordBatch();
    recordValueUpdate();
    recordActorUpdate();
    recordCriticUpdate();
    recordTargetUpdate();
    tape_.schedule(team_.size());
  }

  void update() override {
    team_.run(tape_);
    ++updates_;
  }

  // The mean of the actor's Gaussian, which [O] acts by.
  PolicyParts policy() const override {
    std::vector<LayerValues> actor = actor_->values();
    normalisation_.foldInto(actor.front(), 0, replay_.observationSize());
    return {{{"actor", std::move(actor)}}, std::nullopt};
  }

  double operationsPerUpdate() const override { return tape_.operations(); }
  std::vector<double> settingValues() const override { return values_; }

 private:
  void refuseUnscalable(const LearnerOptions& options) const {
    if (settings_.scaleRewards != 0 && options.reach && !options.reach->goal)
      throw std::invalid_argument(
          "\"Scale rewards\" goes by the returns of the dataset's episodes, which have none without a goal.");
  }

  void makeNetworks() {
    const int states = replay_.observationSize(), actions = replay_.actionSize();
    const int h1 = static_cast<int>(settings_.hidden1), h2 = static_cast<int>(settings_.hidden2);
    const std::vector<int> criticSizes{states + actions, h1, h2, 1};
    value_ = &network("value", {states, h1, h2, 1}, Activation::linear, true);
    actor_ = &network("actor", {states, h1, h2, actions}, Activation::tanh, true);
    logDeviation_ = &parameters("logDeviation", actions, 0);
    critics_ = {&network("critic1", criticSizes, Activation::linear, true),
                &network("critic2", criticSizes, Activation::linear, true)};
    targetCritics_ = {&network("targetCritic1", criticSizes, Activation::linear, false),
                      &network("targetCritic2", criticSizes, Activation::linear, false)};
    RandomStream& weights = stream("weights");
    for (Mlp* net : {value_, actor_, critics_[0], critics_[1]})
      net->initializeOrthogonal(weights, std::sqrt(2.0), std::sqrt(2.0));
    for (int k = 0; k < 2; ++k) targetCritics_[k]->copyFrom(*critics_[k]);
    valueAdam_ = &optimiser(settings_.learningRate);
    actorAdam_ = &optimiser(settings_.learningRate, static_cast<uint64_t>(settings_.horizon));
    criticAdam_ = &optimiser(settings_.learningRate);
    sampling_ = &stream("batch");
  }

  // (s, a, r, s', d) from the dataset; a within ±(1 − 1e-5), where [O] keeps its data
  void recordBatch() {
    batch_ = recordDraw(tape_, replay_, static_cast<int>(settings_.batch), *sampling_,
                        {false, false, normalisation_.shift, normalisation_.scale, goals_});
    const Tensor action = batch_.action, reward = batch_.reward;
    tape_.add({}, {action.data, reward.data}, [=, this] {
      constexpr float kLimit = 1 - 1e-5f;
      for (int r = 0; r < action.rows; ++r) {
        for (int c = 0; c < action.columns; ++c) action.row(r)[c] = std::clamp(action.row(r)[c], -kLimit, kLimit);
        *reward.row(r) *= *rewardScale_;
      }
    });
    pair_ = tape_.join(batch_.observation, batch_.action);
    targetQ_ = mapRows(
        tape_,
        {targetCritics_[0]->forward(tape_, pair_, Gradients::none),
         targetCritics_[1]->forward(tape_, pair_, Gradients::none)},
        1, [](const float* const* in, float* out) { *out = std::min(*in[0], *in[1]); }, {});
  }

  // L = mean |τ − 1[u < 0]| u², u = min(Q'1, Q'2)(s, a) − V(s)
  void recordValueUpdate() {
    const Tensor v = value_->forward(tape_, batch_.observation, Gradients::weights);
    recordLoss(tape_, {v, targetQ_}, {&valueLoss_}, [=, this, q = targetQ_] {
      const float expectile = static_cast<float>(settings_.expectile), rows = static_cast<float>(v.rows);
      double sum = 0;
      for (int r = 0; r < v.rows; ++r) {
        const float u = *q.row(r) - *v.row(r), weight = u < 0 ? 1 - expectile : expectile;
        *v.gradientRow(r) -= 2 * weight * u / rows;
        sum += double{weight} * u * u;
      }
      valueLoss_ = sum / v.rows;
    });
    tape_.backward();
    recordAdam(tape_, *valueAdam_, {value_});
  }

  // L = −mean min(exp(β (min(Q'1, Q'2)(s, a) − V(s))), c) log π(a|s), with the V of this update
  void recordActorUpdate() {
    const Tensor v = value_->forward(tape_, batch_.observation, Gradients::none);
    const Tensor mean = actor_->forward(tape_, batch_.observation, Gradients::weights);
    recordLoss(tape_, {mean, logDeviation_->tensor(), targetQ_, v, batch_.action}, {&actorLoss_},
               [=, this] { actorLoss(mean, v); });
    tape_.backward();
    recordAdam(tape_, *actorAdam_, {actor_});
    logDeviation_->recordAdam(tape_, *actorAdam_);
  }

  // log π(a|s) = Σ log N(a; μ(s), σ²), σ = exp(clip(log σ, −5, 2)) the same in every state
  void actorLoss(const Tensor& mean, const Tensor& v) {
    constexpr float kSmallest = -5, kLargest = 2, kHalfLog2Pi = 0.91893853f;
    const float beta = static_cast<float>(settings_.temperature), most = static_cast<float>(settings_.weightClip);
    const Tensor& spread = logDeviation_->tensor();
    double sum = 0;
    for (int r = 0; r < mean.rows; ++r) {
      const float weight = std::min(std::exp(beta * (*targetQ_.row(r) - *v.row(r))), most);
      const float scale = weight / static_cast<float>(mean.rows);
      for (int c = 0; c < mean.columns; ++c) {
        const float x = *(spread.data + c), logSigma = std::clamp(x, kSmallest, kLargest), sigma = std::exp(logSigma);
        const float deviation = (batch_.action.row(r)[c] - mean.row(r)[c]) / sigma;
        mean.gradientRow(r)[c] -= scale * deviation / sigma;
        if (x >= kSmallest && x <= kLargest) spread.gradient[c] -= scale * (deviation * deviation - 1);
        sum += double{scale} * (deviation * deviation / 2 + logSigma + kHalfLog2Pi);
      }
    }
    metrics_.actorLoss = actorLoss_ = sum;
    metrics_.saturated = saturatedShare(mean, kSaturatedAction);
  }

  // L = mean (Q1(s, a) − y)² + mean (Q2(s, a) − y)², y = r + γ (1 − d) V(s') with the V of this update
  void recordCriticUpdate() {
    const float discount = static_cast<float>(settings_.discount);
    const Tensor next = value_->forward(tape_, batch_.nextObservation, Gradients::none);
    const Tensor y = mapRows(
        tape_, {batch_.reward, batch_.terminal, next}, 1,
        [=](const float* const* in, float* out) { *out = *in[0] + discount * (1 - *in[1]) * *in[2]; }, {});
    std::array<Tensor, 2> q;
    for (int k = 0; k < 2; ++k) q[k] = critics_[k]->forward(tape_, pair_, Gradients::weights);
    recordCriticLoss(tape_, q, {y, y}, criticLoss_, metrics_);
    tape_.backward();
    recordAdam(tape_, *criticAdam_, {critics_[0], critics_[1]});
  }

  // θ' ← τ θ + (1 − τ) θ'
  void recordTargetUpdate() {
    for (int k = 0; k < 2; ++k)
      targetCritics_[k]->recordAverage(tape_, *critics_[k], static_cast<float>(settings_.targetRate));
  }

  IqlSettings settings_;
  std::vector<double> values_;
  const Replay& replay_;
  Normalisation normalisation_;
  float* rewardScale_;
  double &valueLoss_ = loss("value"), &actorLoss_ = loss("actor"), &criticLoss_ = loss("critic");
  Mlp *value_, *actor_;
  ParameterVector* logDeviation_;  // log σ, [A]
  std::array<Mlp*, 2> critics_, targetCritics_;
  Adam *valueAdam_, *actorAdam_, *criticAdam_;
  RandomStream *sampling_, *goals_;
  Batch batch_;
  Tensor pair_;     // [s, a]
  Tensor targetQ_;  // min(Q'1, Q'2)(s, a)
  Tape tape_;
};

}  // namespace

LearnerEntry iqlLearner() {
  return {{"iql", "IQL", "Values from actions of the dataset alone, then imitation of the better ones.", true,
           settingsOf(settingTable())},
          [](const Replay& replay, const LearnerOptions& options) {
            const IqlSettings settings = resolveSettings(settingTable(), options.mode, options.settings);
            return std::make_unique<Iql>(replay, options, settings, valuesOf(settingTable(), settings));
          }};
}

}  // namespace forager
