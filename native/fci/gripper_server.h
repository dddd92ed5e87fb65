#pragma once
// The simulated Hand behind its own service, in real time: TCP commands, states 50 times a second over UDP.
#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "fci/frames.h"
#include "fci/gripper_wire.h"
#include "fci/net.h"
#include "fci/simulated_hand.h"

namespace forager::fci {

class GripperServer {
 public:
  enum class Clocked : uint8_t { byItself, byCaller };

  // Listens; a port of 0 takes any free one. Throws ArmProblem `sim-address` or `sim-port-taken`.
  // byCaller: no thread; pass() makes 10 ms happen.
  GripperServer(const std::string& host, int port, std::optional<double> objectWidth, Clocked clocked = Clocked::byItself);
  ~GripperServer();
  GripperServer(const GripperServer&) = delete;

  int port() const { return port_; }
  // Commands taken from clients so far.
  uint64_t commands() const { return commands_; }
  void pass();
  void close();

 private:
  void run();
  void acceptClients();
  void readRequests();
  void answer(const std::vector<uint8_t>& frame);
  void answerConnect(const GripperHeader& header, const uint8_t* payload);
  void answerTask(GripperCommand command, const GripperHeader& header, const uint8_t* payload);
  void answerEnd();
  void sendState();
  void send(const std::vector<uint8_t>& bytes);
  void dropClient();

  SimulatedHand hand_;
  Wake wake_;
  Fd listener_, tcp_, udp_;
  int port_ = 0;
  sockaddr_in peer_{};
  bool connected_ = false;
  FrameReader frames_{kLargestGripperRequest, kGripperFraming};
  std::optional<GripperHeader> running_;
  uint64_t passes_ = 0;
  std::atomic<bool> closing_{false};
  std::atomic<uint64_t> commands_{0};
  std::thread thread_;
};

}  // namespace forager::fci
