#pragma once
// A fault of our own side that the client plays once, for drills and tests of what watches the control thread.
#include <cstdint>

namespace forager::fci {

struct Drill {
  int64_t stallAfter = 0;   // states of running Moves answered before the stall; 0 = no stall
  int stallMs = 0;          // how long the control thread then stands still between a state and its answer
  bool strictTime = false;  // judge cycle times as on a kernel that promises real time
};

}  // namespace forager::fci
