// Both ends of the Hand's service against peers that send rubbish among what is valid.
#include <cmath>
#include <memory>

#include "arm/arm_driver.h"
#include "fci/gripper_client.h"
#include "fci/gripper_server.h"
#include "fuzz.h"
#include "loopback.h"
#include "mutator.h"

namespace forager::fuzz {

namespace {

using namespace forager::fci;

constexpr double kWidest = 1, kFastest = 0.2, kMostForce = 70;  // m, m/s, N: what a station may ever ask for
constexpr double kStep = 2 * 0.2 * 0.01 + 1e-9;                 // m between the fingers in 10 ms
constexpr double kOpening = 0.08;                               // m

GripperTask anyTask(Mutator& random) {
  return {0.12 * random.uniform() - 0.01, 0.3 * random.uniform() - 0.02, 0.02 * random.uniform(), 0.02 * random.uniform(),
          100 * random.uniform()};
}

class GripperClientFuzz {
 public:
  explicit GripperClientFuzz(uint64_t seed) : random_(seed), udp_(bindUdp(loopback())) {}

  Report run(uint64_t packets) {
    connect();
    while (report_.packets < packets) {
      person();
      sendStates();
      client_->pass(Clock::duration::zero());
      answerRequests();
      if (!client_->snapshot().connected) connect();
      if (clock_.hung()) report_.blame("a pass took more than ten seconds");
    }
    return report_;
  }

 private:
  void connect() {
    auto [theirs, ours] = streamPair();
    handEnd_ = std::move(theirs);
    Fd udp = bindUdp(loopback());
    udpPort_ = localPort(udp);
    client_ = std::make_unique<GripperClient>(std::move(ours), std::move(udp), loopback(), GripperClient::Clocked::byCaller);
    frames_.clear();
    ++report_.links;
  }

  void person() {
    if (random_.chance(0.02)) client_->stop();
    if (!random_.chance(0.2)) return;
    constexpr GripperCommand kAsked[] = {GripperCommand::kHoming, GripperCommand::kGrasp, GripperCommand::kMove};
    try {
      client_->request(kAsked[random_.below(3)], anyTask(random_));
    } catch (const ArmProblem&) {
      // Refused in words: nothing is sent.
    }
  }

  void sendStates() {
    for (size_t count = 1 + random_.below(4); count > 0; --count) {
      std::vector<uint8_t> bytes(kGripperStateBytes);
      encodeGripperState({static_cast<uint32_t>(report_.packets), kOpening * random_.uniform(), random_.chance(0.8) ? kOpening : 0,
                          random_.chance(0.5), 30}, bytes.data());
      if (random_.chance(0.4)) random_.mutate(bytes);
      sendDatagram(udp_, udpPort_, bytes);
      ++report_.packets;
    }
  }

  void answerRequests() {
    std::array<uint8_t, 4096> bytes;
    size_t count = 0;
    receiveSome(handEnd_.get(), bytes, count);
    frames_.append({bytes.data(), count});
    while (const auto frame = frames_.next()) {
      ++report_.answers;
      const GripperHeader header = readGripperHeader(frame->data());
      const auto command = static_cast<GripperCommand>(header.command);
      judge(*frame, command);
      answer(command, header.id, static_cast<GripperStatus>(random_.below(5)));
    }
    if (frames_.malformed()) report_.blame("a request that cannot be read");
    if (random_.chance(0.05)) answer(static_cast<GripperCommand>(random_.below(5)), static_cast<uint32_t>(random_.below(20)), GripperStatus::kFail);
  }

  void answer(GripperCommand command, uint32_t id, GripperStatus status) {
    auto reply = encodeGripperReply(command, id, status);
    if (random_.chance(0.05)) random_.mutate(reply);
    sendStream(handEnd_, reply);
    ++report_.packets;
  }

  void judge(const std::vector<uint8_t>& frame, GripperCommand command) {
    if (command == GripperCommand::kConnect || frame.size() != gripperRequestBytes(static_cast<uint16_t>(command)))
      return report_.blame("a request of no known kind or size");
    if (command != GripperCommand::kMove && command != GripperCommand::kGrasp) return;
    ++report_.motions;
    const GripperTask task = readGripperTask(command, frame.data() + kGripperHeaderBytes);
    if (!(task.width >= 0 && task.width <= kWidest && task.speed > 0 && task.speed <= kFastest)) report_.blame("a task out of range");
    if (command == GripperCommand::kGrasp && !(task.force > 0 && task.force <= kMostForce)) report_.blame("a force out of range");
  }

