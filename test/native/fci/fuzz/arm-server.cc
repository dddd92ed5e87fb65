// The simulated robot against clients that send rubbish among valid requests and commands. Its own states are judged:
// every motion stays within its limits, and nothing speeds up without an accepted Move.
#include <cmath>
#include <cstring>

#include "fci/frames.h"
#include "fci/server_loop.h"
#include "fuzz.h"
#include "loopback.h"
#include "mutator.h"

namespace forager::fuzz {

namespace {

using namespace forager::fci;

constexpr double kDt = 1e-3, kRounding = 1.001;
constexpr int kBatches = 5000;  // per connection, when it is not hung up on before

class ArmServerFuzz {
 public:
  ArmServerFuzz(const ArmModel& model, int protocol, uint64_t seed)
      : model_(model), protocol_(protocol), random_(seed), loop_(model, options(protocol, seed), Fault{}), udp_(bindUdp(loopback())) {}

  Report run(uint64_t packets) {
    while (report_.packets < packets) {
      connect();
      for (int batch = 0; batch < kBatches && alive_ && report_.packets < packets; ++batch) {
        sendRequests();
        sendCommands();
        loop_.pass();
        readReplies();
        readStates();
        if (clock_.hung()) report_.blame("a pass took more than ten seconds");
      }
      tcp_.reset();
      for (int pass = 0; pass < 3; ++pass) loop_.pass();
      readStates();
    }
    report_.motions = loop_.stats().moves;
    return report_;
  }

 private:
  static ServerOptions options(int protocol, uint64_t seed) {
    ServerOptions options;
    options.protocol = protocol;
    options.seed = seed;
    return options;
  }

  void connect() {
    int error = 0;
    tcp_ = connectTcp(loopback(loop_.port()), Clock::now() + std::chrono::seconds(5), Wake::never(), error);
    alive_ = error == 0;
    moveAccepted_ = false;
    frames_.clear();
    ++report_.links;
    auto hello = encodeConnect(0, static_cast<uint16_t>(protocol_), static_cast<uint16_t>(localPort(udp_)));
    if (random_.chance(0.1)) random_.mutate(hello);
    request(hello);
    for (int pass = 0; pass < 2; ++pass) loop_.pass();
    readStates();
  }

  void request(const std::vector<uint8_t>& bytes) {
    alive_ = alive_ && sendStream(tcp_, bytes);
    ++report_.packets;
  }

  // One of every kind, filled with numbers of any kind.
  std::vector<uint8_t> anyRequest() {
    const auto id = static_cast<uint32_t>(1 + random_.below(50));
    const size_t pick = random_.below(100);
    // A recovery takes its time: asked for when there is something to recover from, so that Moves run as well.
    if (pick < (last_.robotMode == kReflex ? 30u : 1u)) return encodeRequest(Command::kAutomaticErrorRecovery, id, protocol_);
    if (pick < 50) return encodeMove(id, MoveRequest{}, protocol_);
    if (pick < 52) return encodeRequest(Command::kStopMove, id, protocol_);
    const auto command = static_cast<Command>(1 + random_.below(14));
    if (!commandNumber(command, protocol_)) return encodeRequest(Command::kSetLoad, id, protocol_);
    auto bytes = encodeRequest(command, id, protocol_);
    for (size_t at = kHeaderBytes; at + 8 <= bytes.size(); at += 8) {
      const double value = 100 * random_.uniform();
      std::memcpy(bytes.data() + at, &value, sizeof value);
    }
    return bytes;
  }

  void sendRequests() {
    for (size_t count = random_.below(3); count > 0; --count) {
      auto bytes = anyRequest();
      if (random_.chance(0.001)) random_.mutate(bytes);
      request(bytes);
    }
  }

  // What a client would answer, and lies about it.
  void sendCommands() {
    if (!seen_) return;
    const size_t lies = random_.below(6), place = random_.below(lies + 1);
    for (size_t i = 0; i <= lies; ++i) {
      MotionCommand command{last_.messageId, {}, random_.chance(0.002)};
      for (int j = 0; j < kJoints; ++j) {
        const double a = std::clamp(last_.ddqDesired[j] + (random_.uniform() - 0.5) * model_.jerk[j] * kDt, -1.0, 1.0);
        command.dq[j] = last_.dqDesired[j] * 0.999 + a * kDt;
      }
      std::vector<uint8_t> bytes(commandBytes(protocol_));
      encodeCommand(command, protocol_, bytes.data());
      if (i != place) random_.mutate(bytes);
      if (robotUdp_ != 0) sendDatagram(udp_, robotUdp_, bytes);
      ++report_.packets;
    }
  }

  void readReplies() {
    std::array<uint8_t, 8192> bytes;
    size_t count = 0;
    if (receiveSome(tcp_.get(), bytes, count) == Outcome::kClosed) alive_ = false;
    frames_.append({bytes.data(), count});
    while (const auto frame = frames_.next()) {
      ++report_.answers;
      const Header header = readHeader(frame->data());
      if (frame->size() < kReplyBytes) report_.blame("a reply without a status");
      else if (header.command == 1 && decodeStatus(Command::kMove, (*frame)[kHeaderBytes], protocol_) == Status::kStarted) moveAccepted_ = true;
    }
    if (frames_.malformed()) report_.blame("a reply that cannot be read");
  }

  void readStates() {
    std::array<uint8_t, 4096> bytes;
    sockaddr_in from{};
    for (;;) {
      socklen_t size = sizeof from;
      const auto count = recvfrom(udp_.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (count < 0) return;
      robotUdp_ = ntohs(from.sin_port);
      ArmState state;
      ++report_.answers;
      if (!decodeState({bytes.data(), static_cast<size_t>(count)}, protocol_, state)) {
        report_.blame("a state that cannot be read");
        continue;
      }
      if (seen_ && state.messageId == last_.messageId + 1) judge(state);
      last_ = state;
      seen_ = true;
      if (state.robotMode != kMove && atRest(state)) moveAccepted_ = false;
    }
  }

  static bool atRest(const ArmState& state) {
    for (const double v : state.dqDesired)
      if (v != 0) return false;
    return true;
  }

  void judge(const ArmState& state) {
    for (int j = 0; j < kJoints; ++j) {
      const double v = state.dqDesired[j], before = last_.dqDesired[j];
      // The last sample of a motion and the rest after it fall into one millisecond.
      const bool ends = state.robotMode != kMove && last_.robotMode == kMove;
      if (!(std::abs(v) <= model_.velocity[j])) report_.blame("too fast");
      if (!(std::abs(v - before) <= (ends ? 2 : kRounding) * model_.acceleration[j] * kDt)) report_.blame("too hard an acceleration");
      const bool motion = state.robotMode == kMove && last_.robotMode == kMove;
      if (motion && !(std::abs(state.ddqDesired[j] - last_.ddqDesired[j]) <= kRounding * model_.jerk[j] * kDt)) report_.blame("too hard a jerk");
      if (!moveAccepted_ && std::abs(v) > std::abs(before)) report_.blame("motion without an accepted Move");
    }
  }

  const ArmModel& model_;
  const int protocol_;
  Mutator random_;
  RobotServer::Loop loop_;
  Fd tcp_, udp_;
  int robotUdp_ = 0;
  bool alive_ = false, seen_ = false, moveAccepted_ = false;
  ArmState last_;
  FrameReader frames_{4096};
  PassClock clock_;
  Report report_;
};

}  // namespace

Report armServer(const ArmModel& model, int protocol, uint64_t packets, uint64_t seed) {
  return ArmServerFuzz(model, protocol, seed).run(packets);
}

}  // namespace forager::fuzz
