// ICM, the intrinsic curiosity module: Pathak, Agrawal, Efros, Darrell, "Curiosity-driven exploration by self-supervised
// prediction", ICML 2017, https://arxiv.org/abs/1705.05363, in the form for states of [URLB]: both heads see the states
// themselves. Sources named below: [C] the exploration paper's released code, which has no ICM; [URLB] Laskin et al.,
// "URLB: unsupervised reinforcement learning benchmark", NeurIPS 2021, https://arxiv.org/abs/2110.15191.
//
// The agent is SAC, as with the paper's own methods; that of [URLB] is DDPG with returns of three steps.
#include "explore/icm.h"

#include <cmath>

#include "explore/batch_model.h"
#include "explore/icm_networks.h"
#include "explore/prediction_error.h"

namespace forager {

namespace {

const std::vector<SettingOf<BatchModelSettings>>& settingTable() {
  static const std::vector<SettingOf<BatchModelSettings>> table = batchModelRows<BatchModelSettings>();
  return table;
}

class IcmModel final : public BatchModel {
 public:
  // f, g ← f, g − Adam(∇ mean |f(s, a) − s'| + ∇ mean |g(s, s') − a|)
  IcmModel(const Replay& replay, const LearnerOptions& options, const BatchModelSettings& settings)
      : BatchModel(replay, options, settings) {
    const int hidden = static_cast<int>(settings.modelHidden);
    heads_ = {&network("forward", IcmNetworks::forwardSizes(states(), actions(), hidden), Activation::linear, true),
              &network("inverse", IcmNetworks::inverseSizes(states(), actions(), hidden), Activation::tanh, true)};
    heads_.forward->initializeOrthogonal(weights_, 1, 1);
    heads_.inverse->initializeOrthogonal(weights_, 1, 1);
    const Batch batch = recordBatch();
    heads_.recordLosses(tape_, batch.observation, batch.action, batch.nextObservation, loss("forward"),
                        loss("inverse"));
    finish({heads_.forward, heads_.inverse});
    tape_.schedule(team_.size());
  }

  // r = log(1 + |f(s, a) − s'|)
  void recordReward(Tape& tape, const Batch& batch) override {
    const Tensor next = batch.nextObservation;
    const Tensor predicted =
        heads_.forward->forward(tape, tape.join(batch.observation, batch.action), Gradients::none);
    recordRewards(tape, batch.reward, {predicted.data, next.data}, 10 * next.columns, [=](int i) {
      return static_cast<float>(std::log1p(errorLength(predicted.row(i), next.row(i), next.columns)));
    });
  }

 private:
  IcmNetworks heads_{};
};

}  // namespace

ExplorerEntry icmExplorer() {
  return {{"icm", "ICM", "An agent that learns to go where it predicts badly what its action will do.", true,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) {
            return makeBatchModelExplorer<IcmModel>(
                "icm", options, resolveSettings(settingTable(), options.mode, options.settings));
          }};
}

}  // namespace forager
