#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

namespace forager {

// The transitions a learner draws from. Observations are kept once: an episode of T steps has T + 1 of them.
class Replay {
 public:
  Replay(int observationSize, int actionSize) : observationSize_(observationSize), actionSize_(actionSize) {}

  int observationSize() const { return observationSize_; }
  int actionSize() const { return actionSize_; }
  size_t size() const { return observationRow_.size(); }

  // observations [steps + 1, S], actions [steps, A], rewards [steps]; `terminal`: the last transition is a true end,
  // otherwise the episode was cut. Throws std::runtime_error while a learner is using the replay.
  void addEpisode(const float* observations, const float* actions, const float* rewards, size_t steps, bool terminal);

  const float* observation(size_t transition) const {
    return &observations_[size_t{observationRow_[transition]} * observationSize_];
  }
  const float* nextObservation(size_t transition) const { return observation(transition) + observationSize_; }
  const float* action(size_t transition) const { return &actions_[transition * actionSize_]; }
  float reward(size_t transition) const { return rewards_[transition]; }
  bool terminal(size_t transition) const { return (ends_[transition] & kTerminal) != 0; }
  // The last transition of its episode, however that ended.
  bool episodeEnd(size_t transition) const { return (ends_[transition] & kEpisodeEnd) != 0; }

  // Ask the memory for a transition before it is read: first where it lies, then, some transitions later, the floats.
  void prefetchPlace(size_t transition) const {
    __builtin_prefetch(&observationRow_[transition]);
    __builtin_prefetch(&actions_[transition * actionSize_]);
    __builtin_prefetch(&rewards_[transition]);
    __builtin_prefetch(&ends_[transition]);
  }
  void prefetchObservations(size_t transition) const {
    const float* from = observation(transition);
    for (int i = 0; i < 2 * observationSize_; i += 16) __builtin_prefetch(from + i);
    __builtin_prefetch(from + 2 * observationSize_ - 1);
  }

  // Mean and standard deviation of each coordinate over all transitions' observations; [S] each.
  void moments(std::vector<double>& mean, std::vector<double>& deviation) const;

  // Held by whoever reads the replay from another thread.
  class Use {
   public:
    explicit Use(Replay& replay) : replay_(replay) { ++replay_.users_; }
    ~Use() { --replay_.users_; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    Replay& replay_;
  };

 private:
  static constexpr uint8_t kTerminal = 1, kEpisodeEnd = 2;

  int observationSize_, actionSize_;
  std::vector<float> observations_, actions_, rewards_;
  std::vector<uint32_t> observationRow_;  // of each transition
  std::vector<uint8_t> ends_;
  std::atomic<int> users_{0};
};

}  // namespace forager
