// DIAYN: Eysenbach, Gupta, Ibarz, Levine, "Diversity is all you need: learning skills without a reward function", ICLR
// 2019, https://arxiv.org/abs/1802.06070, algorithm 1. Sources named below: [C] the exploration paper's released code,
// [O] the authors' release, [URLB] Laskin et al., "URLB: unsupervised reinforcement learning benchmark", NeurIPS 2021,
// https://arxiv.org/abs/2110.15191.
//
// The paper writes log q(z|x); here, as in every release, log p(z) is subtracted (row 16 of the register
// in test/oracle/README.md). The discriminator looks at the next state.
#include "explore/diayn.h"

#include <algorithm>
#include <cmath>

#include "explore/sac_method.h"
#include "nn/ops.h"

namespace forager {

namespace {

struct DiaynSettings : SacSettings {
  double skills, warmUp, discriminator1, discriminator2, discriminatorRate, discriminatorFirst;
};

const std::vector<SettingOf<DiaynSettings>>& settingTable() {
  using S = DiaynSettings;
  static const std::vector<SettingOf<S>> table = [] {
    std::vector<SettingOf<S>> rows = sacRows<S>({
        {"batch", {{256, 256, 256}, "[C] 256, [O] 128"}},
        {"hidden1", {{400, 400, 256}, "[C] 400, SAC's release of 2019 256"}},
        {"hidden2", {{300, 300, 256}, "[C] 300, SAC's release of 2019 256"}},
        {"rewardScale", {{5, 1, 1}, "[C] 5, [O] 1"}},
        {"entropyWeight", {{1, 0.1, 1}, "[C] 1, [O] and DIAYN paper, section 4: 0.1; learned in modern"}},
        {"meanReward", {{0, 0, 0}, "[C] off with DIAYN"}},
    });
    const std::vector<SettingOf<S>> own{
        {&S::skills,
         {"skills", "Skills", "",
          "One of so many is drawn for each episode, and the policy is told which.",
          "[C] and [O] 50, [URLB] 16", 2, 1000, true, {50, 50, 16}}},
        {&S::warmUp,
         {"warmUp", "Uniform first actions", "transitions",
          "So many actions at the beginning are uniform, and no update is made before.",
          "[C] 0, [O] 1000, [URLB] 4000", 0, 1e6, true, {0, 1000, 4000}}},
        {&S::discriminator1,
         {"discriminator1", "First discriminator layer", "units",
          "Units of the first hidden layer of the discriminator.",
          "[C] 400, [O] 300, [URLB] 1024", 1, 4096, true, {400, 400, 1024}}},
        {&S::discriminator2,
         {"discriminator2", "Second discriminator layer", "units",
          "Units of the second hidden layer of the discriminator.",
          "[C] and [O] 300, [URLB] 1024", 1, 4096, true, {300, 300, 1024}}},
        {&S::discriminatorRate,
         {"discriminatorRate", "Discriminator learning rate", "",
          "Step size of Adam for the discriminator.",
          "[C] and [O] 3e-4, [URLB] 1e-4", 0, 1, false, {3e-4, 3e-4, 1e-4}}},
        {&S::discriminatorFirst,
         {"discriminatorFirst", "Discriminator first", "switch",
          "An update begins with the discriminator; otherwise with the agent.",
          "[URLB] on", 0, 1, true, {0, 0, 1}}},
    };
    rows.insert(rows.end(), own.begin(), own.end());
    return rows;
  }();
  return table;
}

// The skill of a transition, from the columns behind its observation.
int skillOf(const float* columns, int skills) {
  return static_cast<int>(std::max_element(columns, columns + skills) - columns);
}

// log Σ exp(x)
double logSum(const float* x, int count) {
  const float largest = *std::max_element(x, x + count);
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += std::exp(double{x[i]} - largest);
  return largest + std::log(sum);
}

class DiaynModel final : public RewardModel {
 public:
  DiaynModel(const Replay& replay, const LearnerOptions& options, const DiaynSettings& settings)
      : RewardModel(options),
        settings_(settings),
        replay_(replay),
        skills_(static_cast<int>(settings.skills)),
        states_(replay.observationSize() - skills_),
        identity_(makeNormalisation(saved_, replay, false)),
        // Agent and discriminator see the same mini-batch where the agent's losses share one.
        sampling_(stream(settings.separateBatches != 0 ? "discriminator batch" : "batch")),
        tape_(scratch_) {
    discriminator_ = &network("discriminator",
                              {states_, static_cast<int>(settings_.discriminator1),
                               static_cast<int>(settings_.discriminator2), skills_},
                              Activation::linear, true);
    RandomStream& weights = stream("discriminator weights");
    if (settings_.uniformWeights != 0)
      discriminator_->initialize(weights);
    else
      discriminator_->initializeXavier(weights, 1, 1);
    adam_ = &optimiser(settings_.discriminatorRate);
    loss_ = &loss("discriminator");
    accuracy_ = &loss("accuracy");
    reward_ = &loss("reward");
    recordLearning();
    tape_.schedule(team_.size());
  }

