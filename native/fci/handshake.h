#pragma once
// Opens the link to a robot: TCP, the Connect request, and the wait for the first state.
#include <string>

#include "fci/net.h"

namespace forager::fci {

// The one that is tried first, the last that a Panda speaks. A robot that refuses it names its own and is called again.
inline constexpr int kOurProtocol = 5;

struct Link {
  Fd tcp, udp;
  Address robot;
  int protocol = kOurProtocol;
  uint32_t nextId = 1;  // 0 was Connect
};

// Speaks any protocol up to `newest`. Throws the ArmProblems of connectFciArm (client.h). Nothing moves.
Link openLink(const std::string& host, int port, int timeout_ms, int newest);

}  // namespace forager::fci
