#pragma once
// Round trip of the network alone, measured without the robot's control interface.
#include <string>
#include <vector>

namespace forager::fci {

// Opens `count` TCP connections one after the other and takes the time until each is answered, be it accepted or
// refused: either needs one packet there and one back. ms; -1 where no answer came within a second. Blocks.
// Throws ArmProblem `robot-address` when the host is not found.
std::vector<double> connectTimes(const std::string& host, int port, int count, int interval_ms);

}  // namespace forager::fci
