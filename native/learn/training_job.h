#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "learn/learner.h"

namespace forager {

struct TrainingOptions {
  std::string learner;
  LearnerOptions options;
  std::shared_ptr<Replay> replay;
};

enum class TrainingState { idle, running, paused, done, diverged };

// Runs a learner on a thread of its own, keeps its curve and its last good state.
// Public calls come from one thread; only that thread starts and joins the training thread.
class TrainingJob {
 public:
  // Throws std::invalid_argument on an unknown learner, mode or setting, and on data that no learner can start from.
  explicit TrainingJob(TrainingOptions options);
  ~TrainingJob();

  // Trains until `updates` in total. Throws std::runtime_error while running, after divergence or without transitions.
  void start(uint64_t updates);
  // Holds the thread after the running update, with everything in memory; it goes on with resume(). Return at once;
  // without a running thread they do nothing.
  void pause();
  void resume();
  // Returns when the thread has ended, after the running update. One that takes longer than a moment is given up: the
  // training is then at its last good state, and goes on from there to the same bytes.
  void stop();

  struct Progress {
    TrainingState state;
    uint64_t updates;
    std::string message;
    std::vector<double> points;  // rows of kPointColumns since the last call
  };
  Progress progress();

  static constexpr int kPointColumns = 6;  // update, seconds, criticLoss, actorLoss, meanQ, saturated

  // Both throw std::runtime_error while the thread runs; a paused one stands still.
  std::vector<uint8_t> checkpoint() const;
  const Learner& learner() const;
  // Throws std::runtime_error while the thread runs or is paused, and on bytes that are damaged or of another learner,
  // mode, shape or settings; the job is then as it was.
  void restore(const std::vector<uint8_t>& checkpoint);

 private:
  // Sums over the updates since the last curve point; saved, so that a resumed curve continues in step.
  struct Sums {
    double updates = 0, criticLoss = 0, meanQ = 0, actorUpdates = 0, actorLoss = 0, saturated = 0;
    bool finite() const;
  };
  struct GoodState {
    std::vector<uint8_t> learner;
    Sums sums;
  };

  void train(uint64_t updates);
  std::string update(uint64_t window);
  void waitWhilePaused();
  void addToCurve(uint64_t window);
  void returnToGoodState();
  void diverge(const std::string& problem, uint64_t update);
  bool active() const { return state_ == TrainingState::running || state_ == TrainingState::paused; }
  void requireStill() const;    // paused or stopped
  void requireStopped() const;
  std::string identity() const;

  TrainingOptions options_;
  std::unique_ptr<Learner> learner_;
  uint64_t goodStateEvery_;  // updates
  std::thread thread_;
  std::atomic<bool> stopping_{false}, pausing_{false};
  Sums sums_;
  double seconds_ = 0;  // of training in this object
  GoodState good_;

  mutable std::mutex mutex_;  // guards what progress() reads
  std::condition_variable changed_;
  TrainingState state_ = TrainingState::idle;
  std::atomic<uint64_t> updates_{0};
  std::string message_;
  std::vector<double> points_;
};

}  // namespace forager
