#include "arm/stop_cause.h"

#include "arm/stop_words.h"

namespace forager {

StopText describe(const StopCause& cause) {
  using namespace stop_words;
  switch (cause.kind) {
    case StopKind::none: return {};
    case StopKind::jointMargin: return jointMargin(cause);
    case StopKind::workspaceBox: return workspaceBox(cause);
    case StopKind::floor: return floorStop(cause);
    case StopKind::selfCollision: return selfCollision(cause);
    case StopKind::operatorStop: return operatorStop();
    case StopKind::policySilent: return policySilent(cause);
    case StopKind::heartbeatLost: return heartbeatLost(cause);
    case StopKind::linkLost: return linkLost(cause);
    case StopKind::reflex: return reflex(cause);
    case StopKind::userStop: return userStop();
    case StopKind::tracking: return tracking(cause);
    case StopKind::measuredVelocity: return measuredVelocity(cause);
    case StopKind::commandInvalid: return commandInvalid();
    case StopKind::moveRefused: return moveRefused(cause);
    case StopKind::successRate: return successRate(cause);
    case StopKind::cycleTime: return cycleTime(cause);
    case StopKind::commandBroken: return commandBroken(cause);
    case StopKind::outsideBox: return outsideBox(cause);
    case StopKind::contactTorque: return contactTorque(cause);
    case StopKind::contactForce: return contactForce(cause, "N");
    case StopKind::contactMoment: return contactForce(cause, "Nm");
    case StopKind::jointTorque: return jointTorque(cause);
    case StopKind::robotError: return robotError(cause);
    case StopKind::stopBox: return stopBox(cause);
    case StopKind::deadMan: return deadMan();
    case StopKind::controlFrozen: return controlFrozen(cause);
    case StopKind::runDuration: return runDuration(cause);
    case StopKind::runPath: return runPath(cause);
  }
  return {};
}

const char* linkName(int link) {
  static constexpr const char* kNames[] = {"base",    "shoulder", "shoulder joint", "upper arm", "elbow",
                                           "forearm", "wrist",    "flange",         "hand"};
  return link >= 0 && link <= 8 ? kNames[link] : "arm";
}

}  // namespace forager
