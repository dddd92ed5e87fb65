// TD3: Fujimoto, van Hoof, Meger, "Addressing function approximation error in actor-critic methods", ICML 2018,
// https://arxiv.org/abs/1802.09477, algorithm 1. Sources named below: [C] the exploration paper's released code,
// [O] the TD3 authors' release of 2018-11, [O 2019] the same from 2019-09 on.
#include "learn/td3.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "learn/batch.h"
#include "learn/critic_loss.h"
#include "learn/normalisation.h"
#include "learn/saturation.h"

namespace forager {

namespace {

const std::vector<SettingOf<Td3Settings>>& settingTable() {
  using S = Td3Settings;
  static const std::vector<SettingOf<S>> table{
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch.",
        "[C] and [O] 100, [O 2019] 256", 1, 65536, true, {100, 100, 256}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of every network.",
        "[C] and [O] 400, [O 2019] 256", 1, 4096, true, {400, 400, 256}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of the second hidden layer of every network.",
        "[C] and [O] 300, [O 2019] 256", 1, 4096, true, {300, 300, 256}}},
      {&S::learningRate,
       {"learningRate", "Learning rate", "",
        "Step size of Adam for actor and critics.",
        "[C] and [O] 1e-3, [O 2019] 3e-4", 0, 1, false, {1e-3, 1e-3, 3e-4}}},
      {&S::discount,
       {"discount", "Discount", "",
        "Weight of the value one step later.",
        "TD3 paper, table 3", 0, 1, false, {0.99, 0.99, 0.99}}},
      {&S::targetRate,
       {"targetRate", "Target rate", "",
        "How far the target networks move towards the online ones.",
        "TD3 paper, table 3", 0, 1, false, {0.005, 0.005, 0.005}}},
      {&S::smoothing,
       {"smoothing", "Smoothing noise", "",
        "Standard deviation of the noise on the target action.",
        "[C] 0.1, [O] 0.2", 0, 10, false, {0.1, 0.2, 0.2}}},
      {&S::smoothingClip,
       {"smoothingClip", "Smoothing clip", "",
        "Bound on that noise.",
        "[C] 1, [O] 0.5", 0, 10, false, {1, 0.5, 0.5}}},
      {&S::policyDelay,
       {"policyDelay", "Policy delay", "updates",
        "Critic updates per update of actor and targets.",
        "[C] 1, [O] 2", 1, 1000, true, {1, 2, 2}}},
      {&S::lateStart,
       {"lateStart", "Late first actor update", "switch",
        "The first actor update waits a whole delay; otherwise it is in update 1.",
        "[O 2019] on", 0, 1, true, {0, 0, 1}}},
      {&S::separateBatches,
       {"separateBatches", "Separate batches", "switch",
        "Each critic and the actor draw a mini-batch of their own.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::withoutReplacement,
       {"withoutReplacement", "Distinct transitions", "switch",
        "No transition twice in one mini-batch.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::sharedNoise,
       {"sharedNoise", "One noise vector", "switch",
        "One smoothing noise vector for the whole batch instead of one per transition.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::onlineTargetActor,
       {"onlineTargetActor", "Online actor in the target", "switch",
        "The target action comes from the online actor instead of the target actor.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::endsTerminal,
       {"endsTerminal", "Every end is terminal", "switch",
        "Time limits and cuts count as terminals.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::meanReward,
       {"meanReward", "Mean reward", "switch",
        "With a reach task, rewards and ends are averaged over the mini-batch.",
        "[C], its arm task: on", 0, 1, true, {1, 0, 0}}},
      {&S::actingNoise,
       {"actingNoise", "Acting noise", "",
        "Standard deviation of the noise on the actions of the trained policy, in evaluation too.",
        "[C] 0.1; [O] and [O 2019] act without noise in evaluation", 0, 10, false, {0.1, 0, 0}}},
      {&S::normalise,
       {"normalise", "Normalise observations", "switch",
        "Observations minus their mean, over their standard deviation + 1e-3.",
        "TD3+BC paper, section 5", 0, 1, true, {0, 0, 1}}},
  };
  return table;
}

class Td3 final : public Learner {
 public:
  Td3(const Replay& replay, const LearnerOptions& options, const Td3Settings& settings, std::vector<double> values)
      : Learner(options),
        settings_(settings),
        values_(std::move(values)),
        replay_(replay),
        averages_(settings.meanReward != 0 && options.reach.has_value()),
        criticTape_(scratch_),
        actorTape_(scratch_) {
    makeNetworks();
    goals_ = goalStream(options);
    normalisation_ = makeNormalisation(saved_, replay_, settings_.normalise != 0);
    const int rows = static_cast<int>(settings_.batch);
    for (Batch& batch : batches_) batch = makeBatch(scratch_, rows, replay_.observationSize(), replay_.actionSize());
    recordCriticUpdate();
    recordActorUpdate();
    criticTape_.schedule(team_.size());
    actorTape_.schedule(team_.size());
  }

  void update() override {
    metrics_.actorLoss = metrics_.saturated = std::numeric_limits<double>::quiet_NaN();
    forgetLosses();
    team_.run(criticTape_);
    const uint64_t delay = static_cast<uint64_t>(settings_.policyDelay), due = settings_.lateStart != 0 ? delay - 1 : 0;
    if (updates_ % delay == due) team_.run(actorTape_);
    ++updates_;
  }

  PolicyParts policy() const override {
    std::vector<LayerValues> actor = actor_->values();
    normalisation_.foldInto(actor.front(), 0, replay_.observationSize());
    PolicyParts parts{{{"actor", std::move(actor)}}, std::nullopt};
    if (settings_.actingNoise > 0) parts.sampler = NoiseSampler{settings_.actingNoise};
    return parts;
  }

  double operationsPerUpdate() const override {
    return criticTape_.operations() + actorTape_.operations() / settings_.policyDelay;
  }

  std::vector<double> settingValues() const override { return values_; }

 private:
  void makeNetworks() {
    const int states = replay_.observationSize(), actions = replay_.actionSize();
    const int h1 = static_cast<int>(settings_.hidden1), h2 = static_cast<int>(settings_.hidden2);
    const std::vector<int> actorSizes{states, h1, h2, actions}, criticSizes{states + actions, h1, h2, 1};
    actor_ = &network("actor", actorSizes, Activation::tanh, true);
    targetActor_ = &network("targetActor", actorSizes, Activation::tanh, false);
    critics_ = {&network("critic1", criticSizes, Activation::linear, true),
                &network("critic2", criticSizes, Activation::linear, true)};
    targetCritics_ = {&network("targetCritic1", criticSizes, Activation::linear, false),
                      &network("targetCritic2", criticSizes, Activation::linear, false)};
    RandomStream& weights = stream("weights");
    for (Mlp* net : {actor_, critics_[0], critics_[1]}) net->initialize(weights);
    targetActor_->copyFrom(*actor_);
    for (int k = 0; k < 2; ++k) targetCritics_[k]->copyFrom(*critics_[k]);
    actorAdam_ = &optimiser(settings_.learningRate);
    criticAdam_ = &optimiser(settings_.learningRate);
    sampling_ = &stream("batch");
    noise_ = &stream("smoothing");
  }

  void sample(Tape& tape, const Batch& batch) {
    recordSample(tape, batch, replay_, *sampling_,
                 {settings_.withoutReplacement != 0, settings_.endsTerminal != 0, normalisation_.shift,
                  normalisation_.scale, goals_});
    if (averages_) recordMeans(tape, batch);
  }

  void recordCriticUpdate() {
    Tape& tape = criticTape_;
    std::array<Tensor, 2> q, target;
    for (int k = 0; k < 2; ++k) {
      // (s, a, r, s', d) from the dataset; in [C] each critic has a batch of its own
      const bool own = k == 0 || settings_.separateBatches != 0;
      const Batch& batch = batches_[own ? k : 0];
      if (own) sample(tape, batch);
      // y = r + γ (1 − d) min(Q'1(s', ã), Q'2(s', ã)), ã = clip(π'(s') + clip(σ ε, ±c), ±1)
      target[k] = own ? recordTarget(tape, batch) : target[0];
      // Q(s, a)
      q[k] = critics_[k]->forward(tape, tape.join(batch.observation, batch.action), Gradients::weights);
    }
    // L = mean (Q1 − y)² + mean (Q2 − y)²
    recordCriticLoss(tape, q, target, criticLoss_, metrics_);
    // θ ← θ − Adam(∇L)
    tape.backward();
    recordAdam(tape, *criticAdam_, {critics_[0], critics_[1]});
  }

  Tensor recordTarget(Tape& tape, const Batch& batch) {
    Mlp* actor = settings_.onlineTargetActor != 0 ? actor_ : targetActor_;
    const Tensor next = actor->forward(tape, batch.nextObservation, Gradients::none);
    const Tensor smoothed = makeTensor(scratch_, next.rows, next.columns);
    tape.add(
        {next.data}, {smoothed.data, noise_},
        [=, this, noise = std::vector<float>(next.rows * next.columns)]() mutable { smooth(next, smoothed, noise); });
    const Tensor input = tape.join(batch.nextObservation, smoothed);
    const Tensor q1 = targetCritics_[0]->forward(tape, input, Gradients::none);
    const Tensor q2 = targetCritics_[1]->forward(tape, input, Gradients::none);
    const Tensor y = makeTensor(scratch_, next.rows, 1);
    const float discount = static_cast<float>(settings_.discount);
    tape.add({q1.data, q2.data, batch.reward.data, batch.terminal.data}, {y.data}, [=] {
      for (int r = 0; r < y.rows; ++r)
        *y.row(r) = *batch.reward.row(r) + discount * (1 - *batch.terminal.row(r)) * std::min(*q1.row(r), *q2.row(r));
    });
    return y;
  }

  // ã = clip(a + clip(σ ε, ±c), ±1)
  void smooth(const Tensor& action, const Tensor& smoothed, std::vector<float>& noise) {
    const float sigma = static_cast<float>(settings_.smoothing), clip = static_cast<float>(settings_.smoothingClip);
    const bool shared = settings_.sharedNoise != 0;
    noise_->normal(noise.data(), shared ? action.columns : noise.size());
    for (int r = 0; r < action.rows; ++r)
      for (int c = 0; c < action.columns; ++c) {
        const float e = noise[(shared ? 0 : r * action.columns) + c];
        smoothed.row(r)[c] = std::clamp(action.row(r)[c] + std::clamp(sigma * e, -clip, clip), -1.0f, 1.0f);
      }
  }

  void recordActorUpdate() {
    Tape& tape = actorTape_;
    const Batch& batch = batches_[settings_.separateBatches != 0 ? 2 : 0];
    if (settings_.separateBatches != 0) sample(tape, batch);
    // ∇ of −mean Q1(s, π(s)) with respect to π
    const Tensor action = actor_->forward(tape, batch.observation, Gradients::weights);
    const Tensor q = critics_[0]->forward(tape, tape.join(batch.observation, action), Gradients::input);
    const bool imitates = settings_.valueWeight > 0;
    if (imitates) tape.firstGradient(action.gradient);  // the loss writes its own part, the critic's is added to it
    tape.add({q.data, action.data, batch.action.data}, {q.gradient, action.gradient, &metrics_}, [=, this] {
      const double imitation = imitates ? imitationLoss(action, batch.action) : 0;
      actorLoss(q, action, imitation);
    });
    tape.backward();
    recordAdam(tape, *actorAdam_, {actor_});
    // θ' ← τ θ + (1 − τ) θ'
    const float rate = static_cast<float>(settings_.targetRate);
    targetActor_->recordAverage(tape, *actor_, rate);
    for (int k = 0; k < 2; ++k) targetCritics_[k]->recordAverage(tape, *critics_[k], rate);
  }

  // mean (π(s) − a)² over batch and coordinates, of Fujimoto and Gu 2021, equation 3
  static double imitationLoss(const Tensor& action, const Tensor& data) {
    double loss = 0;
    const double count = static_cast<double>(action.rows) * action.columns;
    for (int r = 0; r < action.rows; ++r)
      for (int c = 0; c < action.columns; ++c) {
        const double error = double{action.row(r)[c]} - data.row(r)[c];
        action.gradientRow(r)[c] = static_cast<float>(2 * error / count);
        loss += error * error / count;
      }
    return loss;
  }

  // −λ mean Q + imitation; λ = 1 in TD3, α / mean |Q| with imitation (its equation 5)
  void actorLoss(const Tensor& q, const Tensor& action, double imitation) {
    double sum = 0, magnitude = 0;
    for (int r = 0; r < q.rows; ++r) {
      sum += *q.row(r);
      magnitude += std::abs(double{*q.row(r)});
    }
    const double weight = settings_.valueWeight > 0 ? settings_.valueWeight * q.rows / magnitude : 1;
    for (int r = 0; r < q.rows; ++r) *q.gradientRow(r) = static_cast<float>(-weight / q.rows);
    metrics_.actorLoss = actorLoss_ = imitation - weight * sum / q.rows;
    metrics_.saturated = saturatedShare(action, kSaturatedAction);
  }

  Td3Settings settings_;
  std::vector<double> values_;
  const Replay& replay_;
  const bool averages_;  // the target is mean r + γ (1 − mean d) Q': in [C] the arm's rewards and ends are broadcast
  double &criticLoss_ = loss("critic"), &actorLoss_ = loss("actor");
  Mlp *actor_, *targetActor_;
  std::array<Mlp*, 2> critics_, targetCritics_;
  Adam *actorAdam_, *criticAdam_;
  RandomStream *sampling_, *noise_, *goals_;
  Normalisation normalisation_{};
  std::array<Batch, 3> batches_;  // critic 1 (or all), critic 2, actor
  Tape criticTape_, actorTape_;
};

}  // namespace

std::unique_ptr<Learner> makeTd3(const Replay& replay, const LearnerOptions& options, const Td3Settings& settings,
                                 std::vector<double> values) {
  return std::make_unique<Td3>(replay, options, settings, std::move(values));
}

LearnerEntry td3Learner() {
  return {{"td3", "TD3", "Twin critics, smoothed targets and a delayed deterministic actor.", true,
           settingsOf(settingTable())},
          [](const Replay& replay, const LearnerOptions& options) {
            const Td3Settings settings = resolveSettings(settingTable(), options.mode, options.settings);
            return makeTd3(replay, options, settings, valuesOf(settingTable(), settings));
          }};
}

}  // namespace forager
