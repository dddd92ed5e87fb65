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
// About a millisecond: a level's last share is shorter unless its thread has lost its processor. A helper that yields
// any sooner comes back late to the next level.
constexpr int kIdleSpins = 100'000;

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

Team::Team(int threads) : tickets_(static_cast<size_t>(threads)) {
  for (int thread = 1; thread < threads; ++thread) {
    workers_.emplace_back([this, thread] { work(static_cast<size_t>(thread)); });
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
  const FlushDenormals guard;
  if (workers_.empty()) {
    for (const Tape::Level& level : tape.levels())
      for (const Tape::Region& region : level)
        for (const Tape::Share& share : region) take(share);
    return;
  }
  running_.store(true, std::memory_order_relaxed);
  order_.fetch_add(1, std::memory_order_release);
  order_.notify_all();
  for (const Tape::Level& level : tape.levels()) {
    done_.store(0, std::memory_order_relaxed);
    level_.store(&level, std::memory_order_relaxed);
    ++number_;
    uint32_t shares = 0;
    for (size_t region = level.size(); region-- > 0;) {  // the caller's last: the others find their own
      shares += static_cast<uint32_t>(level[region].size());
      tickets_[region].left.store((number_ << kShareBits) | level[region].size(), std::memory_order_release);
    }
    while (help(0)) {
    }
    for (int spin = 0; done_.load(std::memory_order_acquire) != shares; ++spin) {
      if (spin < kSpins)
        relax();
      else
        std::this_thread::yield();  // the machine is busy with something else
    }
  }
  running_.store(false, std::memory_order_release);
}

void Team::take(const Tape::Share& share) {
  for (const Tape::Slice& slice : share) {
    if (interrupt_.load(std::memory_order_relaxed)) return passedOver_.store(true, std::memory_order_relaxed);
    (*slice.body)(slice.begin, slice.end);
  }
}

bool Team::help(size_t thread) {
  for (size_t i = 0; i < tickets_.size(); ++i)
    if (helpRegion((thread + i) % tickets_.size())) return true;
  return false;
}

bool Team::helpRegion(size_t region) {
  std::atomic<uint64_t>& left = tickets_[region].left;
  uint64_t ticket = left.load(std::memory_order_acquire);
  do {
    if ((ticket & kLeft) == 0) return false;
  } while (!left.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire));
  const Tape::Region& shares = (*level_.load(std::memory_order_relaxed))[region];
  take(shares[shares.size() - (ticket & kLeft)]);
  done_.fetch_add(1, std::memory_order_acq_rel);
  return true;
}

void Team::work(size_t thread) {
  const FlushDenormals guard;
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; order_.load(std::memory_order_acquire) == seen && spin < kSpins; ++spin) relax();
    order_.wait(seen, std::memory_order_acquire);
    seen = order_.load(std::memory_order_acquire);
    if (closing_) return;
    for (int spin = 0; running_.load(std::memory_order_acquire); ++spin) {
      if (help(thread))
        spin = 0;
      else if (spin < kIdleSpins)
        relax();
      else
        std::this_thread::yield();  // whoever has the share we wait for may be waiting for this processor
    }
  }
}

}  // namespace forager
