// The station's client against a robot of which every state and reply may be a lie. The robot behind the lies keeps its
// own rules; each command is judged by a state that was really sent under its number.
#include <cmath>
#include <memory>

#include "arm/controller.h"
#include "fci/control_loop.h"
#include "fci/frames.h"
#include "fci/request_channel.h"
#include "fci/simulated_arm.h"
#include "fuzz.h"
#include "loopback.h"
#include "mutator.h"

namespace forager::fuzz {

namespace {

using namespace forager::fci;

constexpr double kDt = 1e-3, kRounding = 1.01;

// Everything of the client; made anew when it has given up its link.
struct Client {
  ArmController controller;
  RequestSlot slot;
  Wake wake;
  Fd robotEnd;
  int udpPort = 0;
  std::unique_ptr<ControlLoop> loop;
  std::unique_ptr<RequestChannel> channel;

  Client(const ArmModel& model, int protocol) : controller(model) {
    auto [theirs, ours] = streamPair();
    robotEnd = std::move(theirs);
    Fd udp = bindUdp(loopback());
    udpPort = localPort(udp);
    loop = std::make_unique<ControlLoop>(model, std::move(udp), loopback(), protocol, controller, slot, wake, Drill{});
    channel = std::make_unique<RequestChannel>(std::move(ours), protocol, 1, controller, slot, *loop, model.supervisor);
  }
};

class ArmClientFuzz {
 public:
  ArmClientFuzz(const ArmModel& model, int protocol, uint64_t seed)
      : model_(model), protocol_(protocol), random_(seed), core_(model, seed), udp_(bindUdp(loopback())) {}

  Report run(uint64_t packets) {
    connect();
    while (report_.packets < packets) {
      person();
      answerRequests();
      sendStates();
      client_->loop->tryPass();
      client_->channel->pass();
      client_->wake.drain();
      answerRequests();
      takeCommands();
      if (client_->channel->closedByRobot()) connect();
      if (clock_.hung()) report_.blame("a pass took more than ten seconds");
    }
    return report_;
  }

 private:
  void connect() {
    if (core_.moving()) core_.raiseReflex(25);
    client_ = std::make_unique<Client>(model_, protocol_);
    frames_.clear();
    ++report_.links;
  }

  // Starts episodes, gives actions, stops now and then, and clears what has stopped.
  void person() {
    ArmController& controller = client_->controller;
    if (passes_++ % 50 == 0) {
      std::array<float, kJoints> action;
      for (float& value : action) value = static_cast<float>(2 * random_.uniform() - 1);
      controller.postAction(action);
    }
    if (random_.chance(0.0005)) controller.requestStop(StopKind::operatorStop);
    if (!controller.standing() || passes_ % 20 != 0) return;
    if (controller.stopped()) controller.clearStop(controller.stopsAsked());
    if (core_.state().robotMode == kReflex) {
      if (!core_.recovering()) client_->channel->startRecovery();
    } else {
      controller.requestEpisode();
    }
  }

  void reply(Command command, uint32_t id, Status status) {
    auto bytes = encodeReply(command, id, status, protocol_);
    if (random_.chance(0.05)) random_.mutate(bytes);
    sendStream(client_->robotEnd, bytes);
    ++report_.packets;
  }

  void answerRequests() {
    std::array<uint8_t, 4096> bytes;
    size_t count = 0;
    receiveSome(client_->robotEnd.get(), bytes, count);
    frames_.append({bytes.data(), count});
    while (const auto frame = frames_.next()) answer(*frame);
    if (frames_.malformed()) report_.blame("a request that cannot be read");
    if (const auto end = core_.takeMoveEnd(); end != SimulatedArmCore::MoveEnd::none) {
      reply(Command::kMove, moveId_, end == SimulatedArmCore::MoveEnd::finished ? Status::kSuccess : Status::kReflexAborted);
    }
    if (recovering_ && !core_.recovering()) {
      recovering_ = false;
      reply(Command::kAutomaticErrorRecovery, recoveryId_, Status::kSuccess);
    }
    // Out of the blue.
    if (random_.chance(0.02)) {
      reply(static_cast<Command>(1 + random_.below(2)), static_cast<uint32_t>(random_.below(8)), static_cast<Status>(random_.below(15)));
    }
  }

