#pragma once
// Opens the link to the Hand: TCP, the Connect request and its answer.
#include <string>

#include "fci/net.h"

namespace forager::fci {

struct GripperLink {
  Fd tcp, udp;
  Address hand;
};

// Throws the ArmProblems of GripperClient. Nothing moves.
GripperLink openGripperLink(const std::string& host, int port, int timeout_ms);

}  // namespace forager::fci
