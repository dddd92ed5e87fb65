#include "learn/replay.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nn/machine_memory.h"

namespace forager {

namespace {

size_t blocksOf(size_t transitions) { return (transitions + 63) / 64; }

// Beyond what was reserved room grows by a quarter: little stays unused, and an episode still costs only its own copy.
template <class T>
void makeRoom(std::vector<T>& values, size_t count) {
  if (count > values.capacity()) values.reserve(std::max(count, values.capacity() + values.capacity() / 4));
}

void refuseBeyondMost(size_t transitions) {
  if (transitions > Replay::kMostTransitions)
    throw std::runtime_error("A replay holds at most 4294967295 transitions; this one would hold more.");
}

}  // namespace

void Replay::refuseWhileUsed() const {
  if (users_ > 0)
    throw std::runtime_error("A learner is using this replay; it takes no episodes until the learner stops.");
}

size_t Replay::bytes() const {
  return sizeof(float) * (observations_.capacity() + actions_.capacity() + rewards_.capacity()) +
         sizeof(Block) * blocks_.capacity();
}

void Replay::reserve(size_t transitions, size_t episodes) {
  refuseWhileUsed();
  refuseBeyondMost(transitions);
  refuseBeyondMost(episodes);
  const double numbers = static_cast<double>(transitions) * (observationSize_ + actionSize_ + 1) +
                         static_cast<double>(episodes) * observationSize_;
  // The system would promise it, and end the whole program when it is used.
  if (numbers * sizeof(float) > static_cast<double>(machineMemory()) * 3 / 4)
    throw std::runtime_error("The transitions need more memory than this machine has.");
  observations_.reserve((transitions + episodes) * observationSize_);
  actions_.reserve(transitions * actionSize_);
  rewards_.reserve(transitions);
  blocks_.reserve(blocksOf(transitions));
}

void Replay::addEpisode(const float* observations, const float* actions, const float* rewards, size_t steps,
                        bool terminal) {
  refuseWhileUsed();
  if (steps == 0) return;
  endEpisode(false);
  const size_t first = size();
  refuseBeyondMost(first + steps);
  // All room first: when memory runs out, the replay stays as it was.
  makeRoom(observations_, observations_.size() + (steps + 1) * observationSize_);
  makeRoom(actions_, actions_.size() + steps * actionSize_);
  makeRoom(rewards_, first + steps);
  makeRoom(blocks_, blocksOf(first + steps));
  observations_.insert(observations_.end(), observations, observations + (steps + 1) * observationSize_);
  actions_.insert(actions_.end(), actions, actions + steps * actionSize_);
  rewards_.insert(rewards_.end(), rewards, rewards + steps);
  blocks_.resize(blocksOf(first + steps), Block{0, 0, episodes_});
  running_ = true;
  endEpisode(terminal);
}

void Replay::addTransition(const float* observation, const float* action, float reward, const float* nextObservation) {
  refuseWhileUsed();
  refuseBeyondMost(size() + 1);
  makeRoom(observations_, observations_.size() + 2 * observationSize_);
  makeRoom(actions_, actions_.size() + actionSize_);
  makeRoom(rewards_, size() + 1);
  makeRoom(blocks_, blocksOf(size() + 1));
  if (!running_) observations_.insert(observations_.end(), observation, observation + observationSize_);
  observations_.insert(observations_.end(), nextObservation, nextObservation + observationSize_);
  actions_.insert(actions_.end(), action, action + actionSize_);
  rewards_.push_back(reward);
  blocks_.resize(blocksOf(size()), Block{0, 0, episodes_});
  running_ = true;
}

void Replay::endEpisode(bool terminal) {
  if (!running_) return;
  const uint64_t bit = uint64_t{1} << ((size() - 1) % 64);
  blocks_.back().ends |= bit;
  if (terminal) blocks_.back().terminals |= bit;
  ++episodes_;
  running_ = false;
}

size_t Replay::lastOfEpisode(size_t transition) const {
  size_t block = transition / 64;
  uint64_t ends = blocks_[block].ends & (~uint64_t{0} << (transition % 64));
  while (ends == 0 && ++block < blocks_.size()) ends = blocks_[block].ends;
  return ends == 0 ? size() - 1 : block * 64 + static_cast<size_t>(std::countr_zero(ends));
}

void Replay::moments(std::vector<double>& mean, std::vector<double>& deviation) const {
  mean.assign(observationSize_, 0);
  deviation.assign(observationSize_, 0);
  const double count = static_cast<double>(size());
  for (size_t t = 0; t < size(); ++t) {
    const float* o = observation(t);
    for (int i = 0; i < observationSize_; ++i) mean[i] += o[i] / count;
  }
  for (size_t t = 0; t < size(); ++t) {
    const float* o = observation(t);
    for (int i = 0; i < observationSize_; ++i) deviation[i] += (o[i] - mean[i]) * (o[i] - mean[i]) / count;
  }
  for (double& d : deviation) d = std::sqrt(d);
}

}  // namespace forager
