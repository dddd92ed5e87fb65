#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nn/settings.h"

namespace forager {

// Chooses actions while a dataset is gathered. Never sees a reward.
class Explorer {
 public:
  virtual ~Explorer() = default;
  // A fresh policy for the episode with this number; (seed, episode) alone decide for explorers that do not learn.
  virtual void beginEpisode(uint64_t episode) = 0;
  // observation [S], action [A] in [-1, 1]
  virtual void act(const float* observation, float* action) = 0;
  // Everything needed to continue exactly. restoreState throws std::runtime_error on bytes of another explorer.
  virtual std::vector<uint8_t> saveState() const = 0;
  virtual void restoreState(const std::vector<uint8_t>& state) = 0;
};

struct ExplorerOptions {
  std::string mode;
  int observationSize, actionSize;
  uint64_t seed;
  std::map<std::string, double> settings;
};

struct ExplorerEntry {
  Method method;
  std::function<std::unique_ptr<Explorer>(const ExplorerOptions&)> make;
};
const std::vector<ExplorerEntry>& explorers();

}  // namespace forager
