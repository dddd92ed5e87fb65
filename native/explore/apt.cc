// APT, active pre-training: Liu, Abbeel, "Behavior from the void: unsupervised active pre-training", NeurIPS 2021,
// https://arxiv.org/abs/2103.04551, in the form for states of [URLB] ("icm_apt"): features of states come from a trunk
// that learns with the heads of ICM, and the reward is the entropy's particle estimate in the mini-batch. Sources named
// below: [C] the exploration paper's released code, which has no APT; [URLB] Laskin et al., "URLB: unsupervised
// reinforcement learning benchmark", NeurIPS 2021, https://arxiv.org/abs/2110.15191.
//
// The agent is SAC, as with the paper's own methods; that of [URLB] is DDPG with returns of three steps.
#include "explore/apt.h"

#include <cmath>
#include <stdexcept>

#include "explore/batch_model.h"
#include "explore/icm_networks.h"
#include "explore/nearest_neighbours.h"
#include "nn/layer_norm.h"
#include "nn/ops.h"

namespace forager {

namespace {

struct AptSettings : BatchModelSettings {
  double trunk, neighbours;
};

const std::vector<SettingOf<AptSettings>>& settingTable() {
  using S = AptSettings;
  static const std::vector<SettingOf<S>> table = [] {
    std::vector<SettingOf<S>> rows = batchModelRows<S>();
    rows.push_back({&S::trunk,
                    {"trunk", "Features", "",
                     "Outputs of the trunk, in whose space distances are measured.",
                     "[C] 64 with RND, [URLB] 512", 1, 4096, true, {64, 64, 512}}});
    rows.push_back({&S::neighbours,
                    {"neighbours", "Neighbours", "transitions",
                     "The reward is the mean distance to so many nearest states of the mini-batch, the state itself "
                     "among them.",
                     "[URLB] 12", 2, 65536, true, {12, 12, 12}}});
    return rows;
  }();
  return table;
}

class AptModel final : public BatchModel {
 public:
  // φ, f, g ← φ, f, g − Adam(∇ mean |f(φ(s), a) − φ(s')| + ∇ mean |g(φ(s), φ(s')) − a|)
  AptModel(const Replay& replay, const LearnerOptions& options, const AptSettings& settings)
      : BatchModel(replay, options, settings),
        neighbours_(static_cast<int>(settings.neighbours)),
        features_(static_cast<int>(settings.trunk)),
        trunk_(network("trunk", {states(), features_}, Activation::linear, true)),
        norm_(parameters("trunkGain", features_, 1),
              parameters("trunkShift", features_, 0)) {
    if (settings.neighbours > settings.batch)
      throw std::invalid_argument("APT needs a mini-batch of at least as many transitions as neighbours: a batch of " +
                                  std::to_string(static_cast<int>(settings.batch)) + " has no " +
                                  std::to_string(neighbours_) + ".");
    const int hidden = static_cast<int>(settings.modelHidden);
    heads_ = {&network("forward", IcmNetworks::forwardSizes(features_, actions(), hidden), Activation::linear, true),
              &network("inverse", IcmNetworks::inverseSizes(features_, actions(), hidden), Activation::tanh, true)};
    for (Mlp* each : {&trunk_, heads_.forward, heads_.inverse}) each->initializeOrthogonal(weights_, 1, 1);
    const Batch batch = recordBatch();
    heads_.recordLosses(tape_, featuresOf(tape_, batch.observation, Gradients::weights), batch.action,
                        featuresOf(tape_, batch.nextObservation, Gradients::weights), loss("forward"), loss("inverse"));
    finish({&trunk_, heads_.forward, heads_.inverse});
    norm_.recordAdam(tape_, adam_);
    tape_.schedule(team_.size());
  }

  // r = log(1 + mean distance of φ(s) to its nearest φ(s_j) of the mini-batch)
  void recordReward(Tape& tape, const Batch& batch) override {
    const Tensor distance = nearestDistance(tape, featuresOf(tape, batch.observation, Gradients::none), neighbours_);
    recordRewards(tape, batch.reward, {distance.data}, kCostlyElement,
                  [distance](int i) { return std::log1p(*distance.row(i)); });
  }

 private:
  // φ(s) = tanh(normalised(W s + b))
  Tensor featuresOf(Tape& tape, const Tensor& s, Gradients gradients) {
    return mapRows(
        tape, {norm_.forward(tape, trunk_.forward(tape, s, gradients), gradients)}, features_,
        [n = features_](const float* const* in, float* out) {
          for (int c = 0; c < n; ++c) out[c] = std::tanh(in[0][c]);
        },
        [n = features_](const float* const*, const float* out, const float* outGradient, float* const* inGradient) {
          for (int c = 0; c < n; ++c) inGradient[0][c] += outGradient[c] * (1 - out[c] * out[c]);
        },
        kCostlyElement / 20);
  }

  int neighbours_, features_;
  Mlp& trunk_;
  LayerNorm norm_;
  IcmNetworks heads_{};
};

}  // namespace

ExplorerEntry aptExplorer() {
  return {{"apt", "APT", "An agent that learns to spread: it goes where its states lie far from each other.", true,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) {
            return makeBatchModelExplorer<AptModel>(
                "apt", options, resolveSettings(settingTable(), options.mode, options.settings));
          }};
}

}  // namespace forager
