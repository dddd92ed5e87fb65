// Policy optimisation through learned models. The exploration method SSE (explore/sse.cc) back-propagates the
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

#include "learn/batch.h"
#include "learn/model_advance.h"
#include "learn/model_losses.h"
#include "learn/reach_rollout.h"
#include "learn/rollout_learner.h"
#include "nn/ops.h"

namespace forager {

namespace {

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

class Rollout final : public RolloutLearner {
 public:
  Rollout(const Replay& replay, const LearnerOptions& options, const RolloutSettings& settings)
      : RolloutLearner(replay, options, settings) {
    makeNetworks();
    makeTraining();
    measureChanges();
    recordModelUpdate();
    recordPolicyUpdate();
    schedule();
  }

  PolicyParts policy() const override {
    std::vector<LayerValues> layers = actor_->values();
    normalisation_.foldInto(layers.front(), 0, replay_.observationSize());
    return {{{"actor", std::move(layers)}}, {}};
  }

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
      batches[k] = recordDraw(tape, replay_, static_cast<int>(settings_.batch), *sampling_,
                              {false, true, normalisation_.shift, normalisation_.scale});
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
      state = recordAdvance(tape, state, {f1, f2}, leader_, change_);
    }
    recordPolicyStep(*actor_, costs, actions);
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

  float *change_ = nullptr, *rewardScale_ = nullptr;
  double &hazardLoss_ = loss("hazard"), &rewardLoss_ = loss("reward");
  std::array<Mlp*, 2> models_{};
  Mlp *hazard_ = nullptr, *actor_ = nullptr, *reward_ = nullptr;
  int leader_ = 0;  // 0 or 1
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
