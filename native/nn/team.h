#pragma once
#include <atomic>
#include <thread>
#include <vector>

#include "nn/tape.h"

namespace forager {

// A fixed set of threads, the caller among them, that replays tapes level by level. Which thread does what is fixed by
// the tape, so timing cannot change a result.
class Team {
 public:
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }
  // Replays a tape scheduled for size() threads; returns when all of it is done.
  void run(const Tape& tape);

 private:
  void work(int thread);
  void replay(int thread);
  void meet();

  std::vector<std::thread> workers_;
  const Tape* tape_ = nullptr;
  std::atomic<uint32_t> order_{0};    // counts run() calls
  std::atomic<uint32_t> arrived_{0};
  std::atomic<uint32_t> phase_{0};    // counts levels done
  std::atomic<bool> closing_{false};
};

}  // namespace forager
