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

enum class TrainingState { idle, running, done, diverged };

// Runs a learner on a thread of its own, keeps its curve and its last good state.
// Public calls come from one thread; only that thread starts and joins the training thread.
class TrainingJob {
 public:
  // Throws std::invalid_argument on an unknown learner, mode or setting.
  explicit TrainingJob(TrainingOptions options);
  ~TrainingJob();

  // Trains until `updates` in total. Throws std::runtime_error while running, after divergence or without transitions.
  void start(uint64_t updates);
  // Ends after the running update; returns when the thread has ended.
  void stop();

  struct Progress {
    TrainingState state;
    uint64_t updates;
    std::string message;
    std::vector<double> points;  // rows of kPointColumns since the last call
  };
  Progress progress();

  static constexpr int kPointColumns = 6;  // update, seconds, criticLoss, actorLoss, meanQ, saturated

  // The rest throws std::runtime_error while the thread runs.
  std::vector<uint8_t> checkpoint() const;
  void restore(const std::vector<uint8_t>& checkpoint);
  const Learner& learner() const;

 private:
  // Sums over the updates since the last curve point; saved, so that a resumed curve continues in step.
  struct Sums {
    double updates = 0, criticLoss = 0, meanQ = 0, actorUpdates = 0, actorLoss = 0, saturated = 0;
  };

  void train(uint64_t updates);
  void addToCurve(uint64_t window);
  bool healthy() const;
  void rememberGoodState();
  void returnToGoodState();
  void requireStopped() const;
  std::string identity() const;

  TrainingOptions options_;
  std::unique_ptr<Learner> learner_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  Sums sums_;
  double seconds_ = 0;  // of training in this object
  std::vector<uint8_t> goodState_;

  mutable std::mutex mutex_;  // guards what progress() reads
  TrainingState state_ = TrainingState::idle;
  std::atomic<uint64_t> updates_{0};
  std::string message_;
  std::vector<double> points_;
};

}  // namespace forager
