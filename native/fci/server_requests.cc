// The TCP side of the simulated robot's loop: clients, requests and replies.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>

#include "fci/framed_stream.h"
#include "fci/server_loop.h"

namespace forager::fci {

namespace {

constexpr auto kHandshakeTimeout = std::chrono::milliseconds(2000);
constexpr int kCommunicationViolation = 25;  // error flag
constexpr size_t kMostUnread = 64 << 10;     // bytes of replies
constexpr uint16_t kFaultProtocol = kNewestProtocol + 1;

// Payload of doubles inside [low, high].
bool within(const uint8_t* payload, size_t count, double low, double high) {
  for (size_t i = 0; i < count; ++i) {
    double value;
    std::memcpy(&value, payload + 8 * i, sizeof value);
    if (!(value >= low && value <= high)) return false;
  }
  return true;
}

bool validSetter(Command command, const uint8_t* payload) {
  constexpr double kAny = 1e9;
  switch (command) {
    case Command::kSetCollisionBehavior: return within(payload, 52, 0, kAny);
    case Command::kSetJointImpedance: return within(payload, 7, 0, 14250);
    case Command::kSetCartesianImpedance:
      return within(payload, 3, 10, 3000) && within(payload + 24, 3, 1, 300);
    case Command::kSetFilters: return within(payload, 5, 1, 1000);
    case Command::kSetLoad: return within(payload, 1, 0, 100) && within(payload + 8, 12, -kAny, kAny);
    case Command::kSetEEToK:
    case Command::kSetNEToEE: return within(payload, 16, -kAny, kAny);
    default: return true;
  }
}

Status statusOf(SimulatedArmCore::MoveEnd end) {
  switch (end) {
    case SimulatedArmCore::MoveEnd::finished: return Status::kSuccess;
    case SimulatedArmCore::MoveEnd::preempted: return Status::kPreempted;
    case SimulatedArmCore::MoveEnd::userStop: return Status::kUserStopAborted;
    default: return Status::kReflexAborted;
  }
}

}  // namespace

void RobotServer::Loop::acceptClients() {
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    Fd client(::accept(listener_.get(), reinterpret_cast<sockaddr*>(&from), &size));
    if (!client) break;
    // One client at a time: a second one is hung up on, as its own library reports.
    if (tcp_) continue;
    const int on = 1;
    setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setNonBlocking(client.get());
    tcp_ = std::move(client);
    peer_ = from;
    accepted_ = Clock::now();
    ++clients_;
  }
  if (tcp_ && !connected_ && Clock::now() - accepted_ > kHandshakeTimeout) dropClient();
}

void RobotServer::Loop::dropClient() {
  tcp_ = Fd();
  connected_ = silent_ = false;
  frames_.clear();
  outbox_.clear();
  heldEnd_ = SimulatedArmCore::MoveEnd::none;
  moveId_.reset();
  stopId_.reset();
  recoveryId_.reset();
  runaway_ = deaf_ = false;
  // The robot loses its commands and stops by itself.
  if (core_.moving()) core_.raiseReflex(kCommunicationViolation);
}

void RobotServer::Loop::readRequests() {
  if (!tcp_) return;
  const bool readable = receiveFrames(tcp_, frames_, [this](const std::vector<uint8_t>& frame) {
    answer(frame);
    return static_cast<bool>(tcp_);
  });
  if (!readable && tcp_) dropClient();
}

void RobotServer::Loop::answer(const std::vector<uint8_t>& frame) {
  const Header header = readHeader(frame.data());
  const uint8_t* payload = frame.data() + kHeaderBytes;
  const auto command = commandOfNumber(header.command, protocol_);
  const bool readable = command && frame.size() == requestBytes(*command);
  const bool inTurn = command && (*command == Command::kConnect) != connected_;
  if (!readable || !inTurn) return dropClient();
  switch (*command) {
    case Command::kConnect: return answerConnect(header, payload);
    case Command::kMove: return answerMove(header.id, payload);
    case Command::kStopMove: return answerStop(header.id);
    case Command::kAutomaticErrorRecovery: return answerRecovery(header.id);
    case Command::kLoadModelLibrary: return answerModel(*command, header.id, modelLibrary_);
    case Command::kGetRobotModel:
      return answerModel(*command, header.id, {reinterpret_cast<const uint8_t*>(robotModel_.data()), robotModel_.size()});
    default: return answerSetter(*command, header.id, payload);
  }
}

void RobotServer::Loop::answerConnect(const Header& header, const uint8_t* payload) {
  const bool other = fault_.kind == Fault::Kind::kVersion;
  const auto version = other ? kFaultProtocol : static_cast<uint16_t>(protocol_);
  const bool fits = readU16(payload) == version;
  send(encodeConnectReply(header.id, fits ? Status::kSuccess : Status::kIncompatible, version));
  if (!fits) return;
  peer_.sin_port = htons(readU16(payload + 2));
  connected_ = true;
}

