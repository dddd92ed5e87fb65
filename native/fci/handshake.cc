#include "fci/handshake.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "arm/arm_driver.h"
#include "fci/framed_stream.h"
#include "fci/wire.h"

namespace forager::fci {

namespace {

using std::chrono::milliseconds;

constexpr auto kConnectTimeout = milliseconds(2000);
constexpr auto kHangUp = milliseconds(50);
constexpr auto kFirstState = milliseconds(1000);

std::string place(const std::string& host, int port) { return host + ":" + std::to_string(port); }

[[noreturn]] void unreachable(const std::string& where) {
  throw ArmProblem("robot-unreachable", "No answer from " + where + ". The arm was not touched.",
                   "Check the address and that the cable is in the LAN port of the Control unit, not of the arm's base.");
}

[[noreturn]] void refused(const std::string& why) {
  throw ArmProblem("robot-refused", why + " The arm was not touched.",
                   "In Desk: open the brakes, activate FCI and leave its window open. End other programs that use the arm.");
}

[[noreturn]] void otherVersion(int theirs) {
  const std::string known = "This station speaks protocols " + std::to_string(kOldestProtocol) + " to " + std::to_string(kNewestProtocol) + ".";
  throw ArmProblem("robot-version",
                   "The robot speaks protocol " + std::to_string(theirs) + ", as " + speakerOf(theirs) + " does. " + known + " The arm was not touched.",
                   theirs < kOldestProtocol ? "Update the robot to system 4.2.1 or later."
                                            : "Use a Panda with system 3.0.0 or later, or a Franka Research 3 with a system from 5.2.0 to before 5.9.0.");
}

[[noreturn]] void silent(const std::string& where, int udpPort) {
  const std::string port = std::to_string(udpPort);
  throw ArmProblem("robot-silent",
                   "The robot at " + where + " answers over TCP, but no state reached UDP port " + port + " within 1 s. The arm was not touched.",
                   "Let the firewall of this computer pass UDP from the robot (port " + port +
                       " this time), and end other programs that use the arm.");
}

// One frame from the robot; throws when it hangs up or says nothing that can be read.
std::vector<uint8_t> readReply(const Link& link, const Wake& wake, Clock::time_point deadline, const std::string& where) {
  Reply reply = awaitFrame(link.tcp, kConnectReplyBytes, kArmFraming, deadline, wake);
  switch (reply.kind) {
    case Reply::Kind::frame: return std::move(reply.frame);
    case Reply::Kind::silence: refused("Something at " + where + " takes the connection but does not answer as a robot.");
    case Reply::Kind::hangUp: refused("The robot at " + where + " hung up.");
    case Reply::Kind::unreadable: break;
  }
  refused("What answers at " + where + " is not a robot.");
}

// Returns the robot's protocol number; equal to the link's when the robot has accepted.
int shakeHands(const Link& link, const Wake& wake, Clock::time_point deadline, const std::string& where) {
  const auto udpPort = static_cast<uint16_t>(localPort(link.udp));
  const auto request = encodeConnect(0, static_cast<uint16_t>(link.protocol), udpPort);
  if (sendAll(link.tcp.get(), request, deadline, wake) != Outcome::kDone) refused("The robot at " + where + " hung up.");
  const auto reply = readReply(link, wake, deadline, where);
  const Header header = readHeader(reply.data());
  if (reply.size() != kConnectReplyBytes || header.command != 0 || header.id != 0) {
    refused("What answers at " + where + " is not a robot.");
  }
  const int version = readU16(reply.data() + kHeaderBytes + 1);
  const Status status = decodeStatus(Command::kConnect, reply[kHeaderBytes], link.protocol);
  if (version != link.protocol) return version;
  if (status != Status::kSuccess) refused("The robot at " + where + " refused the connection.");
  return version;
}

// True when a valid state of this robot is waiting; it is left to the control thread.
bool peekState(const Link& link) {
  std::array<uint8_t, kLargestState + 1> bytes;
  sockaddr_in from{};
  socklen_t fromSize = sizeof from;
  for (;;) {
    const auto size = recvfrom(link.udp.get(), bytes.data(), bytes.size(), MSG_PEEK, reinterpret_cast<sockaddr*>(&from), &fromSize);
    if (size < 0) return false;
    ArmState state;
    const bool ours = from.sin_addr.s_addr == link.robot.value.sin_addr.s_addr;
    if (ours && decodeState({bytes.data(), static_cast<size_t>(size)}, link.protocol, state)) return true;
    if (recv(link.udp.get(), bytes.data(), bytes.size(), 0) < 0) return false;
  }
}

void waitForState(const Link& link, const Wake& wake, const std::string& where) {
  const auto deadline = Clock::now() + kFirstState;
  for (;;) {
    if (waitReadable(link.udp.get(), deadline, wake) != Outcome::kDone) break;
    if (peekState(link)) return;
  }
  uint8_t byte;
  const auto left = recv(link.tcp.get(), &byte, 1, MSG_PEEK);
  if (left == 0) refused("The robot at " + where + " hung up.");
  silent(where, localPort(link.udp));
}

// Opens TCP and UDP and shakes hands. Returns the robot's protocol number; the link is open when it is the link's own.
int call(Link& link, Clock::duration timeout, const Wake& wake, const std::string& where) {
  int error = 0;
  link.tcp = connectTcp(link.robot, Clock::now() + timeout, wake, error);
  if (error == ECONNREFUSED || error == ECONNRESET) refused("The robot at " + where + " refuses the connection.");
  if (error != 0) unreachable(where);
  link.udp = bindUdp(Address{});
  return shakeHands(link, wake, Clock::now() + kConnectTimeout, where);
}

}  // namespace

Link openLink(const std::string& host, int port, int timeout_ms, int newest) {
  const std::string where = place(host, port);
  Address robot;
  if (!resolve(host, port, robot)) {
    throw ArmProblem("robot-address", "The address \"" + host + "\" is not known. The arm was not touched.",
                     "Type the address that Desk shows for the Control unit, for example 172.16.0.2.");
  }
  const Wake& wake = Wake::never();
  const auto timeout = std::min<Clock::duration>(milliseconds(timeout_ms), kConnectTimeout);
  Link link;
  link.robot = robot;
  if (const int theirs = call(link, timeout, wake, where); theirs != link.protocol) {
    if (theirs < kOldestProtocol || theirs > newest) otherVersion(theirs);
    // The robot takes the second call when it has seen the end of the first.
    link.tcp.reset();
    std::this_thread::sleep_for(kHangUp);
    link.protocol = theirs;
    if (const int now = call(link, timeout, wake, where); now != theirs) otherVersion(now);
  }
  waitForState(link, wake, where);
  return link;
}

}  // namespace forager::fci