  void answer(const std::vector<uint8_t>& frame) {
    ++report_.answers;
    const Header header = readHeader(frame.data());
    const auto command = commandOfNumber(header.command, protocol_);
    if (!command || frame.size() != requestBytes(*command)) return report_.blame("a request of no known kind or size");
    if (*command == Command::kMove) {
      moveId_ = header.id;
      const bool accepted = core_.startMove();
      askedAt_ = passes_;
      report_.motions += accepted;
      return reply(*command, header.id, accepted ? Status::kStarted : Status::kNotPossible);
    }
    if (*command == Command::kStopMove) return reply(*command, header.id, core_.stopMove() ? Status::kSuccess : Status::kNotPossible);
    if (*command == Command::kAutomaticErrorRecovery) {
      recoveryId_ = header.id;
      recovering_ = core_.startRecovery();
      if (!recovering_) reply(*command, header.id, Status::kNotPossible);
      return;
    }
    report_.blame("a request that the station never makes");
  }

  // The true state, with lies before it, after it or in its place.
  void sendStates() {
    RobotReport truth;
    truth.arm = core_.state();
    std::vector<uint8_t> bytes(stateBytes(protocol_));
    encodeState(truth, protocol_, bytes.data());
    sent_.clear();
    const size_t lies = random_.below(4), place = random_.chance(0.02) ? lies + 1 : random_.below(lies + 1);
    for (size_t i = 0; i <= lies; ++i) {
      auto packet = bytes;
      if (i != place) random_.mutate(packet);
      ArmState readable;
      if (decodeState(packet, protocol_, readable)) sent_.push_back(readable);
      sendDatagram(udp_, client_->udpPort, packet);
      ++report_.packets;
    }
  }

  void takeCommands() {
    std::optional<MotionCommand> answer;
    while (const auto bytes = receiveDatagram(udp_)) {
      ++report_.answers;
      MotionCommand command;
      if (!decodeCommand(*bytes, protocol_, command)) {
        report_.blame("a command of a wrong size");
        continue;
      }
      judge(command);
      if (command.messageId == core_.state().messageId) answer = command;
    }
    core_.tick(answer ? &answer->dq : nullptr, answer && answer->finished);
  }

  void judge(const MotionCommand& command) {
    for (const ArmState& state : sent_) {
      if (state.messageId == command.messageId && safe(command, state)) return;
    }
    // The truth counts as well where it did not arrive: what it allows breaks nothing.
    if (command.messageId == core_.state().messageId && safe(command, core_.state())) return;
    report_.blame("a command that no state allows, number " + std::to_string(command.messageId) + (command.finished ? ", the last" : "") +
                  (core_.moving() ? "" : ", without an accepted Move"));
  }

  // Within the robot's limits from what that state says; without an accepted Move only towards rest.
  bool safe(const MotionCommand& command, const ArmState& state) const {
    for (int j = 0; j < kJoints; ++j) {
      const double v = command.dq[j], a = (v - state.dqDesired[j]) / kDt, jerk = (a - state.ddqDesired[j]) / kDt;
      const bool held = v == state.dqDesired[j] && !command.finished;
      if (!(std::abs(v) <= kRounding * model_.velocity[j])) return false;
      if (!held && !(std::abs(a) <= model_.acceleration[j] && std::abs(jerk) <= model_.jerk[j])) return false;
      // A client that has asked and not read the refusal yet may believe a lie; the robot does not listen to it.
      const bool mayMove = core_.moving() || passes_ - askedAt_ <= 2;
      if (!mayMove && !(std::abs(v) <= std::abs(state.dqDesired[j]) + std::abs(state.ddqDesired[j]) * kDt)) return false;
    }
    return true;
  }

  const ArmModel& model_;
  const int protocol_;
  Mutator random_;
  SimulatedArmCore core_;
  Fd udp_;
  std::unique_ptr<Client> client_;
  FrameReader frames_{kLargestRequest};
  std::vector<ArmState> sent_;
  bool recovering_ = false;
  uint32_t moveId_ = 0, recoveryId_ = 0;
  uint64_t passes_ = 0, askedAt_ = 0;
  PassClock clock_;
  Report report_;
};

}  // namespace

Report armClient(const ArmModel& model, int protocol, uint64_t packets, uint64_t seed) {
  return ArmClientFuzz(model, protocol, seed).run(packets);
}

}  // namespace forager::fuzz
