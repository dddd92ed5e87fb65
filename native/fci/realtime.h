#pragma once
// What the host grants a thread that runs at 1 kHz.
#include <cstddef>

namespace forager::fci {

// Asks SCHED_FIFO at `priority` for the calling thread, locks the pages of `object` and touches its stack. True when the
// thread got its priority. A refusal is no error: the thread runs on with an ordinary one.
bool requestRealtime(int priority, void* object, size_t bytes);

// The kernel is built to keep its promises to real-time threads (PREEMPT_RT).
bool kernelPromisesRealTime();

// Asks once per thread that the calling thread goes before ordinary work: the policy has 250 ms to answer, also while
// other programs fill the computer. A refusal is no error.
void preferThread();

}  // namespace forager::fci
