// RND: Burda, Edwards, Storkey, Klimov, "Exploration by random network distillation", ICLR 2019,
// https://arxiv.org/abs/1810.12894, algorithm 1, with SAC as the agent as in Dasagi et al. 2019, equation 1.
// Sources named below: [C] the exploration paper's released code, [URLB] Laskin et al., "URLB: unsupervised
// reinforcement learning benchmark", NeurIPS 2021, https://arxiv.org/abs/2110.15191, whose form for states it is.
//
// In [C] the reward is computed for each state and then lost: its shape lets the critics see the mean of the batch
// (SAC's setting "meanReward").
#include "explore/rnd.h"

#include <algorithm>
#include <cmath>

#include "explore/running_scale.h"
#include "explore/sac_method.h"
#include "nn/ops.h"

namespace forager {

namespace {

struct RndSettings : SacSettings {
  double warmUp, predictorHidden, predictorLayers, features, predictorRate;
  double whiten, runningScale, orthogonal, predictorFirst;
};

const std::vector<SettingOf<RndSettings>>& settingTable() {
  using S = RndSettings;
  static const std::vector<SettingOf<S>> table = [] {
    std::vector<SettingOf<S>> rows = sacRows<S>({
        {"batch", {{64, 64, 256}, "[C] 64; [URLB] 1024, of which a quarter keeps pace with an arm on one processor"}},
        {"hidden1", {{400, 400, 256}, "[C] 400, SAC's release of 2019 256"}},
        {"hidden2", {{300, 300, 256}, "[C] 300, SAC's release of 2019 256"}},
    });
    const std::vector<SettingOf<S>> own{
        {&S::warmUp,
         {"warmUp", "Uniform first actions", "transitions",
          "So many actions at the beginning are uniform, and no update is made before.",
          "[C] 0, SAC's release of 2018 1000, [URLB] 4000", 0, 1e6, true, {0, 1000, 4000}}},
        {&S::predictorHidden,
         {"predictorHidden", "Predictor width", "units",
          "Units of each hidden layer of the predictor and of the random network.",
          "[C] 64, [URLB] 1024", 1, 4096, true, {64, 64, 1024}}},
        {&S::predictorLayers,
         {"predictorLayers", "Predictor depth", "layers",
          "Hidden layers of the predictor and of the random network.",
          "[C] 1, [URLB] 2", 1, 4, true, {1, 1, 2}}},
        {&S::features,
         {"features", "Features", "",
          "Outputs of the random network, which the predictor learns.",
          "[C] 64, [URLB] 512", 1, 4096, true, {64, 64, 512}}},
        {&S::predictorRate,
         {"predictorRate", "Predictor learning rate", "",
          "Step size of Adam for the predictor.",
          "[C] and [URLB] 1e-4", 0, 1, false, {1e-4, 1e-4, 1e-4}}},
        {&S::whiten,
         {"whiten", "Whiten observations", "switch",
          "Both networks see each coordinate minus its mean in the mini-batch, over its deviation, within -5 to 5.",
          "[URLB] on", 0, 1, true, {0, 0, 1}}},
        {&S::runningScale,
         {"runningScale", "Scale rewards", "switch",
          "Rewards are divided by the running standard deviation of all rewards before.",
          "[URLB] on", 0, 1, true, {0, 0, 1}}},
        {&S::orthogonal,
         {"orthogonal", "Orthogonal first weights", "switch",
          "First weights of predictor and random network are orthogonal; otherwise uniform within 1 over the root of a "
          "layer's inputs.",
          "[URLB] on", 0, 1, true, {0, 0, 1}}},
        {&S::predictorFirst,
         {"predictorFirst", "Predictor first", "switch",
          "An update begins with the predictor, and the agent is rewarded for what remains; otherwise with the agent.",
          "[URLB] on", 0, 1, true, {0, 0, 1}}},
    };
    rows.insert(rows.end(), own.begin(), own.end());
    return rows;
  }();
  return table;
}

class RndModel final : public RewardModel {
 public:
  RndModel(const Replay& replay, const LearnerOptions& options, const RndSettings& settings)
      : RewardModel(options),
        settings_(settings),
        replay_(replay),
        identity_(makeNormalisation(saved_, replay, false)),
        running_(saved_),
        // Agent and predictor see the same mini-batch where the agent's losses share one.
        sampling_(stream(settings.separateBatches != 0 ? "predictor batch" : "batch")),
        tape_(scratch_) {
    makeNetworks();
    recordLearning();
    tape_.schedule(team_.size());
  }

  // f_P ← f_P − Adam(∇ mean (f_P(s) − f_T(s))²)
  void update() override {
    team_.run(tape_);
    ++updates_;
  }

  double operationsPerUpdate() const override { return tape_.operations(); }

