#pragma once
// Opens the link to a robot: TCP, the Connect request, and the wait for the first state.
#include <string>

#include "fci/net.h"

namespace forager::fci {

inline constexpr int kOurProtocol = 5;     // the last one a Panda speaks, system 4.2.1 and later
inline constexpr int kOldestPanda = 3;     // system 3; a robot that speaks 3 or 4 is connected to once more in its own

struct Link {
  Fd tcp, udp;
  Address robot;
  int protocol = kOurProtocol;
  uint32_t nextId = 1;  // 0 was Connect
};

// Throws the ArmProblems of connectFciArm (client.h). Nothing moves.
Link openLink(const std::string& host, int port, int timeout_ms);

}  // namespace forager::fci
