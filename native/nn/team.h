#pragma once
#include <atomic>
#include <thread>
#include <vector>

#include "nn/tape.h"

namespace forager {

// A fixed set of threads, the caller among them, that replays tapes level by level. The caller never waits for a thread
// that has not begun: on a busy machine it does the work itself. Who does what changes no result (see Tape).
class Team {
 public:
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }
  // Replays a scheduled tape; returns when all of it is done, or soon after interrupt().
  void run(const Tape& tape);

  // From any thread: what is left of this and later runs is passed over until clearInterrupt().
  void interrupt() { interrupt_.store(true, std::memory_order_relaxed); }
  // Something was passed over: what the tapes write is of no use.
  bool interrupted() const { return passedOver_.load(std::memory_order_relaxed); }
  void clearInterrupt() {
    interrupt_.store(false, std::memory_order_relaxed);
    passedOver_.store(false, std::memory_order_relaxed);
  }

 private:
  // The open level's number and, in the low bits, how many shares of one of its regions are left. A share is taken by a
  // compare-and-swap on both, so a late thread takes nothing from a level that is over, and looks at level_ only once it
  // holds a share of it.
  struct alignas(64) Ticket {
    std::atomic<uint64_t> left{0};
  };

  void work(size_t thread);
  void take(const Tape::Share& share);
  // Does one share, of this thread's region as long as there is one: what the thread wrote in the level before is in its
  // cache. False when no share is open.
  bool help(size_t thread);
  bool helpRegion(size_t region);

  std::vector<std::thread> workers_;
  static constexpr int kShareBits = 20;
  static constexpr uint64_t kLeft = (uint64_t{1} << kShareBits) - 1;
  std::vector<Ticket> tickets_;  // of each region; as many as there are threads
  uint64_t number_ = 0;          // of the open level
  std::atomic<const Tape::Level*> level_{nullptr};
  alignas(64) std::atomic<uint32_t> done_{0};   // shares of the open level
  alignas(64) std::atomic<uint32_t> order_{0};  // counts run() calls
  std::atomic<bool> running_{false}, closing_{false};
  std::atomic<bool> interrupt_{false}, passedOver_{false};
};

}  // namespace forager
