#include "fci/realtime.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <cstring>
#include <fstream>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace forager::fci {

namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr int kPreferredNice = -10;

// Touches the stack the loop will use, so that no page fault comes later. Its own function: the array must be gone after.
[[gnu::noinline]] void touchStack() {
  char stack[kStackBytes];
  std::memset(stack, 0, sizeof stack);
  asm volatile("" : : "r"(stack) : "memory");  // keeps the writes
}

}  // namespace

bool requestRealtime(int priority, void* object, size_t bytes) {
  touchStack();
#ifdef __linux__
  prctl(PR_SET_TIMERSLACK, 1UL);  // ns; the default of 50 us would make every wake-up late
#endif
  sched_param parameter{};
  parameter.sched_priority = priority;
  // Only what the loop touches: locking the whole process would lock the JavaScript heap too. Without the right to it a
  // page can be fetched late, as any other can.
  mlock(object, bytes);
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter) == 0;
}

bool kernelPromisesRealTime() {
  std::ifstream file("/sys/kernel/realtime");
  char answer = 0;
  if (file.get(answer) && answer == '1') return true;
  // Since Linux 6.12 a kernel as it comes from kernel.org can be real-time too. It has no such file, and says so in its version.
  utsname kernel{};
  return uname(&kernel) == 0 && std::strstr(kernel.version, "PREEMPT_RT") != nullptr;
}

void preferThread() {
#ifdef __linux__
  static thread_local bool asked = false;
  if (asked) return;
  asked = true;
  setpriority(PRIO_PROCESS, 0, kPreferredNice);  // on Linux 0 names the calling thread alone
#endif
}

}  // namespace forager::fci
