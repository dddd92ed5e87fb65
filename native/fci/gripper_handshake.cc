#include "fci/gripper_handshake.h"

#include <cerrno>

#include "arm/arm_driver.h"
#include "fci/framed_stream.h"
#include "fci/gripper_wire.h"

namespace forager::fci {

namespace {

using std::chrono::milliseconds;

const std::string kWithout = " The arm works without it.";

[[noreturn]] void absent(const std::string& where) {
  throw ArmProblem("gripper-absent", "No Hand was found at " + where + "." + kWithout,
                   "Run without a gripper. If one is mounted: choose it as end effector in Desk and wait until it is ready.");
}

[[noreturn]] void refused(const std::string& why) {
  throw ArmProblem("gripper-refused", why + kWithout, "End other programs that use the Hand, then connect it again.");
}

[[noreturn]] void otherVersion(int theirs) {
  const std::string ours = std::to_string(kGripperProtocol);
  throw ArmProblem("gripper-version",
                   "The Hand speaks protocol " + std::to_string(theirs) + " of its own service, this station speaks " + ours + "." + kWithout,
                   "Update the robot: the Hand has its own number, apart from that of the arm.");
}

std::vector<uint8_t> readReply(const GripperLink& link, Clock::time_point deadline, const std::string& where) {
  Reply reply = awaitFrame(link.tcp, kGripperConnectReplyBytes, kGripperFraming, deadline, Wake::never());
  switch (reply.kind) {
    case Reply::Kind::frame: return std::move(reply.frame);
    case Reply::Kind::silence: refused("Something at " + where + " takes the connection but does not answer as a Hand.");
    case Reply::Kind::hangUp: refused("The Hand at " + where + " hung up.");
    case Reply::Kind::unreadable: break;
  }
  refused("What answers at " + where + " is not a Hand.");
}

}  // namespace

GripperLink openGripperLink(const std::string& host, int port, int timeout_ms) {
  const std::string where = host + ":" + std::to_string(port);
  GripperLink link;
  if (!resolve(host, port, link.hand)) absent(where);
  int error = 0;
  link.tcp = connectTcp(link.hand, Clock::now() + milliseconds(timeout_ms), Wake::never(), error);
  if (error == ECONNREFUSED || error == ECONNRESET) absent(where);
  if (error != 0) {
    throw ArmProblem("gripper-unreachable", "No answer from " + where + "." + kWithout, "Check the address and the cable.");
  }
  link.udp = bindUdp(Address{});
  const auto deadline = Clock::now() + milliseconds(timeout_ms);
  const auto request = encodeGripperConnect(0, kGripperProtocol, static_cast<uint16_t>(localPort(link.udp)));
  if (!sendFrame(link.tcp, request, milliseconds(timeout_ms))) refused("The Hand at " + where + " hung up.");
  const auto reply = readReply(link, deadline, where);
  const GripperHeader header = readGripperHeader(reply.data());
  if (reply.size() != kGripperConnectReplyBytes || header.command != 0 || header.id != 0) {
    refused("What answers at " + where + " is not a Hand.");
  }
  const int version = reply[12] | reply[13] << 8;
  if (version != kGripperProtocol) otherVersion(version);
  if (reply[10] != 0 || reply[11] != 0) refused("The Hand at " + where + " refused the connection.");
  return link;
}

}  // namespace forager::fci
