// Ornstein-Uhlenbeck noise as actions, which it is in DDPG: Lillicrap et al., "Continuous control with deep
// reinforcement learning", ICLR 2016, https://arxiv.org/abs/1509.02971, section 3 and section 7. Each coordinate of the
// action is a process of its own:
//   x ← x + θ (μ − x) dt + σ √dt ε,  a = clip(x, −1, 1),  x = 0 at the beginning of an episode.
// In the long run its standard deviation is σ / √(2 θ), 0.55 here, and it forgets in 1 / (θ dt) steps, 667 here. Many
// implementations leave dt out: that is dt = 1, with the same deviation and 7 steps. The same in all three modes, for
// the exploration paper does without it.
#include "explore/ornstein_uhlenbeck.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "nn/random.h"

namespace forager {

namespace {

struct OrnsteinUhlenbeckSettings {
  double reversion, mean, deviation, timeStep;
};

const std::vector<SettingOf<OrnsteinUhlenbeckSettings>>& settingTable() {
  using S = OrnsteinUhlenbeckSettings;
  static const std::vector<SettingOf<S>> table{
      {&S::reversion,
       {"reversion", "Reversion", "1/time",
        "How fast the noise returns to its mean, θ.",
        "DDPG paper, section 7: 0.15", 0, 100, false, {0.15, 0.15, 0.15}}},
      {&S::mean,
       {"mean", "Mean", "",
        "Where the noise returns to, μ, on every coordinate of the action.",
        "DDPG paper, section 7: 0", -1, 1, false, {0, 0, 0}}},
      {&S::deviation,
       {"deviation", "Noise", "",
        "Size of the noise that is added, σ; the process has a standard deviation of σ over the root of twice θ.",
        "DDPG paper, section 7: 0.2; 0.3 reaches the bounds now and then", 0, 100, false, {0.3, 0.3, 0.3}}},
      {&S::timeStep,
       {"timeStep", "Time step", "time",
        "Time of the process that passes in one step of the world, dt; the noise forgets in 1 / (θ dt) steps.",
        "OpenAI baselines 0.01; forms without a time step have 1", 1e-6, 1, false, {0.01, 0.01, 0.01}}},
  };
  return table;
}

class OrnsteinUhlenbeck final : public Explorer {
 public:
  OrnsteinUhlenbeck(const ExplorerOptions& options, const OrnsteinUhlenbeckSettings& settings)
      : settings_(settings), seed_(options.seed), x_(options.actionSize), noise_(options.actionSize) {
    beginEpisode(0);
  }

  void beginEpisode(uint64_t episode) override {
    episode_ = episode;
    random_ = RandomStream(seed_, "ou/" + std::to_string(episode));
    std::fill(x_.begin(), x_.end(), 0.0);
  }

  void act(const float*, float* action) override {
    const auto& [reversion, mean, deviation, timeStep] = settings_;
    random_.normal(noise_.data(), noise_.size());
    for (size_t a = 0; a < x_.size(); ++a) {
      x_[a] += reversion * (mean - x_[a]) * timeStep + deviation * std::sqrt(timeStep) * noise_[a];
      action[a] = static_cast<float>(std::clamp(x_[a], -1.0, 1.0));
    }
  }

  // [episode, the stream's key and position, x]
  std::vector<uint8_t> saveState() const override {
    const uint64_t numbers[] = {episode_, random_.state().key, random_.state().position};
    std::vector<uint8_t> state(sizeof numbers + xBytes());
    std::memcpy(state.data(), numbers, sizeof numbers);
    std::memcpy(state.data() + sizeof numbers, x_.data(), xBytes());
    return state;
  }

  void restoreState(const std::vector<uint8_t>& state) override {
    uint64_t numbers[3];
    if (state.size() != sizeof numbers + xBytes())
      throw std::runtime_error("This explorer state is not one of Ornstein-Uhlenbeck noise.");
    std::memcpy(numbers, state.data(), sizeof numbers);
    std::memcpy(x_.data(), state.data() + sizeof numbers, xBytes());
    episode_ = numbers[0];
    random_.restore({numbers[1], numbers[2]});
  }

 private:
  size_t xBytes() const { return x_.size() * sizeof x_[0]; }

  OrnsteinUhlenbeckSettings settings_;
  uint64_t seed_, episode_ = 0;
  RandomStream random_{0, "ou"};
  std::vector<double> x_;
  std::vector<float> noise_;  // [A] each
};

}  // namespace

ExplorerEntry ornsteinUhlenbeckExplorer() {
  return {{"ou", "Ornstein-Uhlenbeck", "Noise that drifts: actions like the ones before; learns nothing.", false,
           settingsOf(settingTable())},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            return std::make_unique<OrnsteinUhlenbeck>(
                options, resolveSettings(settingTable(), options.mode, options.settings));
          }};
}

}  // namespace forager