  // q ← q − Adam(−∇ mean log q(z|s'))
  void update() override {
    team_.run(tape_);
    ++updates_;
  }

  double operationsPerUpdate() const override { return tape_.operations(); }

  // r = log q(z|s') − log p(z), p uniform
  void recordReward(Tape& tape, const Batch& batch) override {
    const Tensor logits = discriminator_->forward(tape, sliceColumns(tape, batch.nextObservation, 0, states_),
                                                  Gradients::none);
    const Tensor r = batch.reward, next = batch.nextObservation;
    tape.add({logits.data, next.data}, {r.data, reward_}, [=, this] {
      double mean = 0;
      for (int i = 0; i < r.rows; ++i) {
        const float* row = logits.row(i);
        const double q = row[skillOf(next.row(i) + states_, skills_)] - logSum(row, skills_);
        *r.row(i) = static_cast<float>(q + std::log(static_cast<double>(skills_)));
        mean += *r.row(i) / static_cast<double>(r.rows);
      }
      *reward_ = mean;
    });
  }

 private:
  void recordLearning() {
    const Batch batch = recordDraw(tape_, replay_, static_cast<int>(settings_.batch), sampling_,
                                   {settings_.withoutReplacement != 0, false, identity_.shift, identity_.scale});
    const Tensor next = batch.nextObservation;
    const Tensor logits = discriminator_->forward(tape_, sliceColumns(tape_, next, 0, states_), Gradients::weights);
    recordLoss(tape_, {logits, next}, {loss_, accuracy_}, [=, this] {
      const double share = 1.0 / logits.rows;
      double crossEntropy = 0, right = 0;
      for (int r = 0; r < logits.rows; ++r) {
        const float* row = logits.row(r);
        const int skill = skillOf(next.row(r) + states_, skills_);
        const double all = logSum(row, skills_);
        for (int k = 0; k < skills_; ++k)  // softmax minus one-hot
          logits.gradientRow(r)[k] += static_cast<float>((std::exp(row[k] - all) - (k == skill ? 1 : 0)) * share);
        crossEntropy += (all - row[skill]) * share;
        if (skillOf(row, skills_) == skill) right += share;
      }
      *loss_ = crossEntropy;
      *accuracy_ = right;
    });
    tape_.backward();
    recordAdam(tape_, *adam_, {discriminator_});
  }

  DiaynSettings settings_;
  const Replay& replay_;
  int skills_, states_;
  Normalisation identity_;
  RandomStream& sampling_;
  Mlp* discriminator_ = nullptr;
  Adam* adam_ = nullptr;
  double *loss_ = nullptr, *accuracy_ = nullptr, *reward_ = nullptr;
  Tape tape_;
};

}  // namespace

ExplorerEntry diaynExplorer() {
  return {{"diayn", "DIAYN", "An agent with skills that learn to differ: each goes where it can be told from the others.",
           true, settingsOf(settingTable())},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            const DiaynSettings settings = resolveSettings(settingTable(), options.mode, options.settings);
            const LearningPlan plan{"diayn", static_cast<int>(settings.batch), static_cast<int>(settings.warmUp),
                                    static_cast<int>(settings.skills)};
            return std::make_unique<LearningExplorer>(
                options, plan, [&](const Replay& replay, const LearnerOptions& learning) {
                  return std::make_unique<SacMethod>(replay, learning, settings,
                                                     std::make_unique<DiaynModel>(replay, learning, settings),
                                                     settings.discriminatorFirst != 0);
                });
          }};
}

}  // namespace forager
