// SSE, self-supervised exploration: Dasagi, Lee, Bruce, Leitner, "Evaluating task-agnostic exploration for fixed-batch
// learning of arbitrary future tasks", ACRA 2019, https://arxiv.org/abs/1911.08666, equations 3 to 6. A policy is
// carried through models of the world that are learned beside it, and climbs by back-propagation through them to where
// the models disagree:
//   V = Σ_t γᵗ Π (1 − f_done) (D_t − α log π(a_t|x_t)),  x_(t+1) = x_t + f_m(x_t, a_t)
// Sources named below: [C] the authors' released code, which answers what the paper leaves open; "chosen" is ours.
//
// The published mode has the slips of [C] (rows 4, 17 and 18 of the register in test/oracle/README.md): the
// log-probability counts the squash once for each action coordinate, D is the mean squared difference from the leading
// model with the leader counted, so half of it with two models, f_done sees the state and the action that is taken
// there, and time limits are ends. The paper mode takes equation 5 as it stands: D = |f_1 − f_2|, f_done of the state
// that follows.
//
// Draws of one update: the leading model from "leader"; a mini-batch from "batch" for each model, for the ends and for
// the start states, in this order; for each step of the roll-out [batch, A] numbers from "action".
// "weights" draws the models, the ends, the policy's mean and its deviation.
#include "explore/sse.h"

#include <limits>

#include "explore/learning_explorer.h"
#include "explore/running_moments.h"
#include "explore/sse_steps.h"
#include "learn/batch.h"
#include "learn/model_advance.h"
#include "learn/model_losses.h"

