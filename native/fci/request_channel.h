#pragma once
// The thread that owns TCP: sends Move, StopMove and AutomaticErrorRecovery, matches replies, and watches the
// control thread: late, it stands in for it; frozen, it stops the arm. It never waits for a reply, so that a StopMove
// always goes out at once.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "arm/controller.h"
#include "fci/control_loop.h"
#include "fci/frames.h"
#include "fci/net.h"
#include "fci/request_slot.h"
#include "fci/watchdog.h"
#include "fci/wire.h"

namespace forager::fci {

enum class Recovery : uint8_t { kNone, kRunning, kDone, kFailed };

class RequestChannel {
 public:
  // Controller, slot and loop outlive the channel.
  RequestChannel(Fd tcp, int protocol, uint32_t nextId, ArmController& controller, RequestSlot& slot, ControlLoop& loop,
                 const SupervisorLimits& limits);
  ~RequestChannel();

  void start();
  void close();
  // One look at what is wanted and what was answered. Called by the channel's own thread, or instead of it.
  void pass();

  bool closedByRobot() const { return closedByRobot_; }
  // How far the newest stop had to go.
  StopStage stage() const { return stage_; }
  Recovery recovery() const { return recovery_; }
  // Starts AutomaticErrorRecovery unless one runs. Any thread.
  void startRecovery();
  // Waits for the end of a recovery; kRunning when it took longer than `timeout`.
  Recovery waitRecovery(std::chrono::milliseconds timeout);
  // What the robot said to the recovery that failed.
  Status recoveryStatus() const { return recoveryStatus_; }
  // The robot refused or aborted a Move, or took a user stop, since the last recovery.
  bool needsRecovery() const { return needsRecovery_; }
  void noteTrouble() { needsRecovery_ = true; }

 private:
  struct Pending {
    uint32_t id;
    Clock::time_point since;
  };

  void run();
  void sendWanted(uint32_t bits);
  void sendMove();
  void sendPlain(Command command, std::optional<Pending>& pending);
  void send(std::span<const uint8_t> bytes);
  void readReplies();
  bool take(const std::vector<uint8_t>& frame);
  void takeMoveReply(Status status);
  void finishRecovery(Status status);
  void sendStop();
  void watchReplies(Clock::time_point now);
  void watchStop(Clock::time_point now);
  void watchControlThread(Clock::time_point now);
  void lose();
  void cut();

  Fd tcp_;
  const int protocol_;
  uint32_t nextId_;
  ArmController& controller_;
  RequestSlot& slot_;
  ControlLoop& loop_;
  Watchdog watchdog_;

  FrameReader frames_;
  std::optional<Pending> move_, stop_, recover_;
  bool moveStarted_ = false;  // the first of the two Move replies came
  bool moveWaits_ = false;    // a Move is wanted while the last one has not been answered for good
  std::optional<Clock::time_point> stopping_;  // since when the robot brakes by itself; none when it does not have to

  std::atomic<bool> closing_{false}, closedByRobot_{false}, needsRecovery_{false};
  std::atomic<Recovery> recovery_{Recovery::kNone};
  std::atomic<StopStage> stage_{StopStage::ramp};
  std::atomic<Status> recoveryStatus_{Status::kSuccess};
  std::mutex mutex_;  // only for waitRecovery
  std::condition_variable recovered_;
  std::thread thread_;
};

}  // namespace forager::fci
