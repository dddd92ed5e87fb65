#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nn/mlp.h"
#include "nn/settings.h"

namespace forager {

// How a transition ended its episode, if it did.
enum class StepEnd {
  none,
  terminal,  // a true end of the decision process: no value follows
  cut,       // a time limit, a stop or anything else
};

// An episode of an earlier run of the same explorer, as it was stored.
struct PastEpisode {
  uint64_t episode;
  const float* observations;  // [steps + 1, S]
  const float* actions;       // [steps, A], as the explorer chose them
  size_t steps;
  bool terminal;  // its last transition was a true end
};

using NamedLayers = std::vector<std::pair<std::string, std::vector<LayerValues>>>;

// Chooses actions while a dataset is gathered, and may learn from what happens. It never sees a reward of the world:
// nothing here takes one. One that does not learn keeps the empty definitions.
class Explorer {
 public:
  virtual ~Explorer() = default;
  // The policy of the episode with this number. Explorers that do not learn take it from (seed, episode) alone.
  virtual void beginEpisode(uint64_t episode) = 0;
  // observation [S], action [A] in [-1, 1]
  virtual void act(const float* observation, float* action) = 0;
  // What came of the newest act(): the next observation [S]. An act() without it has not happened.
  virtual void observe(const float*, StepEnd) {}
  // Makes the updates that are due. In real time it returns at once and a thread of the explorer makes them.
  virtual void learn() {}
  // Updates made and updates that are due.
  virtual uint64_t updates() const { return 0; }
  virtual uint64_t behind() const { return 0; }
  // Losses and the like by name, of the newest update; NaN where it computed none.
  virtual std::vector<std::pair<std::string, double>> losses() const { return {}; }
  // Every network by name, and the gradients of those that learn from the newest update: zeros unless made with
  // keepGradients. For comparison with an oracle.
  virtual NamedLayers networks() const { return {}; }
  virtual NamedLayers gradients() const { return {}; }
  // Floating-point operations of the products in one update.
  virtual double operationsPerUpdate() const { return 0; }
  // Skill of the running episode, for explorers that have some.
  virtual std::optional<int> skill() const { return std::nullopt; }

  // Makes room for so many transitions in all, so that later calls allocate nothing.
  virtual void reserve(size_t) {}
  // To continue a dataset: first every stored episode in order, which is what observe() was told in earlier runs; then
  // the newest state, if there is one.
  virtual void recall(const PastEpisode&) {}
  // Between episodes: everything needed to continue exactly, but for what recall() brings back.
  // restoreState throws std::runtime_error on bytes of another explorer.
  virtual std::vector<uint8_t> saveState() const = 0;
  virtual void restoreState(const std::vector<uint8_t>& state) = 0;
};

struct ExplorerOptions {
  std::string mode;
  int observationSize, actionSize;
  uint64_t seed;
  std::map<std::string, double> settings;
  int threads = 1;        // that learn
  bool realTime = false;  // learning must never delay act()
  bool keepGradients = false;  // costs time
};

struct ExplorerEntry {
  Method method;
  std::function<std::unique_ptr<Explorer>(const ExplorerOptions&)> make;
};
const std::vector<ExplorerEntry>& explorers();

}  // namespace forager