namespace forager {

namespace {

struct SseSettings {
  double batch, warmUp, models, modelHidden1, modelHidden2, hidden1, hidden2, modelRate, policyRate;
  double horizon, discount, entropyWeight, actionCost, gradientNorm;
  double distance, repeatedSquash, doneSeesAction, endsTerminal, normalise;
};

const std::vector<SettingOf<SseSettings>>& settingTable() {
  using S = SseSettings;
  static const std::vector<SettingOf<S>> table{
      {&S::batch,
       {"batch", "Batch size", "transitions",
        "Transitions in one mini-batch of each model, and roll-outs in one update of the policy.",
        "[C] 64", 1, 65536, true, {64, 64, 64}}},
      {&S::warmUp,
       {"warmUp", "Uniform first actions", "transitions",
        "So many actions at the beginning are uniform, and no update is made before.",
        "[C] 0; chosen for modern, whose normalisation needs some states", 0, 1e6, true, {0, 0, 1000}}},
      {&S::models,
       {"models", "Models", "",
        "So many models predict the change in a step. They differ by their first weights and their mini-batches.",
        "[C] and paper 2; chosen for modern", 2, 5, true, {2, 2, 5}}},
      {&S::modelHidden1,
       {"modelHidden1", "First model layer", "units",
        "Units of the first hidden layer of the models and of the end's.",
        "[C] 300", 1, 4096, true, {300, 300, 300}}},
      {&S::modelHidden2,
       {"modelHidden2", "Second model layer", "units",
        "Units of their second hidden layer.",
        "[C] 400", 1, 4096, true, {400, 400, 400}}},
      {&S::hidden1,
       {"hidden1", "First hidden layer", "units",
        "Units of the first hidden layer of the policy's mean and of its deviation.",
        "[C] 300", 1, 4096, true, {300, 300, 300}}},
      {&S::hidden2,
       {"hidden2", "Second hidden layer", "units",
        "Units of their second hidden layer.",
        "[C] 400", 1, 4096, true, {400, 400, 400}}},
      {&S::modelRate,
       {"modelRate", "Model learning rate", "",
        "Step size of Adam for the models and the end.",
        "[C] 2e-4; chosen for modern", 0, 1, false, {2e-4, 2e-4, 1e-3}}},
      {&S::policyRate,
       {"policyRate", "Policy learning rate", "",
        "Step size of Adam for the policy.",
        "[C] 1e-4", 0, 1, false, {1e-4, 1e-4, 1e-4}}},
      {&S::horizon,
       {"horizon", "Horizon", "steps",
        "Steps of a roll-out.",
        "[C] 10; chosen for modern, where more models take more time", 1, 200, true, {10, 10, 5}}},
      {&S::discount,
       {"discount", "Discount", "",
        "Weight of a step against the one before it.",
        "[C] 0.8", 0, 1, false, {0.8, 0.8, 0.8}}},
      {&S::entropyWeight,
       {"entropyWeight", "Entropy weight", "",
        "Weight of the policy's entropy against the disagreement: with a large one, actions are just random.",
        "[C] 1; chosen for modern: with 1 it is all that counts", 0, 1e6, false, {1, 1, 0.02}}},
      {&S::actionCost,
       {"actionCost", "Action cost", "",
        "Cost of an action's squared length.",
        "[C] 0", 0, 1e6, false, {0, 0, 0}}},
      {&S::gradientNorm,
       {"gradientNorm", "Gradient norm", "",
        "The policy's gradient is shortened to this length; 0 leaves it.",
        "[C] 0; chosen for modern", 0, 1e6, false, {0, 0, 10}}},
      {&S::distance,
       {"distance", "Distance of the models", "switch",
        "Models disagree by the distance of their predictions; otherwise by the mean squared difference from the one "
        "that leads, which counts itself too.",
        "paper, equation 5, on; [C] off", 0, 1, true, {0, 1, 1}}},
      {&S::repeatedSquash,
       {"repeatedSquash", "Repeated squash", "switch",
        "The log-probability counts the correction for the squash of an action once for each of its coordinates, with "
        "1e-5 inside its logarithm; otherwise once and exactly.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::doneSeesAction,
       {"doneSeesAction", "End from the action", "switch",
        "The end of an episode is predicted from a state and the action taken there; otherwise from the state that "
        "follows.",
        "[C] on, paper off", 0, 1, true, {1, 0, 0}}},
      {&S::endsTerminal,
       {"endsTerminal", "Every end is terminal", "switch",
        "Time limits and cuts count as ends of the world.",
        "[C] on", 0, 1, true, {1, 0, 0}}},
      {&S::normalise,
       {"normalise", "Normalise states", "switch",
        "Networks see observations minus their mean, over their standard deviation + 1e-3, of all transitions so far; "
        "models predict changes in units of their usual size.",
        "[C] off; chosen for modern, or else fast coordinates outweigh all others", 0, 1, true, {0, 0, 1}}},
  };
  return table;
}

class Sse final : public Learner, public ExplorationMethod {
 public:
  Sse(const Replay& replay, const LearnerOptions& options, const SseSettings& settings)
      : Learner(options),
        settings_(settings),
        replay_(replay),
        moments_(saved_, replay.observationSize()),
        leading_(stream("leader")),
        sampling_(stream("batch")),
        action_(stream("action")),
        tape_(scratch_) {
    makeNetworks();
    recordModelLosses();
    recordPolicyLoss();
    tape_.schedule(team_.size());
  }

  void update() override {
    if (settings_.normalise != 0) moments_.take(replay_);
    leader_ = static_cast<int>(leading_.below(static_cast<uint32_t>(models_.size())));
    team_.run(tape_);
    ++updates_;
  }

  const GaussianActor& actor() const override { return *actor_; }
  const Normalisation* normalisation() const override { return &moments_.normalisation(); }
  std::vector<Learner*> learners() override { return {this}; }

  double operationsPerUpdate() const override { return tape_.operations(); }
  // An explorer acts with actor(), and its settings are the explorer's.
  PolicyParts policy() const override { return {}; }
  std::vector<double> settingValues() const override { return {}; }

 private:
  void makeNetworks() {
    const int states = replay_.observationSize(), actions = replay_.actionSize();
    const int m1 = static_cast<int>(settings_.modelHidden1), m2 = static_cast<int>(settings_.modelHidden2);
    const int h1 = static_cast<int>(settings_.hidden1), h2 = static_cast<int>(settings_.hidden2);
    for (int k = 1; k <= settings_.models; ++k)
      models_.push_back(
          &network("model" + std::to_string(k), {states + actions, m1, m2, states}, Activation::linear, true));
    done_ = &network("done", {settings_.doneSeesAction != 0 ? states + actions : states, m1, m2, 1},
                     Activation::linear, true);
    mean_ = &network("actor", {states, h1, h2, actions}, Activation::linear, true);
    deviation_ = &network("deviation", {states, h1, h2, actions}, Activation::linear, true);
    RandomStream& weights = stream("weights");
    for (Mlp* model : models_) model->initialize(weights);
    for (Mlp* each : {done_, mean_, deviation_}) each->initialize(weights);
    modelAdam_ = &optimiser(settings_.modelRate);
    policyAdam_ = &optimiser(settings_.policyRate);
    SquashedGaussian rule{SquashedGaussian::Spread::softplus, 1e-3f};
    if (settings_.repeatedSquash != 0) {
      rule.squashWeight = static_cast<float>(actions);
      rule.epsilon = 1e-5f;
    }
    actor_.emplace(rule, *mean_, deviation_, actions);
  }

  Batch draw() {
    const Normalisation& normalisation = moments_.normalisation();
    return recordDraw(tape_, replay_, static_cast<int>(settings_.batch), sampling_,
                      {true, settings_.endsTerminal != 0, normalisation.shift, normalisation.scale});
  }

  // f_k ← f_k − Adam(∇ mean (x + f_k(x, a) − x')²), each on its own mini-batch, and
  // f_done ← f_done − Adam(∇ cross-entropy of the end)
  void recordModelLosses() {
    std::vector<Batch> batches;
    std::vector<Tensor> predicted;
    for (Mlp* model : models_) {
      const Batch& batch = batches.emplace_back(draw());
      predicted.push_back(model->forward(tape_, tape_.join(batch.observation, batch.action), Gradients::weights));
    }
    const Batch last = draw();
    const Tensor logit = done_->forward(
        tape_, settings_.doneSeesAction != 0 ? tape_.join(last.observation, last.action) : last.nextObservation,
        Gradients::weights);
    recordLoss(tape_, predicted, {&modelLoss_}, [=, this] {
      modelLoss_ = 0;
      for (size_t k = 0; k < predicted.size(); ++k)
        modelLoss_ += changeLoss(predicted[k], batches[k], moments_.change());
    });
    recordLoss(tape_, {logit}, {&doneLoss_}, [=, this] { doneLoss_ = endLoss(logit, last.terminal); });
    tape_.backward();
    recordAdam(tape_, *modelAdam_, {done_});
    for (Mlp* model : models_) model->recordAdam(tape_, *modelAdam_);
  }

  // π ← π − Adam(∇ (−V / H)), V as above, mean over the start states
  void recordPolicyLoss() {
    const int horizon = static_cast<int>(settings_.horizon);
    Tensor x = draw().observation, w = makeTensor(scratch_, x.rows, 1);
    for (int r = 0; r < w.rows; ++r) *w.row(r) = 1;
    std::vector<Tensor> gains, disagreements, logProbabilities;
    for (int t = 0; t < horizon; ++t) {
      const GaussianActor::Distribution distribution = actor_->forward(tape_, x, Gradients::weights);
      const auto [a, logProbability] = actor_->sample(tape_, distribution, action_);
      const Tensor pair = tape_.join(x, a);
      std::vector<Tensor> f;
      for (Mlp* model : models_) f.push_back(model->forward(tape_, pair, Gradients::input));
      const Tensor disagreement = recordDisagreement(tape_, f, leader_, settings_.distance != 0);
      gains.push_back(recordGain(tape_, gainWeights(), w, disagreement, logProbability, a));
      disagreements.push_back(constant(disagreement));
      logProbabilities.push_back(constant(logProbability));
      if (t + 1 == horizon) break;
      x = recordAdvance(tape_, x, f, leader_, moments_.change());
      const Tensor logit = done_->forward(tape_, settings_.doneSeesAction != 0 ? pair : x, Gradients::input);
      w = recordSurvival(tape_, w, logit, static_cast<float>(settings_.discount));
    }
    recordLoss(tape_, gains, {&policyLoss_}, [=, this] { policyLoss_ = negativeMean(gains); });
    recordLoss(tape_, disagreements, {&disagreement_}, [=, this] { disagreement_ = meanOf(disagreements); });
    recordLoss(tape_, logProbabilities, {&entropy_}, [=, this] { entropy_ = -meanOf(logProbabilities); });
    tape_.backward();
    recordPolicyStep();
  }

  void recordPolicyStep() {
    for (Mlp* each : {mean_, deviation_}) each->recordGradients(tape_);
    const float maximum = settings_.gradientNorm > 0 ? static_cast<float>(settings_.gradientNorm)
                                                     : std::numeric_limits<float>::infinity();
    Mlp::recordNormLimit(tape_, {mean_, deviation_}, maximum, gradientNorm_);
    recordAdam(tape_, *policyAdam_, {mean_, deviation_});
  }

  GainWeights gainWeights() const {
    return {static_cast<float>(settings_.entropyWeight), static_cast<float>(settings_.actionCost)};
  }

  static double meanOf(const std::vector<Tensor>& columns) {
    double sum = 0;
    for (const Tensor& column : columns)
      for (int r = 0; r < column.rows; ++r) sum += *column.row(r);
    return sum / (static_cast<double>(columns.size()) * columns.front().rows);
  }

  static double negativeMean(const std::vector<Tensor>& columns) {
    const float share = 1 / (static_cast<float>(columns.size()) * static_cast<float>(columns.front().rows));
    for (const Tensor& column : columns)
      for (int r = 0; r < column.rows; ++r) *column.gradientRow(r) -= share;
    return -meanOf(columns);
  }

  SseSettings settings_;
  const Replay& replay_;
  RunningMoments moments_;
  RandomStream &leading_, &sampling_, &action_;
  int leader_ = 0;
  std::vector<Mlp*> models_;
  Mlp *done_ = nullptr, *mean_ = nullptr, *deviation_ = nullptr;
  Adam *modelAdam_ = nullptr, *policyAdam_ = nullptr;
  std::optional<GaussianActor> actor_;
  double &modelLoss_ = loss("model"), &doneLoss_ = loss("done"), &policyLoss_ = loss("policy"),
         &disagreement_ = loss("disagreement"), &entropy_ = loss("entropy"), &gradientNorm_ = loss("gradientNorm");
  Tape tape_;
};

}  // namespace

ExplorerEntry sseExplorer() {
  return {{"sse", "SSE", "A policy that is trained inside models of the world to go where the models disagree.", true,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            const SseSettings settings = resolveSettings(settingTable(), options.mode, options.settings);
            const LearningPlan plan{"sse", static_cast<int>(settings.batch), static_cast<int>(settings.warmUp), 0};
            return std::make_unique<LearningExplorer>(
                options, plan, [&](const Replay& replay, const LearnerOptions& learning) {
                  return std::make_unique<Sse>(replay, learning, settings);
                });
          }};
}

}  // namespace forager
