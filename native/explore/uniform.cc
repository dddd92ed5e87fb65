// Uniform actions, the behaviour of D4RL's "random" datasets: Fu, Kumar, Nachum, Tucker, Levine 2020,
// https://arxiv.org/abs/2004.07219. The same in all three modes.
#include "explore/uniform.h"

#include <cstring>
#include <stdexcept>

#include "nn/random.h"

namespace forager {

namespace {

class Uniform final : public Explorer {
 public:
  explicit Uniform(const ExplorerOptions& options) : actions_(options.actionSize), seed_(options.seed) {
    beginEpisode(0);
  }

  void beginEpisode(uint64_t episode) override {
    episode_ = episode;
    random_ = RandomStream(seed_, "uniform/" + std::to_string(episode));
  }

  // a ~ U(-1, 1)
  void act(const float*, float* action) override {
    for (int a = 0; a < actions_; ++a) action[a] = random_.uniform(-1, 1);
  }

  std::vector<uint8_t> saveState() const override {
    const uint64_t numbers[] = {episode_, random_.state().key, random_.state().position};
    std::vector<uint8_t> state(sizeof numbers);
    std::memcpy(state.data(), numbers, sizeof numbers);
    return state;
  }

  void restoreState(const std::vector<uint8_t>& state) override {
    uint64_t numbers[3];
    if (state.size() != sizeof numbers) throw std::runtime_error("This explorer state is not one of uniform actions.");
    std::memcpy(numbers, state.data(), sizeof numbers);
    episode_ = numbers[0];
    random_.restore({numbers[1], numbers[2]});
  }

 private:
  int actions_;
  uint64_t seed_, episode_ = 0;
  RandomStream random_{0, "uniform"};
};

}  // namespace

ExplorerEntry uniformExplorer() {
  return {{"uniform", "Uniform", "Every action drawn uniformly; learns nothing.", false, {}},
          [](const ExplorerOptions& options) -> std::unique_ptr<Explorer> {
            modeIndex(options.mode);
            if (!options.settings.empty())
              throw std::invalid_argument("There is no setting \"" + options.settings.begin()->first + "\" here.");
            return std::make_unique<Uniform>(options);
          }};
}

}  // namespace forager
