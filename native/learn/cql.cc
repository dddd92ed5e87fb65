// CQL(H): Kumar, Zhou, Tucker, Levine, "Conservative Q-learning for offline reinforcement learning", NeurIPS 2020,
// https://arxiv.org/abs/2006.04779, equation 4 on top of SAC. Sources named below: [O] the authors' release, its script
// for D4RL; [CORL] the port in the CORL library; [ExORL] Yarats et al., "Don't change the algorithm, change the data",
// 2022. The exploration paper has no CQL: `published` and `paper` are [O].
//
// Every loss sees the weights from before the update; then all networks step, then the targets move.
//
// Draws of one update: "batch"; then from "action", normal numbers: [batch, A] for a ~ π(s), [batch, A] for a' ~ π(s'),
// [n batch, A] for the penalty's actions at s, [n batch, A] for those at s'; from "uniform": [n batch, A] in [-1, 1).
// The n rows of a transition are neighbours. "weights" draws actor, critic 1, critic 2.
#include "learn/cql.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "learn/batch.h"
#include "learn/cql_settings.h"
#include "learn/gaussian_actor.h"
#include "learn/normalisation.h"
#include "learn/saturation.h"
#include "learn/temperature.h"
#include "nn/ops.h"

namespace forager {

namespace {

class Cql final : public Learner {
 public:
  Cql(const Replay& replay, const LearnerOptions& options, const CqlSettings& settings, std::vector<double> values)
      : Learner(options),
        settings_(settings),
        values_(std::move(values)),
        replay_(replay),
        rows_(static_cast<int>(settings.batch)),
        samples_(static_cast<int>(settings.penaltySamples)),
        normalisation_(makeNormalisation(saved_, replay, settings.normalise != 0)),
        tape_(scratch_) {
    makeNetworks();
    goals_ = goalStream(options);
    recordBatch();
    recordActorLoss();
    recordCriticLoss();
    recordSteps();
    tape_.schedule(team_.size());
  }

  void update() override {
    cloning_ = static_cast<double>(updates_) < settings_.cloningUpdates;
    team_.run(tape_);
    ++updates_;
  }

  // The mean of the policy, which [O] evaluates.
  PolicyParts policy() const override {
    std::vector<LayerValues> mean = actor_->meanPolicy();
    normalisation_.foldInto(mean.front(), 0, replay_.observationSize());
    return {{{"actor", std::move(mean)}}, std::nullopt};
  }

  double operationsPerUpdate() const override { return tape_.operations(); }
  std::vector<double> settingValues() const override { return values_; }

 private:
  void makeNetworks() {
    const int states = replay_.observationSize(), actions = replay_.actionSize();
    const auto sizes = [&](int inputs, int outputs) -> std::vector<int> {
      return {inputs, static_cast<int>(settings_.hidden1), static_cast<int>(settings_.hidden2),
              static_cast<int>(settings_.hidden3), outputs};
    };
    const std::vector<int> criticSizes = sizes(states + actions, 1);
    const bool orthogonal = settings_.orthogonalWeights != 0;
    constexpr double kSmall = 1e-2;  // gain of a last layer in [CORL]
    RandomStream& weights = stream("weights");
    Mlp& policy = network("actor", sizes(states, 2 * actions), Activation::linear, true);
    policy.initialize(weights);
    if (orthogonal) policy.initializeLastXavier(weights, kSmall);
    actor_.emplace(SquashedGaussian{}, policy, nullptr, actions);
    critics_ = {&network("critic1", criticSizes, Activation::linear, true),
                &network("critic2", criticSizes, Activation::linear, true)};
    targetCritics_ = {&network("targetCritic1", criticSizes, Activation::linear, false),
                      &network("targetCritic2", criticSizes, Activation::linear, false)};
    for (int k = 0; k < 2; ++k) {
      if (orthogonal)
        critics_[k]->initializeOrthogonal(weights, std::sqrt(2.0), kSmall);
      else
        critics_[k]->initialize(weights);
      targetCritics_[k]->copyFrom(*critics_[k]);
    }
    temperature_.emplace(parameters("logAlpha", 1, 0));
    if (settings_.lagrangeThreshold >= 0) logMultiplier_ = &parameters("logMultiplier", 1, 0);
    actorAdam_ = &optimiser(settings_.actorLearningRate);
    criticAdam_ = &optimiser(settings_.learningRate);
    sampling_ = &stream("batch");
    action_ = &stream("action");
    uniform_ = &stream("uniform");
  }

  // (s, a, r, s', d) from the dataset; a ~ π(s), a' ~ π(s')
  void recordBatch() {
    batch_ = recordDraw(tape_, replay_, rows_, *sampling_,
                        {false, false, normalisation_.shift, normalisation_.scale, goals_});
    here_ = actor_->forward(tape_, batch_.observation, Gradients::weights);
    next_ = actor_->forward(tape_, batch_.nextObservation, Gradients::none);
    proposed_ = actor_->sample(tape_, here_, *action_);
    nextAction_ = actor_->sample(tape_, next_, *action_).action;
  }

