#pragma once
// How the control thread asks for TCP requests without a lock: bits that the request thread takes.
#include <atomic>
#include <cstdint>

#include "fci/net.h"

namespace forager::fci {

enum class Request : uint32_t { kMove = 1, kStopMove = 2, kRecovery = 4 };

class RequestSlot {
 public:
  // Any thread; no lock, no allocation. The wake is one write to a pipe.
  void post(Request request) noexcept {
    bits_.fetch_or(static_cast<uint32_t>(request), std::memory_order_acq_rel);
    wake_.raise();
  }
  // Request thread: everything posted since the last call.
  uint32_t take() noexcept {
    wake_.drain();
    return bits_.exchange(0, std::memory_order_acq_rel);
  }
  Wake& wake() { return wake_; }

 private:
  std::atomic<uint32_t> bits_{0};
  Wake wake_;
};

}  // namespace forager::fci
