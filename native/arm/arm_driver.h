#pragma once
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "arm/arm_types.h"
#include "arm/cycle_recorder.h"
#include "arm/rule_counts.h"
#include "arm/stop_cause.h"

namespace forager {

// A refusal or failure said to a person; becomes {code, message, tip} in JavaScript.
struct ArmProblem : std::runtime_error {
  ArmProblem(std::string code_, std::string message_, std::string tip_)
      : std::runtime_error(message_), code(std::move(code_)), message(std::move(message_)), tip(std::move(tip_)) {}
  std::string code, message, tip;
};

enum class Activity : uint8_t { none, starting, homing, episode, stopping, held, recovering };
enum class EndCode : int32_t { none = 0, safetyLimit = 1, reflex = 2, stopped = 3 };

// Bits of StepFlag in src/contract/dataset.ts.
inline constexpr int32_t kFlagClipped = 1, kFlagSlowed = 2, kFlagLate = 4, kFlagGap = 8, kFlagBadAction = 16,
                         kFlagWarned = 32, kFlagDecayed = 64, kFlagHeld = 128, kFlagNearJoint = 256, kFlagNearWall = 512,
                         kFlagNearFloor = 1024, kFlagNearSelf = 2048, kFlagPointSpeed = 4096, kFlagSingular = 8192;

// What one 20 Hz tick leaves behind. Observation: q1..q7 rad, dq1..dq7 rad/s, measured.
struct StepRecord {
  uint64_t index = 0;  // grows by 1 with each published record, over all episodes
  std::array<float, 2 * kJoints> observation{};
  std::array<float, 3> tooltip{};        // m, base frame
  std::array<float, kJoints> sent{};     // mean sent velocity / clip since the record before
  int64_t tickTimeNs = 0;
  int32_t flags = 0;
  EndCode end = EndCode::none;
};

// One state for the window; NativeArmState in src/main/platform/native-arm.ts has the meaning and units of each field.
struct ArmSnapshot {
  bool connected = false;
  double ageMs = -1;
  int protocol = 0;
  int mode = 0;
  Activity activity = Activity::none;
  bool armed = false;
  JointVector q{}, dq{}, tauExternal{};
  Vector3 tooltip{};
  double tooltipSpeed = 0, toolMass = 0;
  std::array<bool, 41> errors{};
  uint64_t received = 0, lost = 0, received10s = 0, lost10s = 0;
  double successRate = -1, roundTripMeanMs = -1, roundTripWorstMs = -1;
  uint64_t steps = 0, slowedSteps = 0, clippedSteps = 0, lateTicks = 0;
  double heartbeatAgeMs = -1;
  RuleCounts rules;
  double clockDrift = 0;       // share between the robot's clock and ours
  double cycleWorstUs = 0;     // state received to command sent
  bool realTimeScheduling = false;
  StopCause stop{};            // kind none = no stop
  StopText stopText{};         // filled when there is one
  double stopAtMs = 0;         // epoch
  StopStage stopStage = StopStage::ramp;
  struct { uint64_t position = 0, velocity = 0, acceleration = 0, jerk = 0; } violations;
};

struct StopBoxSignal;
struct LinkTiming;

// One arm as JavaScript drives it; src/main/platform/native-arm.ts describes every method. All may throw ArmProblem.
// step, waitHome, beginHome, beginEpisode, endEpisode, recover and close may block; the others return at once.
class ArmDriver {
 public:
  virtual ~ArmDriver() = default;
  virtual bool realTime() const = 0;
  virtual void arm() = 0;
  virtual void disarm() = 0;
  virtual void rearm() = 0;
  virtual void beginHome() = 0;
  virtual bool waitHome(int64_t budget_ns) = 0;  // true = home
  virtual StepRecord beginEpisode() = 0;
  virtual StepRecord step(const std::array<float, kJoints>& action) = 0;
  virtual void endEpisode() = 0;
  virtual void stop(const std::string& code, const std::string& message) noexcept = 0;
  // The control cycle watches this box from now on; null: none. A box that does not allow motion refuses every start.
  virtual void watchStopBox(std::shared_ptr<const StopBoxSignal> box) = 0;
  virtual void heartbeat() noexcept = 0;
  virtual void releaseHeartbeat() noexcept = 0;
  // Tighter at any time, looser only while the arm stands; refuses with `limits-loosened` or `limits-fixed`.
  virtual void setLimits(const SupervisorLimits& limits) = 0;
  virtual SupervisorLimits limits() const = 0;
  virtual ArmSnapshot snapshot() const = 0;
  // The last seconds of the control cycle; null where none are kept, as for an arm in this process.
  virtual const CycleRecorder* cycles() const { return nullptr; }
  // Null where there is no link to time.
  virtual const LinkTiming* timing() const { return nullptr; }
  virtual void recover() = 0;
  virtual void close() = 0;
};

// Process-wide table of open arms: the addon is loaded once per JavaScript thread, its globals exist once per process.
uint32_t registerArm(std::shared_ptr<ArmDriver> arm);       // returns the id, from 1
std::shared_ptr<ArmDriver> findArm(uint32_t id);            // null when closed
void unregisterArm(uint32_t id);

}  // namespace forager
