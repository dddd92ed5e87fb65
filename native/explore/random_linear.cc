// Random linear policies: Dasagi, Lee, Bruce, Leitner 2019, https://arxiv.org/abs/1911.08666, section "Random";
// the paper gives no numbers, the scales are those of its released code in all three modes.
#include "explore/random_linear.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

#include "nn/random.h"

namespace forager {

namespace {

struct RandomLinearSettings {
  double scale;
};

const std::vector<SettingOf<RandomLinearSettings>>& settingTable() {
  static const std::vector<SettingOf<RandomLinearSettings>> table{
      {&RandomLinearSettings::scale,
       {"scale",
        "Weight scale",
        "",
        "Weights and biases are uniform within plus and minus this over the root of the observation size.",
        "released code: the default initialisation of a PyTorch 1.0 linear layer",
        0,
        100,
        false,
        {1, 1, 1}}},
  };
  return table;
}

class RandomLinear final : public Explorer {
 public:
  RandomLinear(const ExplorerOptions& options, const RandomLinearSettings& settings)
      : states_(options.observationSize),
        actions_(options.actionSize),
        seed_(options.seed),
        bound_(static_cast<float>(settings.scale / std::sqrt(static_cast<double>(options.observationSize)))),
        weight_(static_cast<size_t>(states_) * actions_),
        bias_(actions_) {
    beginEpisode(0);
  }

  // W, b ~ U(−1/√S, 1/√S)
  void beginEpisode(uint64_t episode) override {
    episode_ = episode;
    RandomStream random(seed_, "random-linear/" + std::to_string(episode));
    for (float& w : weight_) w = random.uniform(-bound_, bound_);
    for (float& b : bias_) b = random.uniform(-bound_, bound_);
  }

  // a = tanh(W s + b)
  void act(const float* observation, float* action) override {
    for (int a = 0; a < actions_; ++a) {
      double sum = bias_[a];
      for (int s = 0; s < states_; ++s) sum += double{weight_[static_cast<size_t>(a) * states_ + s]} * observation[s];
      action[a] = static_cast<float>(std::tanh(sum));
    }
  }

  std::vector<uint8_t> saveState() const override {
    std::vector<uint8_t> state(sizeof episode_);
    std::memcpy(state.data(), &episode_, sizeof episode_);
    return state;
  }

  void restoreState(const std::vector<uint8_t>& state) override {
    uint64_t episode;
    if (state.size() != sizeof episode)
      throw std::runtime_error("This explorer state is not one of random linear policies.");
    std::memcpy(&episode, state.data(), sizeof episode);
    beginEpisode(episode);
  }

 private:
  int states_, actions_;
  uint64_t seed_, episode_ = 0;
  float bound_;
  std::vector<float> weight_;  // [A, S]
  std::vector<float> bias_;    // [A]
};

}  // namespace

ExplorerEntry randomLinearExplorer() {
  return {{"random", "Random linear", "A new random linear policy in every episode; learns nothing.", false,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            return std::make_unique<RandomLinear>(options,
                                                  resolveSettings(settingTable(), options.mode, options.settings));
          }};
}

}  // namespace forager
