#pragma once
// Words for people, one function for each kind of stop; describe() in stop_cause.h chooses. Grouped in files by what was
// found: where the arm was, what the robot measured, how link and computer did, what policy and people did.
#include <string>

#include "arm/stop_cause.h"

namespace forager::stop_words {

inline constexpr const char* kGoesOn =
    "Nothing needs to be done: the session returns the arm home and goes on with the next episode.";
inline constexpr const char* kLookThenArm = "Look at the arm. When its surroundings are clear, arm again and return it home.";

// --- parts ---
[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...);
const char* wallName(Wall wall);
// The points that the walls hold.
const char* pointName(int link);
// Value and limit in the unit for people; the rest is still empty.
StopText inDegrees(const StopCause& cause);
StopText inMillimetres(const StopCause& cause);
StopText inMilliseconds(const StopCause& cause);
StopText inNumbers(const StopCause& cause, const char* unit);
StopText plain(const char* code, const char* title, const char* message, const char* tip);

// --- where the arm was ---
StopText jointMargin(const StopCause& cause);
StopText workspaceBox(const StopCause& cause);
StopText floorStop(const StopCause& cause);
StopText selfCollision(const StopCause& cause);
StopText outsideBox(const StopCause& cause);

// --- what the robot measured and did ---
StopText reflex(const StopCause& cause);
StopText tracking(const StopCause& cause);
StopText measuredVelocity(const StopCause& cause);
StopText contactTorque(const StopCause& cause);
StopText contactForce(const StopCause& cause, const char* unit);
StopText jointTorque(const StopCause& cause);
StopText robotError(const StopCause& cause);
StopText moveRefused(const StopCause& cause);

// --- link and computer ---
StopText successRate(const StopCause& cause);
StopText cycleTime(const StopCause& cause);
StopText commandBroken(const StopCause& cause);
StopText controlFrozen(const StopCause& cause);
StopText linkLost(const StopCause& cause);

// --- policy and people ---
StopText operatorStop();
StopText userStop();
StopText deadMan();
StopText commandInvalid();
StopText runDuration(const StopCause& cause);
StopText runPath(const StopCause& cause);
StopText stopBox(const StopCause& cause);
StopText policySilent(const StopCause& cause);
StopText heartbeatLost(const StopCause& cause);

}  // namespace forager::stop_words
