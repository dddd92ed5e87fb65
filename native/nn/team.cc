#include "nn/team.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <pthread.h>
#endif

namespace forager {

namespace {

constexpr int kSpins = 4000;  // some tens of microseconds, longer than the sequential parts of an update

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Numbers below the normal range become zero: decayed Adam moments would otherwise run at a hundredth of the speed.
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040u); }
  ~FlushDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | (uint64_t{1} << 24)));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(before_)); }

 private:
  uint64_t before_;
#endif
};

}  // namespace

Team::Team(int threads) {
  for (int thread = 1; thread < threads; ++thread) {
    workers_.emplace_back([this, thread] { work(thread); });
#if defined(__linux__)
    pthread_setname_np(workers_.back().native_handle(), "learn-team");
#endif
  }
}

Team::~Team() {
  closing_ = true;
  order_.fetch_add(1, std::memory_order_release);
  order_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Team::run(const Tape& tape) {
  tape_ = &tape;
  if (!workers_.empty()) {
    order_.fetch_add(1, std::memory_order_release);
    order_.notify_all();
  }
  replay(0);
}

void Team::work(int thread) {
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; order_.load(std::memory_order_acquire) == seen && spin < kSpins; ++spin) relax();
    order_.wait(seen, std::memory_order_acquire);
    ++seen;
    if (closing_) return;
    replay(thread);
  }
}

void Team::replay(int thread) {
  const FlushDenormals guard;
  const Tape& tape = *tape_;
  for (size_t level = 0; level < tape.levels(); ++level) {
    for (const Tape::Slice& slice : tape.slices(level, thread)) (*slice.body)(slice.begin, slice.end);
    meet();
  }
}

// Returns when every thread has called it.
void Team::meet() {
  const uint32_t others = static_cast<uint32_t>(workers_.size());
  if (others == 0) return;
  const uint32_t phase = phase_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) == others) {
    arrived_.store(0, std::memory_order_relaxed);
    phase_.store(phase + 1, std::memory_order_release);
    return;
  }
  for (int spin = 0; phase_.load(std::memory_order_acquire) == phase; ++spin) {
    if (spin < kSpins) relax();
    else std::this_thread::yield();  // the machine is busy with something else
  }
}

}  // namespace forager
