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
    case StopKind::operatorStop:
      return plain("operator-stop", "Stopped by the operator", "The arm was stopped and holds its position.",
                   kLookThenArm);
    case StopKind::policySilent: return policySilent(cause);
    case StopKind::heartbeatLost: return heartbeatLost(cause);
    case StopKind::linkLost: return linkLost(cause);
    case StopKind::reflex: return reflex(cause);
    case StopKind::userStop:
      return plain("user-stop", "The external activation device is pressed",
                   "The robot stopped and holds its position. The episode ended; its data up to here are kept.",
                   "Release the device when the surroundings are clear, then arm again.");
    case StopKind::tracking: return tracking(cause);
    case StopKind::measuredVelocity: return measuredVelocity(cause);
    case StopKind::commandInvalid:
      return plain("command-invalid", "The policy sent an invalid action",
                   "An action was not a finite number. It was not sent; the arm was stopped and holds its position.",
                   "Train or choose another policy, then arm again.");
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
    case StopKind::deadMan:
      return plain("dead-man", "The enabling grip is not held",
                   "The grip was let go or squeezed fully. The arm was stopped and holds its position.",
                   "Hold the grip in its middle position, press reset on the box, then arm again.");
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