  // L = mean (α log π(a|s) − min(Q1, Q2)(s, a)); while it clones, mean (α log π(a|s) − log π(the dataset's action|s)).
  // L of α = −α mean(log π(a|s) + H)
  void recordActorLoss() {
    const Tensor input = tape_.join(batch_.observation, proposed_.action);
    const Tensor q1 = critics_[0]->forward(tape_, input, Gradients::input);
    const Tensor q2 = critics_[1]->forward(tape_, input, Gradients::input);
    const Tensor ofData = logProbabilityOf(tape_, actor_->rule(), here_.mean, here_.spread, batch_.action);
    recordLoss(tape_, {proposed_.logProbability, q1, q2, ofData, constant(here_.mean), temperature_->tensor()},
               {&actorLoss_}, [=, this] { actorLoss(q1, q2, ofData); });
    temperature_->recordLoss(tape_, proposed_.logProbability, -static_cast<float>(replay_.actionSize()),
                             loss("logAlpha"));
  }

  void actorLoss(const Tensor& q1, const Tensor& q2, const Tensor& ofData) {
    const float alpha = temperature_->value(), share = 1 / static_cast<float>(rows_);
    double sum = 0;
    for (int r = 0; r < rows_; ++r) {
      const Tensor& climbed = cloning_ ? ofData : *q2.row(r) < *q1.row(r) ? q2 : q1;
      *climbed.gradientRow(r) -= share;
      *proposed_.logProbability.gradientRow(r) += alpha * share;
      sum += double{alpha} * *proposed_.logProbability.row(r) - *climbed.row(r);
    }
    metrics_.actorLoss = actorLoss_ = sum / rows_;
    metrics_.saturated = saturatedShare(here_.mean, kSaturatedMean);
  }

  // L = mean (Q(s, a) − y)² + w (T mean log Σ exp((Q(s, aᵢ) − log density of aᵢ) / T) − mean Q(s, a)) of each critic
  void recordCriticLoss() {
    const Tensor y = recordTarget();
    const Tensor density = makeTensor(scratch_, rows_, 3 * samples_);
    const Tensor input = recordCompared(density);
    const Tensor q1 = critics_[0]->forward(tape_, input, Gradients::weights);
    const Tensor q2 = critics_[1]->forward(tape_, input, Gradients::weights);
    std::vector<Tensor> read{q1, q2, y, density};
    if (logMultiplier_ != nullptr) read.push_back(logMultiplier_->tensor());
    recordLoss(tape_, read, {&criticLoss_}, [=, this] { criticLoss({q1, q2}, y, density); });
  }

  // y = r + γ (1 − d) min(Q'1, Q'2)(s', a'), without an entropy
  Tensor recordTarget() {
    const Tensor input = tape_.join(batch_.nextObservation, nextAction_);
    const Tensor q1 = targetCritics_[0]->forward(tape_, input, Gradients::none);
    const Tensor q2 = targetCritics_[1]->forward(tape_, input, Gradients::none);
    const float discount = static_cast<float>(settings_.discount);
    return mapRows(
        tape_, {batch_.reward, batch_.terminal, q1, q2}, 1,
        [=](const float* const* in, float* out) {
          *out = *in[0] + discount * (1 - *in[1]) * std::min(*in[2], *in[3]);
        },
        {});
  }

  // Everything that a critic is asked about, [batch (3n + 1), S + A]: per transition its state with n uniform actions,
  // n of π(s), n of π(s') and the dataset's action. `density` gets the logarithms of the densities of the first 3n.
  Tensor recordCompared(const Tensor& density) {
    const SquashedSample here = sampleMany(here_), next = sampleMany(next_);
    const Tensor uniform = drawUniform(tape_, *uniform_, rows_ * samples_, replay_.actionSize(), -1, 1);
    const Tensor input = makeTensor(scratch_, rows_ * group(), replay_.observationSize() + replay_.actionSize());
    tape_.add(rows_, 4.0 * group() * input.columns,
              {batch_.observation.data, batch_.action.data, uniform.data, here.action.data, next.action.data,
               here.logProbability.data, next.logProbability.data},
              {input.data, density.data}, [=, this](int begin, int end) {
                for (int b = begin; b < end; ++b) {
                  for (int i = 0; i < samples_; ++i) {
                    const int from = b * samples_ + i, to = b * group() + i;
                    setInput(input, to, b, uniform.row(from));
                    setInput(input, to + samples_, b, here.action.row(from));
                    setInput(input, to + 2 * samples_, b, next.action.row(from));
                    density.row(b)[i] = -kLog2 * static_cast<float>(uniform.columns);  // of U(-1, 1)
                    density.row(b)[i + samples_] = *here.logProbability.row(from);
                    density.row(b)[i + 2 * samples_] = *next.logProbability.row(from);
                  }
                  setInput(input, b * group() + group() - 1, b, batch_.action.row(b));
                }
              });
    return input;
  }

  // n samples of each row's distribution, no gradients
  SquashedSample sampleMany(const GaussianActor::Distribution& distribution) {
    return actor_->sample(tape_,
                          {repeatRows(tape_, constant(distribution.mean), samples_),
                           repeatRows(tape_, constant(distribution.spread), samples_)},
                          *action_);
  }

