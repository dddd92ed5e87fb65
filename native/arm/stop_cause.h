#pragma once
#include <string>

#include "arm/arm_types.h"

namespace forager {

// Why motion ended. `none` first so that a zeroed cause is no cause.
enum class StopKind : uint8_t {
  none,
  // End one episode, not latched.
  jointMargin,
  workspaceBox,
  floor,
  selfCollision,
  // Latched: a person must re-arm.
  operatorStop,
  policySilent,
  heartbeatLost,
  linkLost,
  reflex,
  userStop,
  tracking,
  measuredVelocity,
  commandInvalid,
  moveRefused,  // the robot did not start the Move, or ended it for no stated reason
  successRate,
  cycleTime,
  commandBroken,
  outsideBox,
  contactTorque,
  contactForce,
  contactMoment,
  jointTorque,
  robotError,
  stopBox,
  deadMan,
  controlFrozen,
  runDuration,
  runPath,
};

// How far a stop had to go: our ramp; the robot's own brake after StopMove; nothing sent any more, so that the robot's
// rules stop it. From one to the next after 300 ms and 500 ms.
enum class StopStage : uint8_t { ramp, fastStop, linkCut };

inline constexpr size_t kStopKinds = static_cast<size_t>(StopKind::runPath) + 1;

enum class Wall : uint8_t { none, back, front, right, left, floor, top };

// Fixed-size facts, filled by the control cycle without allocation; words are made by describe() on the reader's side.
struct StopCause {
  StopKind kind = StopKind::none;
  uint8_t joint = 0;  // 1..7, 0 = none
  Wall wall = Wall::none;
  int8_t linkA = -1, linkB = -1;  // 0..8, 8 = hand
  uint8_t robotMode = 0;
  uint8_t rule = 0;  // row of the supervisor table, 0 = none
  double value = 0, limit = 0;  // SI
  std::array<bool, 41> reflexReason{};
  int64_t atNs = 0;  // same clock as the cycle's now_ns
  Vector3 tooltip{};
  double stopTime = -1;  // s from the cause to standstill, -1 while moving
};

// Row of the table for a stop that other threads ask for; 0 where there is none.
constexpr uint8_t ruleOf(StopKind kind) {
  switch (kind) {
    case StopKind::linkLost: return 4;
    case StopKind::cycleTime: return 7;
    case StopKind::stopBox: return 22;
    case StopKind::deadMan: return 23;
    case StopKind::controlFrozen: return 24;
    case StopKind::heartbeatLost: return 25;
    default: return 0;
  }
}

constexpr bool isLatched(StopKind kind) { return kind >= StopKind::operatorStop; }

// Words for people. `code` is stable kebab-case.
struct StopText {
  std::string code, title, message, tip, unit;
  double value = 0, limit = 0;  // in `unit`
};
StopText describe(const StopCause& cause);

// "upper arm", "forearm", "hand", ...; link 0..8.
const char* linkName(int link);

}  // namespace forager