  // r = |f_P(s) − f_T(s)|²
  void recordReward(Tape& tape, const Batch& batch) override {
    const Tensor s = whitened(tape, batch.observation);
    const Tensor predicted = predictor_->forward(tape, s, Gradients::none);
    const Tensor wanted = target_->forward(tape, s, Gradients::none);
    const Tensor r = batch.reward;
    tape.add({predicted.data, wanted.data, running_.buffer()}, {r.data, running_.buffer(), reward_}, [=, this] {
      for (int i = 0; i < r.rows; ++i) {
        float sum = 0;
        for (int c = 0; c < wanted.columns; ++c) {
          const float error = predicted.row(i)[c] - wanted.row(i)[c];
          sum += error * error;
        }
        *r.row(i) = sum;
      }
      if (settings_.runningScale != 0) running_.apply(r);
      double mean = 0;
      for (int i = 0; i < r.rows; ++i) mean += *r.row(i) / static_cast<double>(r.rows);
      *reward_ = mean;
    });
  }

 private:
  void makeNetworks() {
    std::vector<int> sizes{replay_.observationSize()};
    for (int layer = 0; layer < settings_.predictorLayers; ++layer)
      sizes.push_back(static_cast<int>(settings_.predictorHidden));
    sizes.push_back(static_cast<int>(settings_.features));
    RandomStream& weights = stream("predictor weights");
    predictor_ = &network("predictor", sizes, Activation::linear, true);
    target_ = &network("target", sizes, Activation::linear, false);
    for (Mlp* made : {predictor_, target_})
      if (settings_.orthogonal != 0)
        made->initializeOrthogonal(weights, 1, 1);
      else
        made->initialize(weights);
    adam_ = &optimiser(settings_.predictorRate);
    loss_ = &loss("predictor");
    reward_ = &loss("reward");
  }

  void recordLearning() {
    const Batch batch = recordDraw(tape_, replay_, static_cast<int>(settings_.batch), sampling_,
                                   {settings_.withoutReplacement != 0, false, identity_.shift, identity_.scale});
    const Tensor s = whitened(tape_, batch.observation);
    const Tensor wanted = target_->forward(tape_, s, Gradients::none);
    const Tensor predicted = predictor_->forward(tape_, s, Gradients::weights);
    recordLoss(tape_, {predicted, wanted}, {loss_}, [=, this] {
      const float share = 1 / (static_cast<float>(predicted.rows) * static_cast<float>(predicted.columns));
      double squares = 0;
      for (int r = 0; r < predicted.rows; ++r)
        for (int c = 0; c < predicted.columns; ++c) {
          const float error = predicted.row(r)[c] - wanted.row(r)[c];
          predicted.gradientRow(r)[c] += 2 * error * share;
          squares += double{error} * error;
        }
      *loss_ = squares * double{share};
    });
    tape_.backward();
    recordAdam(tape_, *adam_, {predictor_});
  }

  // (s − mean) / sqrt(variance + 1e-5) of the mini-batch, within ±5, as a batch normalisation without parameters
  Tensor whitened(Tape& tape, const Tensor& s) {
    if (settings_.whiten == 0) return s;
    const Tensor out = makeTensor(scratch_, s.rows, s.columns);
    tape.add({s.data}, {out.data}, [=] {
      for (int c = 0; c < s.columns; ++c) {
        double mean = 0, squares = 0;
        for (int r = 0; r < s.rows; ++r) mean += s.row(r)[c] / static_cast<double>(s.rows);
        for (int r = 0; r < s.rows; ++r) squares += (s.row(r)[c] - mean) * (s.row(r)[c] - mean);
        const double scale = 1 / std::sqrt(squares / s.rows + 1e-5);
        for (int r = 0; r < s.rows; ++r)
          out.row(r)[c] = static_cast<float>(std::clamp((s.row(r)[c] - mean) * scale, -5.0, 5.0));
      }
    });
    return out;
  }

  RndSettings settings_;
  const Replay& replay_;
  Normalisation identity_;
  RunningScale running_;
  RandomStream& sampling_;
  Mlp *predictor_ = nullptr, *target_ = nullptr;
  Adam* adam_ = nullptr;
  double *loss_ = nullptr, *reward_ = nullptr;
  Tape tape_;
};

}  // namespace

ExplorerEntry rndExplorer() {
  return {{"rnd", "RND", "An agent that learns to go where a network predicts badly: where it has rarely been.", true,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            const RndSettings settings = resolveSettings(settingTable(), options.mode, options.settings);
            const LearningPlan plan{"rnd", static_cast<int>(settings.batch), static_cast<int>(settings.warmUp), 0};
            return std::make_unique<LearningExplorer>(
                options, plan, [&](const Replay& replay, const LearnerOptions& learning) {
                  return std::make_unique<SacMethod>(replay, learning, settings,
                                                     std::make_unique<RndModel>(replay, learning, settings),
                                                     settings.predictorFirst != 0);
                });
          }};
}

}  // namespace forager
