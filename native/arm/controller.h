#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#include "arm/arm_driver.h"
#include "arm/arm_types.h"
#include "arm/rule_counts.h"
#include "arm/seq_lock.h"
#include "arm/stop_cause.h"

namespace forager {

inline constexpr double kCycleS = 0.001;
inline constexpr int kCyclesPerTick = 50;

// What one control cycle wants of the robot.
struct Output {
  JointVector dq{};         // velocity command answering this state, rad/s
  bool wantsMove = false;   // a joint-velocity Move must run (rising edge: send Move)
  bool finished = false;    // set motion_generation_finished in this command; repeated until the state shows idle
  bool fastStop = false;    // send StopMove: the ramp did not come to standstill in time
  bool tick = false;        // something a waiting thread looks at has changed: wake it (after the command is sent)
  Activity activity = Activity::none;  // after this cycle, for the record
  StopKind stop = StopKind::none;
};

// Piecewise straight way in joint space. points[0] is where the arm stands, the last is home.
struct HomePath {
  static constexpr int kMaxPoints = 256;
  std::array<JointVector, kMaxPoints> points;
  int count = 0;
};

// What readers see of the controller.
struct ControlSnapshot {
  ArmState state{};
  Vector3 tooltip{};
  double tooltipSpeed = 0;
  Activity activity = Activity::none;
  uint64_t steps = 0, slowedSteps = 0, clippedSteps = 0, lateTicks = 0;
  RuleCounts rules;
  StopCause stop{};
  int64_t nowNs = 0;
};

// The 1 kHz core shared by the in-process arm and the FCI client: shaper, supervisor, homing, 20 Hz ticks.
//
// Threads: exactly one control thread calls cycle() and silence(); neither allocates, locks nor enters the kernel.
// Every other public method may be called from any thread; calls that post a request are serialised by the caller
// (ControlledArm holds a mutex), except requestStop, heartbeat and releaseHeartbeat, which need none.
class ArmController {
 public:
  static constexpr int kMaxBreadcrumbs = 1024;  // at one per 50 ms: the longest usual episode

  explicit ArmController(const ArmModel& model);
  ~ArmController();
  ArmController(const ArmController&) = delete;

  // --- control thread ---
  // Answers one state. now_ns: monotonic clock; lost_states: gap in message_id before this state.
  Output cycle(const ArmState& state, int64_t now_ns, int lost_states);
  // Called about every millisecond while no state arrives; age_ns since the last one.
  // Returns true when a waiting thread must be woken.
  bool silence(int64_t now_ns, int64_t age_ns);
  // Age of the operator's heartbeat against its limit; same clock as heartbeat(). Call each cycle (or each step when simulated).
  void watchHeartbeat(int64_t now_ns);

  // Keeps what the cycle works on in memory, where the system allows it. Before the first cycle.
  void lockMemory() noexcept;

  // In force in this pass.
  const SupervisorLimits& limits() const;
  // A row that the caller judges itself, in this pass.
  void noteRule(int row, bool acted);

  // Rows 22 and 23, from what the box's own thread has left; same clock as the box. Call each cycle.
  void watchStopBox(int64_t now_ns);

  // --- any thread: requests ---
  // The box must outlive the controller. Null: none is watched.
  void setStopBox(const StopBoxSignal* box) noexcept;
  const StopBoxSignal* stopBox() const noexcept;
  // From the next cycle on. The caller has seen to it that nothing gets looser while the arm moves.
  void setLimits(const SupervisorLimits& limits);
  void beginRun();               // a person has armed: duration and path of row 26 count from zero
  void requestHome(const HomePath& path);
  void requestEpisode();
  void requestEndEpisode();      // soft: ramp to zero, Move finished
  // Latches `kind` and ramps to zero. The first cause wins until clearStop.
  void requestStop(StopKind kind, double value = 0, double limit = 0) noexcept;
  // Grows with each request for a stop.
  uint64_t stopsAsked() const noexcept;
  // After a person acted; only while standing still. Clears what was asked for up to `asked`, so that a stop pressed
  // while the person's act was being carried out stays; false when there was one.
  bool clearStop(uint64_t asked);
  void postAction(const std::array<float, kJoints>& action);  // [-1, 1]; the only writer is the stepping thread
  void heartbeat(int64_t now_ns) noexcept;
  void releaseHeartbeat() noexcept;

  // --- any thread: readings ---
  ControlSnapshot snapshot() const;
  StepRecord lastRecord() const;
  uint64_t recordIndex() const;          // index of the newest StepRecord
  Activity activity() const;             // includes requests not yet taken
  bool standing() const;                 // no Move runs or is wanted
  bool stopped() const;                  // a latched cause is present
  int64_t heartbeatAgeNs(int64_t now_ns) const;  // -1 when none is required
  // Copies the arm's own way since home, oldest first; only while standing(). Returns the count.
  int breadcrumbs(JointVector* out, int capacity) const;
  void forgetBreadcrumbs();              // at home, only while standing()

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace forager
