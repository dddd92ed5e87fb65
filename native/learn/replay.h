#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace forager {

// The transitions a learner draws from. Observations are kept once: an episode of T steps has T + 1 of them.
// Each episode ends with a mark of its own, so no value is ever carried from one episode, or one dataset, to the next.
class Replay {
 public:
  // Transitions are drawn by a 32-bit number.
  static constexpr size_t kMostTransitions = UINT32_MAX;

  Replay(int observationSize, int actionSize) : observationSize_(observationSize), actionSize_(actionSize) {}

  int observationSize() const { return observationSize_; }
  int actionSize() const { return actionSize_; }
  size_t size() const { return rewards_.size(); }
  // Bytes held for transitions, room that is not filled yet included.
  size_t bytes() const;

  // Makes room for exactly so much in all, so that filling the replay neither copies it nor leaves room unused.
  // Throws std::runtime_error above kMostTransitions, beyond three quarters of the machine's memory, and while a
  // learner is using the replay.
  void reserve(size_t transitions, size_t episodes);

  // observations [steps + 1, S], actions [steps, A], rewards [steps]; `terminal`: the last transition is a true end,
  // otherwise the episode was cut. Throws std::runtime_error while a learner is using the replay.
  void addEpisode(const float* observations, const float* actions, const float* rewards, size_t steps, bool terminal);

  // One transition of an episode that is going on: [S], [A], [S]. Its first one begins the episode; from its second on
  // `observation` is the last next observation. Drawn like any other. Throws as addEpisode does.
  void addTransition(const float* observation, const float* action, float reward, const float* nextObservation);
  // Marks the newest transition as the last of that episode; does nothing when none is going on.
  void endEpisode(bool terminal);

  // [S]; the next observation lies right behind it.
  const float* observation(size_t transition) const {
    return &observations_[(transition + episodesBefore(transition)) * observationSize_];
  }
  const float* nextObservation(size_t transition) const { return observation(transition) + observationSize_; }
  const float* action(size_t transition) const { return &actions_[transition * actionSize_]; }
  float reward(size_t transition) const { return rewards_[transition]; }
  bool terminal(size_t transition) const { return (blockOf(transition).terminals >> (transition % 64)) & 1; }
  // The last transition of its episode, however that ended.
  bool episodeEnd(size_t transition) const { return (blockOf(transition).ends >> (transition % 64)) & 1; }

  // The last transition of the same episode, or the newest one while that goes on.
  size_t lastOfEpisode(size_t transition) const;

  // Asks the memory for a transition some time before it is read.
  void prefetch(size_t transition) const {
    const float* from = observation(transition);
    for (int i = 0; i < 2 * observationSize_; i += 16) __builtin_prefetch(from + i);
    __builtin_prefetch(from + 2 * observationSize_ - 1);
    __builtin_prefetch(&actions_[transition * actionSize_]);
    __builtin_prefetch(&rewards_[transition]);
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
  // What is known of 64 transitions in a row, one bit each. With the episodes that ended before them it says where a
  // transition's observation lies, in 3 bits per transition instead of an index of 32.
  struct Block {
    uint64_t ends = 0, terminals = 0, episodesBefore = 0;
  };

  const Block& blockOf(size_t transition) const { return blocks_[transition / 64]; }
  // Episodes that ended before this transition: each has one observation more than it has transitions.
  size_t episodesBefore(size_t transition) const {
    const Block& block = blockOf(transition);
    const uint64_t before = block.ends & ((uint64_t{1} << (transition % 64)) - 1);
    return block.episodesBefore + (before == 0 ? 0 : static_cast<size_t>(std::popcount(before)));
  }
  void refuseWhileUsed() const;

  int observationSize_, actionSize_;
  std::vector<float> observations_, actions_, rewards_;
  std::vector<Block> blocks_;
  size_t episodes_ = 0;  // that have ended
  bool running_ = false;
  std::atomic<int> users_{0};
};

}  // namespace forager
