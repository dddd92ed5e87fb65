#include "fci/gripper_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <system_error>

#include "arm/arm_driver.h"
#include "fci/framed_stream.h"

namespace forager::fci {

namespace {

constexpr auto kPeriod = std::chrono::milliseconds(10);
constexpr double kPeriodS = 0.01;
constexpr uint64_t kPassesPerState = 2;

}  // namespace

GripperServer::GripperServer(const std::string& host, int port, std::optional<double> objectWidth, Clocked clocked)
    : hand_(objectWidth) {
  Address address;
  if (!resolve(host, port, address)) {
    throw ArmProblem("sim-address", "The address \"" + host + "\" is not known. The simulated Hand was not started.",
                     "Give an address of this computer, for example 127.0.0.1.");
  }
  try {
    listener_ = listenTcp(address);
    address.value.sin_port = 0;
    udp_ = bindUdp(address);
  } catch (const std::system_error& error) {
    throw ArmProblem("sim-port-taken",
                     "Port " + std::to_string(port) + " of " + host + " cannot be opened: " + error.code().message() +
                         ". The simulated Hand was not started.",
                     "End the program that uses the port, or start without the Hand.");
  }
  port_ = localPort(listener_);
  if (clocked == Clocked::byItself) thread_ = std::thread([this] { run(); });
}

GripperServer::~GripperServer() { close(); }

void GripperServer::close() {
  closing_ = true;
  wake_.raise();
  if (thread_.joinable()) thread_.join();
  tcp_.reset();
  udp_.reset();
  listener_.reset();
}

void GripperServer::run() {
  auto deadline = Clock::now();
  while (!closing_) {
    // Without a client and with the fingers at rest nothing needs a clock.
    if (!tcp_ && !hand_.busy()) {
      waitReadable(listener_.get(), Clock::now() + std::chrono::seconds(60), wake_);
      deadline = Clock::now();
    }
    pass();
    deadline = std::max(deadline + kPeriod, Clock::now());
    waitReadable(-1, deadline, wake_);
  }
}

void GripperServer::pass() {
  readRequests();
  acceptClients();
  hand_.tick(kPeriodS);
  answerEnd();
  if (connected_ && ++passes_ % kPassesPerState == 0) sendState();
}

void GripperServer::acceptClients() {
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    Fd client(::accept(listener_.get(), reinterpret_cast<sockaddr*>(&from), &size));
    if (!client) return;
    if (tcp_) continue;  // one client at a time: a second one is hung up on
    setNonBlocking(client.get());
    tcp_ = std::move(client);
    peer_ = from;
  }
}

void GripperServer::dropClient() {
  tcp_ = Fd();
  connected_ = false;
  frames_.clear();
  running_.reset();
  hand_.stop();
  hand_.takeEnd();
}

void GripperServer::readRequests() {
  if (!tcp_) return;
  const bool readable = receiveFrames(tcp_, frames_, [this](const std::vector<uint8_t>& frame) {
    answer(frame);
    return static_cast<bool>(tcp_);
  });
  if (!readable && tcp_) dropClient();
}

void GripperServer::answer(const std::vector<uint8_t>& frame) {
  const GripperHeader header = readGripperHeader(frame.data());
  const auto command = static_cast<GripperCommand>(header.command);
  const bool readable = frame.size() == gripperRequestBytes(header.command);
  if (!readable || (command == GripperCommand::kConnect) == connected_) return dropClient();
  const uint8_t* payload = frame.data() + kGripperHeaderBytes;
  if (command == GripperCommand::kConnect) return answerConnect(header, payload);
  ++commands_;
  if (command != GripperCommand::kStop) return answerTask(command, header, payload);
  const bool stopped = hand_.stop();
  answerEnd();
  send(encodeGripperReply(command, header.id, stopped ? GripperStatus::kSuccess : GripperStatus::kFail));
}

void GripperServer::answerConnect(const GripperHeader& header, const uint8_t* payload) {
  const auto version = static_cast<uint16_t>(payload[0] | payload[1] << 8);
  const bool fits = version == kGripperProtocol;
  send(encodeGripperConnectReply(header.id, fits ? GripperStatus::kSuccess : GripperStatus::kFail, kGripperProtocol));
  if (!fits || !tcp_) return;
  peer_.sin_port = htons(static_cast<uint16_t>(payload[2] | payload[3] << 8));
  connected_ = true;
}

// Answered when the fingers have arrived; a command that comes meanwhile is refused at once.
void GripperServer::answerTask(GripperCommand command, const GripperHeader& header, const uint8_t* payload) {
  const GripperTask task = command == GripperCommand::kHoming ? GripperTask{} : readGripperTask(command, payload);
  if (!hand_.begin(command, task)) return send(encodeGripperReply(command, header.id, GripperStatus::kFail));
  running_ = header;
}

void GripperServer::answerEnd() {
  const auto end = hand_.takeEnd();
  if (!end || !running_) return;
  send(encodeGripperReply(static_cast<GripperCommand>(running_->command), running_->id, *end));
  running_.reset();
}

void GripperServer::sendState() {
  std::array<uint8_t, kGripperStateBytes> bytes;
  encodeGripperState(hand_.state(), bytes.data());
  // A client that has gone is noticed over TCP.
  sendto(udp_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&peer_), sizeof peer_);
}

void GripperServer::send(const std::vector<uint8_t>& bytes) {
  if (tcp_ && sendAll(tcp_.get(), bytes, Clock::now(), wake_) != Outcome::kDone) dropClient();
}

}  // namespace forager::fci
