// Policy optimisation through learned models. The exploration method SSE (spec section 4.6) back-propagates the
// disagreement of two forward models through their roll-outs; here the same roll-outs carry the task, and disagreement is
// a cost: what the models know is trusted, what they do not know is avoided. Nothing bootstraps, so nothing diverges.
//
// Draws of one update: model 1 and model 2 a mini-batch each from "batch" (the hazard and the reward learn on the first);
// an update of the policy the start states and the leading model from "start".
// "weights" draws model 1, model 2, hazard, actor and reward. With a reach task: see reach_rollout.cc.
#include "learn/rollout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "learn/batch.h"
#include "learn/model_losses.h"
#include "learn/normalisation.h"
#include "learn/reach_rollout.h"
#include "learn/rollout_settings.h"
#include "nn/ops.h"

namespace forager {

namespace {

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

class Rollout final : public Learner {
 public:
  Rollout(const Replay& replay, const LearnerOptions& options, const RolloutSettings& settings)
      : Learner(options),
        settings_(settings),
        replay_(replay),
        normalisation_(makeNormalisation(saved_, replay, true)),
        modelTape_(scratch_),
        policyTape_(scratch_) {
    makeNetworks();
    measureChanges();
    for (size_t t = 0; t < replay_.size(); ++t)
      if (t == 0 || replay_.episodeEnd(t - 1)) firsts_.push_back(static_cast<uint32_t>(t));
    recordModelUpdate();
    recordPolicyUpdate();
    modelTape_.schedule(team_.size());
    policyTape_.schedule(team_.size());
  }

  void update() override {
    metrics_.actorLoss = metrics_.saturated = std::numeric_limits<double>::quiet_NaN();
    forgetLosses();
    team_.run(modelTape_);
    ++updates_;
    const uint64_t every = static_cast<uint64_t>(settings_.policyEvery);
    if (updates_ > static_cast<uint64_t>(settings_.modelUpdates) && updates_ % every == 0) team_.run(policyTape_);
  }

  PolicyParts policy() const override {
    std::vector<LayerValues> layers = actor_->values();
    normalisation_.foldInto(layers.front(), 0, replay_.observationSize());
    return {{{"actor", std::move(layers)}}, {}};
  }

  double operationsPerUpdate() const override {
    return modelTape_.operations() + policyTape_.operations() / settings_.policyEvery;
  }
  std::vector<double> settingValues() const override { return valuesOf(rolloutSettingTable(), settings_); }

 private:
  void makeNetworks() {
    const int states = replay_.observationSize(), actions = replay_.actionSize();
    const int m1 = static_cast<int>(settings_.modelHidden1), m2 = static_cast<int>(settings_.modelHidden2);
    models_ = {&network("model1", {states + actions, m1, m2, states}, Activation::linear, true),
               &network("model2", {states + actions, m1, m2, states}, Activation::linear, true)};
    hazard_ = &network("hazard", {states + actions, m1, m2, 1}, Activation::linear, true);
    actor_ = &network("actor",
                      {states, static_cast<int>(settings_.hidden1), static_cast<int>(settings_.hidden2), actions},
                      Activation::tanh, true);
    reward_ = &network("reward", {states + actions, m1, m2, 1}, Activation::linear, true);
    RandomStream& weights = stream("weights");
    for (Mlp* net : {models_[0], models_[1], hazard_, actor_, reward_}) net->initialize(weights);
    const uint64_t decay = static_cast<uint64_t>(settings_.decayUpdates);
    const uint64_t alone = std::min(decay, static_cast<uint64_t>(settings_.modelUpdates));
    modelAdam_ = &optimiser(settings_.modelRate, decay);
    policyAdam_ = &optimiser(settings_.policyRate,
                             decay == 0 ? 0 : 1 + (decay - alone) / static_cast<uint64_t>(settings_.policyEvery));
    sampling_ = &stream("batch");
    starting_ = &stream("start");
  }

  // The size of a step's change per coordinate (in units of the normalised observation), and of the rewards.
  void measureChanges() {
    const int states = replay_.observationSize();
    change_ = saved_.floats(states);
    rewardScale_ = saved_.floats(1);
    std::vector<double> squares(states, 1e-12);
    double rewards = 1e-12;
    const double count = static_cast<double>(std::max<size_t>(1, replay_.size()));
    for (size_t t = 0; t < replay_.size(); ++t) {
      for (int i = 0; i < states; ++i) {
        const double d = double{replay_.nextObservation(t)[i] - replay_.observation(t)[i]} * normalisation_.scale[i];
        squares[i] += d * d / count;
      }
      rewards += double{replay_.reward(t)} * replay_.reward(t) / count;
    }
    for (int i = 0; i < states; ++i) change_[i] = static_cast<float>(std::sqrt(squares[i]));
    *rewardScale_ = static_cast<float>(std::sqrt(rewards));
  }