void RobotServer::Loop::answerMove(uint32_t id, const uint8_t* payload) {
  const MoveRequest move = readMove(payload);
  // Joint velocity under joint impedance is the one kind of motion that this arm simulates.
  if (move.controllerMode != kJointImpedance || move.motionGenerator != kJointVelocity) {
    return reply(Command::kMove, id, Status::kInvalidArgument);
  }
  if (std::exchange(refuseNextMove_, false) || moveId_ || !core_.startMove()) {
    return reply(Command::kMove, id, Status::kNotPossible);
  }
  moveId_ = id;
  commanded_ = false;
  ++moves_;
  reply(Command::kMove, id, Status::kStarted);
}

void RobotServer::Loop::answerStop(uint32_t id) {
  ++stops_;
  if (deaf_) return;
  if (stopId_ || !core_.stopMove()) return reply(Command::kStopMove, id, Status::kNotPossible);
  stopId_ = id;
}

void RobotServer::Loop::answerRecovery(uint32_t id) {
  if (core_.state().robotMode == kUserStopped) {
    return reply(Command::kAutomaticErrorRecovery, id, Status::kUserStopAborted);
  }
  if (recoveryId_ || !core_.startRecovery()) return reply(Command::kAutomaticErrorRecovery, id, Status::kNotPossible);
  recoveryId_ = id;
}

// The model follows the status.
void RobotServer::Loop::answerModel(Command command, uint32_t id, std::span<const uint8_t> model) {
  auto bytes = encodeReply(command, id, model.empty() ? Status::kError : Status::kSuccess, protocol_);
  bytes.insert(bytes.end(), model.begin(), model.end());
  const auto size = static_cast<uint32_t>(bytes.size());
  std::memcpy(bytes.data() + 8, &size, sizeof size);
  send(bytes);
}

void RobotServer::Loop::answerSetter(Command command, uint32_t id, const uint8_t* payload) {
  if (core_.state().robotMode != kIdle) return reply(command, id, Status::kNotPossible);
  reply(command, id, validSetter(command, payload) ? Status::kSuccess : Status::kInvalidArgument);
}

bool RobotServer::Loop::atRest() const {
  for (const double dq : core_.state().dqDesired) {
    if (dq != 0) return false;
  }
  return true;
}

void RobotServer::Loop::answerPending() {
  answerMoveEnd();
  if (recoveryId_ && !core_.recovering()) {
    const bool idle = core_.state().robotMode == kIdle;
    reply(Command::kAutomaticErrorRecovery, *recoveryId_, idle ? Status::kSuccess : Status::kAborted);
    recoveryId_.reset();
  }
}

// A robot may answer a finished Move before or after its first idle state, and a StopMove before or after the Move that
// it ended. Here every second one comes the other way round, so that a client meets both.
void RobotServer::Loop::answerMoveEnd() {
  // A stop is answered when the arm stands, so that the next Move is accepted.
  if (stopId_ && !atRest()) return;
  auto end = std::exchange(heldEnd_, SimulatedArmCore::MoveEnd::none);
  if (end == SimulatedArmCore::MoveEnd::none) {
    end = core_.takeMoveEnd();
    if (end == SimulatedArmCore::MoveEnd::none) return;
    if (end == SimulatedArmCore::MoveEnd::reflex) ++reflexes_;
    if (end == SimulatedArmCore::MoveEnd::finished && moves_ % 2 == 0) {
      heldEnd_ = end;
      return;
    }
  }
  const Status status = statusOf(end);
  const auto stopId = std::exchange(stopId_, std::nullopt), moveId = std::exchange(moveId_, std::nullopt);
  const auto answerStop = [&] {
    if (stopId) reply(Command::kStopMove, *stopId, status == Status::kPreempted ? Status::kSuccess : status);
  };
  if (stops_ % 2 == 1) answerStop();
  if (moveId) reply(Command::kMove, *moveId, status);
  if (stops_ % 2 == 0) answerStop();
}

void RobotServer::Loop::reply(Command command, uint32_t id, Status status) {
  send(encodeReply(command, id, status, protocol_));
}

void RobotServer::Loop::send(const std::vector<uint8_t>& bytes) {
  if (!tcp_) return;
  outbox_.insert(outbox_.end(), bytes.begin(), bytes.end());
  flush();
  // A client that leaves several models unread has stopped reading.
  if (outbox_.size() > kMostUnread + modelLibrary_.size() + robotModel_.size()) dropClient();
}

void RobotServer::Loop::flush() {
  while (tcp_ && !outbox_.empty()) {
    size_t count = 0;
    if (sendSome(tcp_.get(), outbox_, count) == Outcome::kClosed) return dropClient();
    if (count == 0) return;
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<ptrdiff_t>(count));
  }
}

}  // namespace forager::fci
