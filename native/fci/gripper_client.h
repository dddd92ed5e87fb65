#pragma once
// The Hand over its own service: one connection and one thread of its own, so that nothing here can delay the arm.
// One command runs at a time. A newer one takes the place of one that waits, and stops one that runs; homing is never
// cut short by anything but Stop.
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "fci/frames.h"
#include "fci/gripper_wire.h"
#include "fci/net.h"

namespace forager::fci {

enum class GripperActivity : uint8_t { kNone, kHoming, kGrasping, kMoving, kStopping };
enum class GripperOutcome : uint8_t { kDone, kMissed, kRefused, kAborted, kReplaced, kLost };

struct GripperResult {
  uint64_t job = 0;  // 0: none
  GripperCommand command = GripperCommand::kStop;
  GripperOutcome outcome = GripperOutcome::kDone;
  GripperTask task;
  double width = 0;  // m, when it ended
};

struct GripperSnapshot {
  bool connected = false;
  double ageMs = -1;  // of the newest state, -1 before the first
  GripperState state;
  GripperActivity activity = GripperActivity::kNone;
  bool waiting = false;  // a command waits for the running one
  std::array<GripperResult, 8> results{};  // of the newest jobs, at their number modulo 8
};

class GripperClient {
 public:
  enum class Clocked : uint8_t { byItself, byCaller };

  // Blocks for timeout_ms at most, once for TCP and once for the answer. Throws ArmProblem: `gripper-absent` nobody
  // listens, `gripper-unreachable`, `gripper-refused`, `gripper-version`.
  GripperClient(const std::string& host, int port, int timeout_ms);
  // Takes a link that is connected already; for a caller that runs pass() itself.
  GripperClient(Fd tcp, Fd udp, const Address& hand, Clocked clocked);
  ~GripperClient();
  GripperClient(const GripperClient&) = delete;

  // Returns the number of the job, which appears in GripperSnapshot::results when it has ended. Any thread, never waits.
  // Throws ArmProblem: `gripper-lost`, `gripper-silent`, `gripper-not-homed`, `gripper-width`, `gripper-speed`, `gripper-force`.
  uint64_t request(GripperCommand command, const GripperTask& task);
  // Drops what waits and stops what runs. Never throws.
  void stop() noexcept;

  GripperSnapshot snapshot() const;
  // One look at the sockets; waits up to `wait` for something to do.
  void pass(Clock::duration wait);
  void close();

 private:
  struct Job {
    uint64_t number;
    GripperCommand command;
    GripperTask task;
  };

  void run();
  void require(GripperCommand command, const GripperTask& task) const;
  bool sendNext();
  void readStates();
  void readReplies();
  bool take(const std::vector<uint8_t>& frame);
  void end(const Job& job, GripperOutcome outcome);
  void lose();

  Fd tcp_, udp_;
  Address hand_;
  Wake wake_;
  FrameReader frames_{kGripperConnectReplyBytes, kGripperFraming};

  mutable std::mutex mutex_;  // guards everything below
  GripperSnapshot shown_;
  Clock::time_point heard_{};
  std::optional<Job> waiting_, running_;
  bool stopWanted_ = false;
  std::optional<uint32_t> stopId_;
  uint32_t runningId_ = 0, nextId_ = 1;
  uint64_t jobs_ = 0;

  std::atomic<bool> closing_{false};
  std::thread thread_;
};

}  // namespace forager::fci