  // f(s, a) is the change of the normalised observation in units of its usual size.
  void recordModelUpdate() {
    Tape& tape = modelTape_;
    std::array<Batch, 2> batches;
    std::array<Tensor, 2> predicted;
    for (int k = 0; k < 2; ++k) {
      batches[k] = makeBatch(scratch_, static_cast<int>(settings_.batch), replay_.observationSize(), replay_.actionSize());
      recordSample(tape, batches[k], replay_, *sampling_, {false, true, normalisation_.shift, normalisation_.scale});
    }
    const Tensor input = tape.join(batches[0].observation, batches[0].action);
    for (int k = 0; k < 2; ++k)
      predicted[k] = models_[k]->forward(tape, k == 0 ? input : tape.join(batches[1].observation, batches[1].action),
                                         Gradients::weights);
    const Tensor ended = hazard_->forward(tape, input, Gradients::weights);
    const Tensor reward = reward_->forward(tape, input, Gradients::weights);
    recordLoss(tape, {predicted[0], predicted[1], ended}, {&metrics_}, [=, this] {
      modelLoss_ = changeLoss(predicted[0], batches[0], change_) + changeLoss(predicted[1], batches[1], change_);
      hazardLoss_ = endLoss(ended, batches[0].terminal);
      metrics_.criticLoss = modelLoss_;
    });
    recordLoss(tape, {reward}, {&rewardLoss_}, [=, this] { rewardLoss_ = rewardLoss(reward, batches[0].reward); });
    tape.backward();
    recordAdam(tape, *modelAdam_, {models_[0], models_[1], hazard_, reward_});
  }

  double rewardLoss(const Tensor& predicted, const Tensor& reward) const {
    const float per = 1.0f / static_cast<float>(predicted.rows);
    double loss = 0;
    for (int r = 0; r < predicted.rows; ++r) {
      const float error = *predicted.row(r) - *reward.row(r) / *rewardScale_;
      *predicted.gradientRow(r) += 2 * error * per;
      loss += error * error * per;
    }
    return loss;
  }

  // min over π of mean cost, s' = s + change f_m(s, π(s)), over `horizon` steps; m is drawn once per update
  void recordPolicyUpdate() {
    Tape& tape = policyTape_;
    const int horizon = static_cast<int>(settings_.horizon);
    std::vector<Tensor> costs, actions;
    Tensor state = recordStarts();
    for (int t = 0; t < horizon; ++t) {
      const Tensor action = actor_->forward(tape, state, Gradients::weights);
      const Tensor input = tape.join(state, action);
      const Tensor f1 = models_[0]->forward(tape, input, Gradients::input);
      const Tensor f2 = models_[1]->forward(tape, input, Gradients::input);
      const Tensor ended = hazard_->forward(tape, input, Gradients::input);
      costs.push_back(recordDoubts(f1, f2, ended));
      costs.push_back(recordNegative(reward_->forward(tape, input, Gradients::input)));
      actions.push_back(action);
      state = recordStep(state, f1, f2);
    }
    recordLoss(tape, costs, {&metrics_}, [=, this] { policyLoss(costs, actions); });
    tape.backward();
    actor_->recordGradients(tape);
    Mlp::recordNormLimit(tape, {actor_}, static_cast<float>(settings_.gradientNorm), gradientNorm_);
    recordAdam(tape, *policyAdam_, {actor_});
  }

  // Normalised observations to start from, and the model that leads.
  Tensor recordStarts() {
    const int rows = static_cast<int>(settings_.starts), states = replay_.observationSize();
    const int home = static_cast<int>(std::round(rows * settings_.homeShare));
    const Tensor out = makeTensor(scratch_, rows, states);
    policyTape_.add({}, {out.data, starting_}, [=, this] {
      leader_ = static_cast<int>(starting_->below(2));
      for (int r = 0; r < rows; ++r) {
        const size_t t = r < home ? firsts_[starting_->below(static_cast<uint32_t>(firsts_.size()))]
                                  : starting_->below(static_cast<uint32_t>(replay_.size()));
        for (int i = 0; i < states; ++i)
          out.row(r)[i] = (replay_.observation(t)[i] - normalisation_.shift[i]) * normalisation_.scale[i];
      }
    });
    return out;
  }

