#include "arm/cycle_recorder.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace forager {

static_assert(std::is_trivially_copyable_v<CycleSample>);

CycleRecorder::CycleRecorder() : slots_(std::make_unique<Slot[]>(kSamples)) {}

// The slot written next is the oldest one. Readers look at the count again after their copy: a slot that was handed out
// anew meanwhile is not used.
void CycleRecorder::add(const CycleSample& sample) noexcept {
  std::array<uint64_t, kWords> words{};
  std::memcpy(words.data(), &sample, sizeof sample);
  const uint64_t index = count_.load(std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  Slot& slot = slots_[index % kSamples];
  for (size_t i = 0; i < kWords; i++) slot[i].store(words[i], std::memory_order_relaxed);
  count_.store(index + 1, std::memory_order_release);
}

bool CycleRecorder::read(uint64_t index, CycleSample& sample) const {
  std::array<uint64_t, kWords> words;
  const Slot& slot = slots_[index % kSamples];
  for (size_t i = 0; i < kWords; i++) words[i] = slot[i].load(std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_acquire);
  std::memcpy(static_cast<void*>(&sample), words.data(), sizeof sample);
  // The writer may be in the slot after the newest.
  return index + kSamples > count_.load(std::memory_order_relaxed);
}

std::vector<CycleSample> CycleRecorder::between(int64_t fromNs, int64_t toNs) const {
  const uint64_t count = count_.load(std::memory_order_acquire);
  const uint64_t oldest = count > kSamples ? count - kSamples : 0;
  std::vector<CycleSample> newestFirst;
  CycleSample sample;
  for (uint64_t index = count; index-- > oldest && read(index, sample) && sample.timeNs >= fromNs;)
    if (sample.timeNs <= toNs) newestFirst.push_back(sample);
  std::reverse(newestFirst.begin(), newestFirst.end());
  return newestFirst;
}

int64_t CycleRecorder::newestNs() const {
  CycleSample sample;
  const uint64_t count = count_.load(std::memory_order_acquire);
  return count > 0 && read(count - 1, sample) ? sample.timeNs : 0;
}

}  // namespace forager
