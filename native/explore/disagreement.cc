// Disagreement: Pathak, Gandhi, Gupta, "Self-supervised exploration via disagreement", ICML 2019,
// https://arxiv.org/abs/1906.04161, in the form for states of [URLB]: the models see the states themselves, and the
// reward is no function that the policy's gradient goes through. Sources named below: [C] the exploration paper's
// released code, which has no Disagreement; [URLB] Laskin et al., "URLB: unsupervised reinforcement learning benchmark",
// NeurIPS 2021, https://arxiv.org/abs/2110.15191.
//
// The agent is SAC, as with the paper's own methods; that of [URLB] is DDPG with returns of three steps.
#include "explore/disagreement.h"

#include <string>

#include "explore/batch_model.h"
#include "explore/prediction_error.h"

namespace forager {

namespace {

struct DisagreementSettings : BatchModelSettings {
  double models;
};

const std::vector<SettingOf<DisagreementSettings>>& settingTable() {
  using S = DisagreementSettings;
  static const std::vector<SettingOf<S>> table = [] {
    std::vector<SettingOf<S>> rows = batchModelRows<S>();
    rows.push_back({&S::models,
                    {"models", "Models", "",
                     "So many models predict the next state. They differ by their first weights.",
                     "[URLB] 5", 2, 64, true, {5, 5, 5}}});
    return rows;
  }();
  return table;
}

class DisagreementModel final : public BatchModel {
 public:
  // f_k ← f_k − Adam(∇ mean |f_k(s, a) − s'|), all on the same mini-batch
  DisagreementModel(const Replay& replay, const LearnerOptions& options, const DisagreementSettings& settings)
      : BatchModel(replay, options, settings) {
    for (int k = 0; k < settings.models; ++k) {
      models_.push_back(&network("model" + std::to_string(k + 1),
                                 {states() + actions(), static_cast<int>(settings.modelHidden), states()},
                                 Activation::linear, true));
      models_.back()->initialize(weights_);
    }
    const Batch batch = recordBatch();
    recordErrorLoss(tape_, predictions(tape_, batch, Gradients::weights), batch.nextObservation, loss("model"));
    finish(models_);
    tape_.schedule(team_.size());
  }

  // r = the mean over coordinates of the variance over k of f_k(s, a)
  void recordReward(Tape& tape, const Batch& batch) override {
    const std::vector<Tensor> predicted = predictions(tape, batch, Gradients::none);
    Tape::Buffers reads;
    for (const Tensor& each : predicted) reads.push_back(each.data);
    const double cost = 10.0 * states() * static_cast<double>(predicted.size());
    recordRewards(tape, batch.reward, std::move(reads), cost, [predicted](int i) { return variance(predicted, i); });
  }

 private:
  std::vector<Tensor> predictions(Tape& tape, const Batch& batch, Gradients gradients) const {
    const Tensor pair = tape.join(batch.observation, batch.action);
    std::vector<Tensor> out;
    for (Mlp* model : models_) out.push_back(model->forward(tape, pair, gradients));
    return out;
  }

  // Of row i over the predictions, unbiased, mean over coordinates.
  static float variance(const std::vector<Tensor>& predicted, int i) {
    const double members = static_cast<double>(predicted.size());
    const int columns = predicted.front().columns;
    double sum = 0;
    for (int c = 0; c < columns; ++c) {
      double mean = 0, squares = 0;
      for (const Tensor& each : predicted) mean += each.row(i)[c];
      mean /= members;  // exact where all are the same
      for (const Tensor& each : predicted) squares += (each.row(i)[c] - mean) * (each.row(i)[c] - mean);
      sum += squares / (members - 1);
    }
    return static_cast<float>(sum / columns);
  }

  std::vector<Mlp*> models_;
};

}  // namespace

ExplorerEntry disagreementExplorer() {
  return {{"disagreement", "Disagreement",
           "An agent that learns to go where several models of the world disagree: where none of them knows yet.", true,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) {
            return makeBatchModelExplorer<DisagreementModel>(
                "disagreement", options, resolveSettings(settingTable(), options.mode, options.settings));
          }};
}

}  // namespace forager
