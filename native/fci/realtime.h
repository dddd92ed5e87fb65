#pragma once
// What the host grants a thread that runs at 1 kHz.
#include <cstddef>

namespace forager::fci {

struct RealtimeGrant {
  bool scheduler = false;  // SCHED_FIFO
  bool memory = false;     // pages locked
};

// Asks SCHED_FIFO at `priority` for the calling thread, locks the pages of `object` and touches its stack.
// A refusal is no error: the thread runs on with ordinary priority.
RealtimeGrant requestRealtime(int priority, void* object, size_t bytes);

// The kernel is built to keep its promises to real-time threads (PREEMPT_RT).
bool kernelPromisesRealTime();

// Asks once per thread that the calling thread goes before ordinary work: the policy has 250 ms to answer, also while
// other programs fill the computer. A refusal is no error.
void preferThread();

}  // namespace forager::fci
