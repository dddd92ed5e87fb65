#pragma once
#include <unistd.h>

#include <cstddef>

namespace forager {

// Bytes of memory that the machine has.
inline size_t machineMemory() {
  static const long bytes = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  return static_cast<size_t>(bytes);
}

}  // namespace forager
