#include "learn/replay.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace forager {

void Replay::addEpisode(const float* observations, const float* actions, const float* rewards, size_t steps,
                        bool terminal) {
  if (users_ > 0)
    throw std::runtime_error("A learner is using this replay; it takes no episodes until the learner stops.");
  if (steps == 0) return;
  const size_t firstRow = observations_.size() / observationSize_;
  if (firstRow + steps >= std::numeric_limits<uint32_t>::max()) throw std::runtime_error("The replay is full.");
  observations_.insert(observations_.end(), observations, observations + (steps + 1) * observationSize_);
  actions_.insert(actions_.end(), actions, actions + steps * actionSize_);
  rewards_.insert(rewards_.end(), rewards, rewards + steps);
  for (size_t t = 0; t < steps; ++t) observationRow_.push_back(static_cast<uint32_t>(firstRow + t));
  ends_.resize(ends_.size() + steps, 0);
  ends_.back() = kEpisodeEnd | (terminal ? kTerminal : 0);
}

void Replay::moments(std::vector<double>& mean, std::vector<double>& deviation) const {
  mean.assign(observationSize_, 0);
  deviation.assign(observationSize_, 0);
  const double count = static_cast<double>(size());
  if (count == 0) return;
  for (size_t t = 0; t < size(); ++t)
    for (int i = 0; i < observationSize_; ++i) mean[i] += observation(t)[i] / count;
  for (size_t t = 0; t < size(); ++t)
    for (int i = 0; i < observationSize_; ++i)
      deviation[i] += (observation(t)[i] - mean[i]) * (observation(t)[i] - mean[i]) / count;
  for (double& d : deviation) d = std::sqrt(d);
}

}  // namespace forager