  Tensor recordStep(const Tensor& state, const Tensor& f1, const Tensor& f2) {
    const int states = state.columns;
    return mapRows(
        policyTape_, {state, f1, f2}, states,
        [=, this](const float* const* in, float* out) {
          for (int i = 0; i < states; ++i) out[i] = in[0][i] + change_[i] * in[1 + leader_][i];
        },
        [=, this](const float* const*, const float*, const float* outGradient, float* const* inGradient) {
          for (int i = 0; i < states; ++i) {
            if (inGradient[0] != nullptr) inGradient[0][i] += outGradient[i];
            inGradient[1 + leader_][i] += change_[i] * outGradient[i];
          }
        });
  }

  // What the models do not agree on, and the chance that the episode ends here.
  Tensor recordDoubts(const Tensor& f1, const Tensor& f2, const Tensor& ended) {
    const int states = f1.columns;
    const float doubt = static_cast<float>(settings_.disagreementCost / states);
    const float hazard = static_cast<float>(settings_.hazardCost);
    return mapRows(
        policyTape_, {f1, f2, ended}, 1,
        [=](const float* const* in, float* out) {
          float squares = 0;
          for (int i = 0; i < states; ++i) squares += (in[0][i] - in[1][i]) * (in[0][i] - in[1][i]);
          *out = doubt * squares + hazard * sigmoid(*in[2]);
        },
        [=](const float* const* in, const float*, const float* outGradient, float* const* inGradient) {
          for (int i = 0; i < states; ++i) {
            const float slope = *outGradient * 2 * doubt * (in[0][i] - in[1][i]);
            inGradient[0][i] += slope;
            inGradient[1][i] -= slope;
          }
          const float p = sigmoid(*in[2]);
          *inGradient[2] += *outGradient * hazard * p * (1 - p);
        });
  }

  Tensor recordNegative(const Tensor& reward) {
    return mapRows(
        policyTape_, {reward}, 1, [](const float* const* in, float* out) { *out = -*in[0]; },
        [](const float* const*, const float*, const float* outGradient, float* const* inGradient) {
          *inGradient[0] -= *outGradient;
        });
  }

  void policyLoss(const std::vector<Tensor>& costs, const std::vector<Tensor>& actions) {
    const double steps = static_cast<double>(actions.size()), rows = actions.front().rows;
    double sum = 0, beyond = 0;
    for (const Tensor& cost : costs)
      for (int r = 0; r < cost.rows; ++r) {
        *cost.gradientRow(r) += static_cast<float>(1 / (rows * steps));
        sum += *cost.row(r);
      }
    for (const Tensor& action : actions)
      for (int r = 0; r < action.rows; ++r)
        for (int c = 0; c < action.columns; ++c) beyond += std::abs(action.row(r)[c]) > 0.99f;
    metrics_.actorLoss = policyLoss_ = sum / (rows * steps);
    metrics_.meanQ = -policyLoss_;
    metrics_.saturated = beyond / (rows * steps * actions.front().columns);
  }

  RolloutSettings settings_;
  const Replay& replay_;
  Normalisation normalisation_;
  float *change_ = nullptr, *rewardScale_ = nullptr;
  double &modelLoss_ = loss("model"), &hazardLoss_ = loss("hazard"), &rewardLoss_ = loss("reward"),
         &policyLoss_ = loss("actor"), &gradientNorm_ = loss("gradientNorm");
  std::array<Mlp*, 2> models_{};
  Mlp *hazard_ = nullptr, *actor_ = nullptr, *reward_ = nullptr;
  Adam *modelAdam_ = nullptr, *policyAdam_ = nullptr;
  RandomStream *sampling_ = nullptr, *starting_ = nullptr;
  std::vector<uint32_t> firsts_;  // first transition of each episode
  int leader_ = 0;                // 0 or 1
  Tape modelTape_, policyTape_;
};

}  // namespace

LearnerEntry rolloutLearner() {
  return {{"rollout", "Model roll-out", "A policy that is trained inside models of the world learned from the dataset.",
           true, settingsOf(rolloutSettingTable())},
          [](const Replay& replay, const LearnerOptions& options) -> std::unique_ptr<Learner> {
            const RolloutSettings settings = resolveSettings(rolloutSettingTable(), options.mode, options.settings);
            if (options.reach) return makeReachRollout(replay, options, settings);
            return std::make_unique<Rollout>(replay, options, settings);
          }};
}

}  // namespace forager