  void setInput(const Tensor& input, int to, int transition, const float* action) const {
    const Tensor& observation = batch_.observation;
    std::memcpy(input.row(to), observation.row(transition), observation.columns * sizeof(float));
    std::memcpy(input.row(to) + observation.columns, action, batch_.action.columns * sizeof(float));
  }

  void criticLoss(const std::array<Tensor, 2>& q, const Tensor& y, const Tensor& density) {
    double squares = 0, penalties = 0, sum = 0, largest = 0;
    constexpr double kLargestMultiplier = 1e6;  // of [O]
    const double multiplier =
        logMultiplier_ != nullptr ? std::min(std::exp(double{*logMultiplier_->tensor().data}), kLargestMultiplier) : 1;
    for (int k = 0; k < 2; ++k)
      for (int b = 0; b < rows_; ++b) {
        const int first = b * group(), data = first + group() - 1;
        const float value = *q[k].row(data), error = value - *y.row(b);
        const float weight = static_cast<float>(multiplier * settings_.penaltyWeight / rows_);
        penalties += settings_.penaltyWeight * (pushDown(q[k], first, density.row(b), weight) - value) / rows_;
        *q[k].gradientRow(data) += 2 * error / static_cast<float>(rows_) - weight;
        squares += double{error} * error / rows_;
        if (k == 0) sum += value;
        largest = std::max(largest, std::abs(double{value}));
      }
    if (logMultiplier_ != nullptr) penalties = lagrangian(penalties, multiplier);
    metrics_.criticLoss = criticLoss_ = squares + penalties;
    metrics_.meanQ = sum / rows_;
    metrics_.largestQ = largest;
  }

  // T log Σ exp((Qᵢ − log densityᵢ) / T) of the 3n rows of q from `first` on; adds `weight` times its gradient.
  double pushDown(const Tensor& q, int first, const float* density, float weight) const {
    const float temperature = static_cast<float>(settings_.penaltyTemperature);
    const auto entry = [&](int i) { return (*q.row(first + i) - density[i]) / temperature; };
    float largest = entry(0), sum = 0;
    for (int i = 1; i < 3 * samples_; ++i) largest = std::max(largest, entry(i));
    for (int i = 0; i < 3 * samples_; ++i) {
      const float power = std::exp(entry(i) - largest);
      *q.gradientRow(first + i) = power;  // zero before
      sum += power;
    }
    for (int i = 0; i < 3 * samples_; ++i) *q.gradientRow(first + i) *= weight / sum;
    return temperature * (largest + std::log(sum));
  }

  // Both penalties beyond the threshold, times the multiplier; it climbs the mean of the two.
  double lagrangian(double penalties, double multiplier) {
    const double beyond = multiplier * (penalties - 2 * settings_.lagrangeThreshold);
    *logMultiplier_->tensor().gradient -= static_cast<float>(beyond / 2);
    return beyond;
  }

  void recordSteps() {
    // θ ← θ − Adam(∇L) of every network
    tape_.backward();
    recordAdam(tape_, *criticAdam_, {critics_[0], critics_[1]});
    if (logMultiplier_ != nullptr) logMultiplier_->recordAdam(tape_, *criticAdam_);
    recordAdam(tape_, *actorAdam_, {});
    actor_->recordAdam(tape_, *actorAdam_);
    temperature_->recordAdam(tape_, *actorAdam_);
    // θ' ← τ θ + (1 − τ) θ'
    for (int k = 0; k < 2; ++k)
      targetCritics_[k]->recordAverage(tape_, *critics_[k], static_cast<float>(settings_.targetRate));
  }

  int group() const { return 3 * samples_ + 1; }  // rows of one transition

  static constexpr float kLog2 = 0.69314718f;

  CqlSettings settings_;
  std::vector<double> values_;
  const Replay& replay_;
  int rows_, samples_;  // transitions, and n
  Normalisation normalisation_;
  double &criticLoss_ = loss("critic"), &actorLoss_ = loss("actor");
  bool cloning_ = false;
  std::array<Mlp*, 2> critics_, targetCritics_;
  std::optional<GaussianActor> actor_;
  std::optional<Temperature> temperature_;
  ParameterVector* logMultiplier_ = nullptr;
  Adam *actorAdam_, *criticAdam_;
  RandomStream *sampling_, *action_, *uniform_, *goals_;
  Batch batch_;
  GaussianActor::Distribution here_, next_;  // π(s), π(s')
  SquashedSample proposed_;                  // a ~ π(s)
  Tensor nextAction_;                        // a' ~ π(s')
  Tape tape_;
};

}  // namespace

LearnerEntry cqlLearner() {
  return {{"cql", "CQL", "SAC whose critics are kept low where the dataset has no actions.", true,
           settingsOf(cqlSettingTable())},
          [](const Replay& replay, const LearnerOptions& options) -> std::unique_ptr<Learner> {
            const CqlSettings settings = resolveSettings(cqlSettingTable(), options.mode, options.settings);
            return std::make_unique<Cql>(replay, options, settings, valuesOf(cqlSettingTable(), settings));
          }};
}

}  // namespace forager
