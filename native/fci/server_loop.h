#pragma once
// The loop of the simulated robot: one millisecond after another, see robot_server.h.
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "arm/kinematics.h"
#include "fci/fault.h"
#include "fci/frames.h"
#include "fci/motion_record.h"
#include "fci/net.h"
#include "fci/robot_server.h"
#include "fci/simulated_arm.h"
#include "fci/wire.h"

namespace forager::fci {

class RobotServer::Loop {
 public:
  Loop(const ArmModel& model, const ServerOptions& options, const Fault& fault);
  ~Loop();

  // Starts the threads that keep the time.
  void start();
  // One millisecond, or a look for a client while nobody is there; for a caller that keeps the time instead.
  void pass();
  int port() const { return port_; }
  ServerStats stats() const;
  std::vector<double> record(size_t most);
  void close();

 private:
  void run();
  void standIn();
  void tick();
  bool waitsForClient();
  void playFault();
  void startFault();
  void noteRest();
  void carryOn(MotionCommand& command) const;

  // TCP side.
  void acceptClients();
  void readRequests();
  void answer(const std::vector<uint8_t>& frame);
  void answerConnect(const Header& header, const uint8_t* payload);
  void answerMove(uint32_t id, const uint8_t* payload);
  void answerStop(uint32_t id);
  void answerRecovery(uint32_t id);
  void answerModel(Command command, uint32_t id, std::span<const uint8_t> model);
  void answerSetter(Command command, uint32_t id, const uint8_t* payload);
  void reply(Command command, uint32_t id, Status status);
  void send(const std::vector<uint8_t>& bytes);
  void flush();
  void dropClient();
  // Replies that wait for the arm: the second Move reply, StopMove, recovery.
  void answerPending();
  void answerMoveEnd();
  bool atRest() const;

  // UDP side.
  std::optional<MotionCommand> newestCommand();
  void sendState();

  const ArmModel model_;
  const int protocol_;
  SimulatedArmCore core_;
  const Kinematics kinematics_;
  RobotReport report_;
  Fault fault_;
  uint64_t motionMs_ = 0;    // time with a Move running, over all Moves
  int dropsLeft_ = 0;        // cycles whose command is ignored
  int lossLeft_ = 0;         // cycles of which every second command is ignored
  int gapLeft_ = 0;          // cycles without a state
  bool runaway_ = false;     // commands and the end of the Move are not obeyed
  bool deaf_ = false;        // nor is StopMove
  MotionRecord record_;
  Clock::duration period_ = std::chrono::milliseconds(1);
  bool lies_ = false;        // the next state shows an acceleration that never was
  bool watchesRest_ = false; // a fault has begun and the arm has not come to rest since
  int userStopLeft_ = 0;     // ms until the activation device is released
  bool refuseNextMove_ = false;
  bool silent_ = false;      // no states to this client any more

  Wake wake_;
  Fd listener_, tcp_, udp_;
  int port_ = 0;
  sockaddr_in peer_{};       // where states go; valid once connected_
  bool connected_ = false;   // the handshake succeeded
  Clock::time_point accepted_{};
  FrameReader frames_{kLargestRequest};
  std::vector<uint8_t> outbox_;  // replies that the client has not taken yet
  const std::string robotModel_;
  const std::vector<uint8_t> modelLibrary_;
  std::optional<uint32_t> moveId_, stopId_, recoveryId_;
  SimulatedArmCore::MoveEnd heldEnd_ = SimulatedArmCore::MoveEnd::none;  // ended, to be answered after the idle state
  bool commanded_ = false;   // this Move got its first command

  std::mutex passMutex_;     // guards everything above: one pass at a time
  const Clock::duration patience_;
  Clock::time_point patienceEnds_{};  // of the present wait for a late client
  bool patienceSpent_ = false;        // in vain: no more of it until a command comes
  bool idle_ = true;         // nobody is there and nothing moves: no ticks
  Clock::time_point deadline_{};  // of the next tick

  std::atomic<bool> closing_{false};
  std::atomic<uint64_t> clients_{0}, states_{0}, commands_{0}, dropped_{0}, reflexes_{0}, moves_{0}, stops_{0}, faultAt_{0}, restAt_{0};
  std::thread thread_, standIn_;
};

}  // namespace forager::fci