  Mutator random_;
  Fd udp_, handEnd_;
  int udpPort_ = 0;
  std::unique_ptr<GripperClient> client_;
  FrameReader frames_{kLargestGripperRequest, kGripperFraming};
  PassClock clock_;
  Report report_;
};

class GripperServerFuzz {
 public:
  explicit GripperServerFuzz(uint64_t seed)
      : random_(seed), hand_("127.0.0.1", 0, 0.03, GripperServer::Clocked::byCaller), udp_(bindUdp(loopback())) {}

  Report run(uint64_t packets) {
    while (report_.packets < packets) {
      connect();
      for (int batch = 0; batch < 5000 && alive_ && report_.packets < packets; ++batch) {
        for (size_t count = random_.below(8); count > 0; --count) request(anyRequest(), 0.0003);
        hand_.pass();
        look();
        if (clock_.hung()) report_.blame("a pass took more than ten seconds");
      }
      tcp_.reset();
      hand_.pass();
      look();
    }
    return report_;
  }

 private:
  void connect() {
    int error = 0;
    tcp_ = connectTcp(loopback(hand_.port()), Clock::now() + std::chrono::seconds(5), Wake::never(), error);
    alive_ = error == 0;
    frames_.clear();
    ++report_.links;
    request(encodeGripperConnect(0, kGripperProtocol, static_cast<uint16_t>(localPort(udp_))), 0.1);
    for (int pass = 0; pass < 2; ++pass) hand_.pass();
  }

  std::vector<uint8_t> anyRequest() {
    constexpr GripperCommand kAsked[] = {GripperCommand::kHoming, GripperCommand::kGrasp, GripperCommand::kMove, GripperCommand::kStop};
    const size_t pick = random_.below(2000), homing = last_.maxWidth == 0 ? 200 : 2;
    return encodeGripperRequest(kAsked[pick < homing ? 0 : pick < homing + 2 ? 3 : 1 + pick % 2], static_cast<uint32_t>(random_.below(100)), anyTask(random_));
  }

  void request(std::vector<uint8_t> bytes, double rubbish) {
    if (random_.chance(rubbish)) random_.mutate(bytes);
    alive_ = alive_ && sendStream(tcp_, bytes);
    ++report_.packets;
  }

  void look() {
    std::array<uint8_t, 8192> bytes;
    size_t count = 0;
    if (tcp_ && receiveSome(tcp_.get(), bytes, count) == Outcome::kClosed) alive_ = false;
    frames_.append({bytes.data(), count});
    while (const auto frame = frames_.next()) {
      ++report_.answers;
      if (frame->size() != kGripperReplyBytes && frame->size() != kGripperConnectReplyBytes) report_.blame("a reply of a wrong size");
      else if ((*frame)[10] == 0 && (*frame)[0] == static_cast<uint8_t>(GripperCommand::kMove)) ++report_.motions;
    }
    if (frames_.malformed()) report_.blame("a reply that cannot be read");
    while (const auto packet = receiveDatagram(udp_)) {
      ++report_.answers;
      GripperState state;
      if (!decodeGripperState(*packet, state)) report_.blame("a state that cannot be read");
      if (!(state.width >= -1e-9 && state.width <= kOpening + 1e-9)) report_.blame("fingers outside their range");
      const uint32_t passed = state.messageId - last_.messageId;
      if (seen_ && std::abs(state.width - last_.width) > kStep * passed) report_.blame("fingers too fast");
      last_ = state;
      seen_ = true;
    }
  }

  Mutator random_;
  GripperServer hand_;
  Fd tcp_, udp_;
  bool alive_ = false, seen_ = false;
  GripperState last_;
  FrameReader frames_{kGripperConnectReplyBytes, kGripperFraming};
  PassClock clock_;
  Report report_;
};

}  // namespace

Report gripperClient(uint64_t packets, uint64_t seed) { return GripperClientFuzz(seed).run(packets); }
Report gripperServer(uint64_t packets, uint64_t seed) { return GripperServerFuzz(seed).run(packets); }

}  // namespace forager::fuzz
