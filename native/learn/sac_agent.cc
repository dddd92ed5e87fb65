// SAC: Haarnoja, Zhou, Abbeel, Levine, "Soft actor-critic: off-policy maximum entropy deep reinforcement learning with
// a stochastic actor", ICML 2018, https://arxiv.org/abs/1801.01290, algorithm 1; without a value network and with a
// learned temperature: Haarnoja et al., "Soft actor-critic algorithms and applications", 2018,
// https://arxiv.org/abs/1812.05905, algorithm 1. [C] is the exploration paper's released code.
//
// Every loss sees the weights from before the update; then all networks step, then the targets move.
//
// Draws of one update, from the streams "batch" and "action" ([batch, A] normal numbers each):
//   [C]:                value: batch, action; critic 1: batch; critic 2: batch; actor: batch, action
//   value network:      batch; action for a ~ π(s), shared by value and actor
//   no value network:   batch; action for a' ~ π(s'); action for a ~ π(s)
// "weights" draws actor, deviation, value, critic 1, critic 2.
#include "learn/sac_agent.h"

#include <algorithm>
#include <cmath>

#include "learn/critic_loss.h"
#include "learn/saturation.h"
#include "nn/ops.h"

namespace forager {

SacAgent::SacAgent(const Replay& replay, const LearnerOptions& options, const SacSettings& settings,
                   std::vector<double> values, BatchStep afterDraw)
    : Learner(options),
      settings_(settings),
      values_(std::move(values)),
      replay_(replay),
      afterDraw_(std::move(afterDraw)),
      normalisation_(makeNormalisation(saved_, replay, settings.normalise != 0)),
      tape_(scratch_) {
  makeNetworks();
  goals_ = goalStream(options);
  record();
  tape_.schedule(team_.size());
}

void SacAgent::makeNetworks() {
  const int states = replay_.observationSize(), actions = replay_.actionSize();
  const int h1 = static_cast<int>(settings_.hidden1), h2 = static_cast<int>(settings_.hidden2);
  const bool separate = settings_.separateDeviation != 0;
  const std::vector<int> valueSizes{states, h1, h2, 1}, criticSizes{states + actions, h1, h2, 1};
  RandomStream& weights = stream("weights");
  const auto learning = [&](const char* name, const std::vector<int>& sizes) {
    Mlp& made = network(name, sizes, Activation::linear, true);
    if (settings_.uniformWeights != 0)
      made.initialize(weights);
    else
      made.initializeXavier(weights, 1, 1);
    return &made;
  };
  const auto following = [&](const char* name, const std::vector<int>& sizes, const Mlp& source) {
    Mlp& made = network(name, sizes, Activation::linear, false);
    made.copyFrom(source);
    return &made;
  };

  Mlp* mean = learning("actor", {states, h1, h2, separate ? actions : 2 * actions});
  Mlp* deviation = separate ? learning("deviation", {states, h1, h2, actions}) : nullptr;
  SquashedGaussian rule;
  if (separate) {  // of [C]: σ = relu(x) + 1e-5, and 1e-5 inside the logarithm of the squash
    rule.spread = SquashedGaussian::Spread::rectified;
    rule.low = rule.epsilon = 1e-5f;
  }
  if (settings_.meanEntropy != 0) rule.densityWeight = 1 / static_cast<float>(actions);
  actor_.emplace(rule, *mean, deviation, actions);

  if (settings_.valueNetwork != 0) {
    value_ = learning("value", valueSizes);
    targetValue_ = following("targetValue", valueSizes, *value_);
    valueLoss_ = &loss("value");
  }
  critics_ = {learning("critic1", criticSizes), learning("critic2", criticSizes)};
  if (value_ == nullptr)
    targetCritics_ = {following("targetCritic1", criticSizes, *critics_[0]),
                      following("targetCritic2", criticSizes, *critics_[1])};
  criticLoss_ = &loss("critic");
  actorLoss_ = &loss("actor");
  if (settings_.learnedAlpha != 0)
    temperature_.emplace(parameters("logAlpha", 1, static_cast<float>(std::log(settings_.entropyWeight))));
  else
    temperature_.emplace(scratch_, settings_.entropyWeight);
  adam_ = &optimiser(settings_.learningRate);
  sampling_ = &stream("batch");
  action_ = &stream("action");
}

void SacAgent::record() {
  if (value_ != nullptr) recordValueLoss();
  recordCriticLoss();
  recordActorLoss();
  if (temperature_->learns())
    temperature_->recordLoss(tape_, proposal_->sample.logProbability, -static_cast<float>(replay_.actionSize()),
                             loss("logAlpha"));
  // θ ← θ − Adam(∇L) of every network
  tape_.backward();
  recordAdam(tape_, *adam_, {critics_[0], critics_[1]});
  actor_->recordAdam(tape_, *adam_);
  temperature_->recordAdam(tape_, *adam_);
  // θ' ← τ θ + (1 − τ) θ'
  const float rate = static_cast<float>(settings_.targetRate);
  if (value_ != nullptr) {
    value_->recordAdam(tape_, *adam_);
    targetValue_->recordAverage(tape_, *value_, rate);
  } else {
    for (int k = 0; k < 2; ++k) targetCritics_[k]->recordAverage(tape_, *critics_[k], rate);
  }
}

void SacAgent::update() {
  team_.run(tape_);
  ++updates_;
}

// (s, a, r, s', d): one mini-batch for everything, in [C] one for each loss, of which only the critics' look at r
Batch SacAgent::draw(bool rewarded) {
  if (batch_ && settings_.separateBatches == 0) return *batch_;
  batch_ = recordDraw(tape_, replay_, static_cast<int>(settings_.batch), *sampling_,
                      {settings_.withoutReplacement != 0, settings_.endsTerminal != 0, normalisation_.shift,
                       normalisation_.scale, goals_});
  if (afterDraw_ && (rewarded || settings_.separateBatches == 0)) afterDraw_(tape_, *batch_);
  return *batch_;
}

SacAgent::Proposal SacAgent::propose(const Batch& batch, Gradients gradients) {
  const GaussianActor::Distribution distribution = actor_->forward(tape_, batch.observation, gradients);
  Proposal out{distribution.mean, actor_->sample(tape_, distribution, *action_), {}};
  const Tensor input = tape_.join(batch.observation, out.sample.action);
  for (int k = 0; k < 2; ++k) {
    const bool passes = gradients == Gradients::weights && (k == 0 || settings_.minimumInActor != 0);
    out.q[k] = critics_[k]->forward(tape_, input, passes ? Gradients::input : Gradients::none);
  }
  return out;
}

// L = ½ mean (V(s) − (min(Q1, Q2)(s, a) − α log π(a|s)))², a ~ π(s)
void SacAgent::recordValueLoss() {
  const Batch batch = draw(false);
  const bool own = settings_.separateBatches != 0;
  const Proposal proposal = propose(batch, own ? Gradients::none : Gradients::weights);
  if (!own) proposal_ = proposal;
  const Tensor v = value_->forward(tape_, batch.observation, Gradients::weights);
  recordLoss(tape_,
             {v, constant(proposal.sample.logProbability), constant(proposal.q[0]), constant(proposal.q[1]),
              temperature_->tensor()},
             {valueLoss_}, [=, this] { valueLoss(v, proposal); });
}

void SacAgent::valueLoss(const Tensor& v, const Proposal& proposal) {
  const Tensor& logs = proposal.sample.logProbability;
  const float alpha = temperature_->value(), rows = static_cast<float>(v.rows);
  float mean = 0;  // of log π: in [C] every state gets the entropy of the whole batch
  for (int r = 0; r < v.rows; ++r) mean += *logs.row(r) / rows;
  double squares = 0;
  for (int r = 0; r < v.rows; ++r) {
    const float entropy = -(settings_.meanEntropy != 0 ? mean : *logs.row(r));
    const float error = *v.row(r) - (std::min(*proposal.q[0].row(r), *proposal.q[1].row(r)) + alpha * entropy);
    *v.gradientRow(r) += error / rows;
    squares += double{error} * error;
  }
  *valueLoss_ = squares / (2 * v.rows);
}

// L = ½ mean (Q1(s, a) − y)² + ½ mean (Q2(s, a) − y)²
void SacAgent::recordCriticLoss() {
  std::array<Tensor, 2> q, y;
  for (int k = 0; k < 2; ++k) {
    const Batch batch = draw(true);
    y[k] = k == 0 || settings_.separateBatches != 0 ? recordTarget(batch) : y[0];
    q[k] = critics_[k]->forward(tape_, tape_.join(batch.observation, batch.action), Gradients::weights);
  }
  forager::recordCriticLoss(tape_, q, y, *criticLoss_, metrics_, 0.5f);
}

// y = c r + γ (1 − d) V'(s'), or with min(Q'1, Q'2)(s', a') − α log π(a'|s'), a' ~ π(s'), in the place of V'(s')
Tensor SacAgent::recordTarget(const Batch& batch) {
  std::vector<Tensor> next;  // V', or Q'1, Q'2 and log π
  if (value_ != nullptr) {
    next = {targetValue_->forward(tape_, batch.nextObservation, Gradients::none)};
  } else {
    const SquashedSample sample = actor_->sample(
        tape_, actor_->forward(tape_, batch.nextObservation, Gradients::none), *action_);
    const Tensor input = tape_.join(batch.nextObservation, sample.action);
    for (Mlp* critic : targetCritics_) next.push_back(critic->forward(tape_, input, Gradients::none));
    next.push_back(sample.logProbability);
  }
  const Tensor y = makeTensor(scratch_, batch.reward.rows, 1);
  Tape::Buffers reads{batch.reward.data, batch.terminal.data, temperature_->tensor().data};
  for (const Tensor& tensor : next) reads.push_back(tensor.data);
  tape_.add(std::move(reads), {y.data}, [=, this] {
    const float scale = static_cast<float>(settings_.rewardScale), discount = static_cast<float>(settings_.discount);
    const float alpha = temperature_->value();
    float mean = 0;  // in [C] every transition gets the reward of the whole batch
    for (int r = 0; r < y.rows; ++r) mean += *batch.reward.row(r) / static_cast<float>(y.rows);
    for (int r = 0; r < y.rows; ++r) {
      const float value = value_ != nullptr
                              ? *next[0].row(r)
                              : std::min(*next[0].row(r), *next[1].row(r)) - alpha * *next[2].row(r);
      const float reward = settings_.meanReward != 0 ? mean : *batch.reward.row(r);
      *y.row(r) = scale * reward + discount * (1 - *batch.terminal.row(r)) * value;
    }
  });
  return y;
}

// L = mean (α log π(a|s) − min(Q1, Q2)(s, a)), or with Q1 alone, a ~ π(s)
void SacAgent::recordActorLoss() {
  if (!proposal_) proposal_ = propose(draw(false), Gradients::weights);
  const Proposal proposal = *proposal_;
  recordLoss(tape_,
             {proposal.sample.logProbability, proposal.q[0], proposal.q[1], constant(proposal.mean),
              temperature_->tensor()},
             {actorLoss_}, [=, this] { actorLoss(proposal); });
}

void SacAgent::actorLoss(const Proposal& proposal) {
  const Tensor &logs = proposal.sample.logProbability, &q1 = proposal.q[0], &q2 = proposal.q[1];
  const float alpha = temperature_->value(), share = 1 / static_cast<float>(logs.rows);
  double sum = 0;
  for (int r = 0; r < logs.rows; ++r) {
    const Tensor& q = settings_.minimumInActor != 0 && *q2.row(r) < *q1.row(r) ? q2 : q1;
    *q.gradientRow(r) -= share;
    *logs.gradientRow(r) += alpha * share;
    sum += double{alpha} * *logs.row(r) - *q.row(r);
  }
  metrics_.actorLoss = *actorLoss_ = sum / logs.rows;
  metrics_.saturated = saturatedShare(proposal.mean, kSaturatedMean);
}

PolicyParts SacAgent::policy() const {
  std::vector<LayerValues> mean = actor_->meanPolicy();
  normalisation_.foldInto(mean.front(), 0, replay_.observationSize());
  return {{{"actor", std::move(mean)}}, std::nullopt};
}

}  // namespace forager
