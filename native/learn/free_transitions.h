#pragma once
#include <cstdint>
#include <vector>

#include "arm/arm_types.h"
#include "learn/replay.h"

namespace forager {

// The transitions of an arm's dataset in which its supervisor slows nothing: away from joint limits, from the walls of
// the box, from the floor and from itself. There a joint does what it is told, whatever the others do.
struct FreeTransitions {
  std::vector<uint32_t> all;
  std::vector<uint32_t> first;  // those among the first steps of an episode, where the arm changes its speed
};

// Throws std::invalid_argument when the dataset has none.
FreeTransitions freeTransitions(const Replay& replay, const ArmModel& arm);

}  // namespace forager
