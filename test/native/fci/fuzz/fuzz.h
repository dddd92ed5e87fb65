#pragma once
// What each part of packet-fuzz does: so many packets, valid ones among mutated ones, against one end of a protocol.
#include <cstdint>
#include <string>

#include "arm/arm_types.h"

namespace forager::fuzz {

struct Report {
  uint64_t packets = 0;   // sent to the end under test
  uint64_t answers = 0;   // packets that it sent back
  uint64_t links = 0;     // connections that it took; it hangs up on rubbish
  uint64_t motions = 0;   // Moves, grasps or releases that really ran
  uint64_t unsafe = 0;    // answers that must not be
  std::string first;      // the first of them
  void blame(const std::string& what) {
    if (unsafe++ == 0) first = what;
  }
};

// The station's client, reading a robot's states and replies.
Report armClient(const ArmModel& model, int protocol, uint64_t packets, uint64_t seed);
// The simulated robot, reading a client's requests and commands.
Report armServer(const ArmModel& model, int protocol, uint64_t packets, uint64_t seed);
// The station's client of the Hand, and the simulated Hand.
Report gripperClient(uint64_t packets, uint64_t seed);
Report gripperServer(uint64_t packets, uint64_t seed);
// The stop box's frames, in bytes of a serial line.
Report stopBox(uint64_t packets, uint64_t seed);

}  // namespace forager::fuzz
