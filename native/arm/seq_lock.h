#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace forager {

// One writer, any number of readers, and the writer waits for nobody. A reader whose copy a write fell into copies again,
// or comes back later when it must not wait either. The words are atomics so that the copy is no data race in the sense of
// the language.
template <typename T>
class SeqLock {
  static_assert(std::is_trivially_copyable_v<T>);
  static constexpr size_t kWords = (sizeof(T) + 7) / 8;

 public:
  // One thread at a time.
  void write(const T& value) {
    std::array<uint64_t, kWords> words{};
    std::memcpy(words.data(), &value, sizeof(T));
    const uint64_t sequence = sequence_.load(std::memory_order_relaxed);
    sequence_.store(sequence + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (size_t i = 0; i < kWords; i++) words_[i].store(words[i], std::memory_order_relaxed);
    sequence_.store(sequence + 2, std::memory_order_release);
  }

  // For a reader that must not wait, above all a real-time thread: it may have interrupted the writer in the middle of a
  // write, and on the same core would wait for ever. False when a write falls into the copy; else `sequence` is that of
  // the copy.
  bool tryRead(T& value, uint64_t& sequence) const {
    std::array<uint64_t, kWords> words;
    const uint64_t before = sequence_.load(std::memory_order_acquire);
    for (size_t i = 0; i < kWords; i++) words[i] = words_[i].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    const uint64_t after = sequence_.load(std::memory_order_relaxed);
    if (before != after || (before & 1) != 0) return false;
    std::memcpy(static_cast<void*>(&value), words.data(), sizeof(T));
    sequence = before;
    return true;
  }

  T read() const {
    T value;
    uint64_t sequence;
    while (!tryRead(value, sequence)) {
    }
    return value;
  }

  // Grows by 2 with each write; odd while one is under way.
  uint64_t sequence() const { return sequence_.load(std::memory_order_acquire); }

 private:
  std::atomic<uint64_t> sequence_{0};
  std::array<std::atomic<uint64_t>, kWords> words_{};
};

}  // namespace forager
