#include "arm/stop_cause.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "fci/error_flags.h"

namespace forager {

namespace {

constexpr const char* kGoesOn =
    "Nothing needs to be done: the session returns the arm home and goes on with the next episode.";
constexpr const char* kLookThenArm = "Look at the arm. When its surroundings are clear, arm again and return it home.";

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
  char buffer[400];
  va_list values;
  va_start(values, format);
  std::vsnprintf(buffer, sizeof buffer, format, values);
  va_end(values);
  return buffer;
}

const char* wallName(Wall wall) {
  switch (wall) {
    case Wall::back: return "back";
    case Wall::front: return "front";
    case Wall::right: return "right";
    case Wall::left: return "left";
    case Wall::floor: return "floor";
    case Wall::top: return "top";
    case Wall::none: break;
  }
  return "box";
}

// The points that the walls hold.
const char* pointName(int link) { return link == 4 ? "Elbow" : link == 6 ? "Wrist" : link == 8 ? "A fingertip" : "Tool tip"; }

StopText inDegrees(const StopCause& cause) {
  StopText out;
  out.unit = "°";
  out.value = cause.value * 180 / M_PI;
  out.limit = cause.limit * 180 / M_PI;
  return out;
}

StopText inMillimetres(const StopCause& cause) {
  StopText out;
  out.unit = "mm";
  out.value = cause.value * 1000;
  out.limit = cause.limit * 1000;
  return out;
}

StopText inMilliseconds(const StopCause& cause) {
  StopText out;
  out.unit = "ms";
  out.value = cause.value * 1000;
  out.limit = cause.limit * 1000;
  return out;
}

StopText plain(const char* code, const char* title, const char* message, const char* tip) {
  StopText out;
  out.code = code;
  out.title = title;
  out.message = message;
  out.tip = tip;
  return out;
}

StopText jointMargin(const StopCause& cause) {
  StopText out = inDegrees(cause);
  out.code = "joint-margin";
  out.title = text("Joint %d came near its limit", cause.joint);
  out.message = text("%.1f° before the end of joint %d's range must stay free. The arm braked before that and the "
                     "episode ended. Its data are kept.",
                     out.limit, cause.joint);
  out.tip = kGoesOn;
  return out;
}

StopText workspaceBox(const StopCause& cause) {
  StopText out = inMillimetres(cause);
  out.code = "workspace-box";
  out.title = text("%s reached the %s wall of the box", pointName(cause.linkA), wallName(cause.wall));
  out.message = "The arm braked inside the box and the episode ended. Its data are kept.";
  out.tip = kGoesOn;
  return out;
}

StopText floorStop(const StopCause& cause) {
  StopText out = inMillimetres(cause);
  out.code = "floor";
  out.title = text("The %s came near the floor", linkName(cause.linkA));
  out.message = text("%.0f mm above the floor must stay free. The arm braked before that and the episode ended. Its "
                     "data are kept.",
                     out.limit);
  out.tip = kGoesOn;
  return out;
}

StopText selfCollision(const StopCause& cause) {
  StopText out = inMillimetres(cause);
  out.code = "self-collision";
  out.title = text("The %s and the %s came near each other", linkName(cause.linkA), linkName(cause.linkB));
  out.message = text("%.0f mm between them must stay free. The arm braked before that and the episode ended. Its data "
                     "are kept.",
                     out.limit);
  out.tip = kGoesOn;
  return out;
}

StopText reflex(const StopCause& cause) {
  const auto found = fci::errorText(cause.reflexReason);
  StopText out;
  out.code = "reflex";
  out.title = found.title.empty() ? "The robot stopped by itself" : found.title;
  out.message = found.message + " The robot braked by itself and the episode ended. Its data up to here are kept.";
  out.tip = found.tip.empty() ? "Look at the arm, then recover it." : found.tip;
  return out;
}

StopText tracking(const StopCause& cause) {
  StopText out = inDegrees(cause);
  out.code = "tracking";
  out.title = text("Joint %d does not follow", cause.joint);
  out.message = text("Joint %d is %.2f° away from where it was commanded; %.2f° is allowed. Something may hold the arm. "
                     "The arm was stopped and holds its position.",
                     cause.joint, out.value, out.limit);
  out.tip = "Look at what touches the arm and remove it, then arm again.";
  return out;
}

StopText measuredVelocity(const StopCause& cause) {
  StopText out = inDegrees(cause);
  out.unit = "°/s";
  out.code = "joint-speed";
  out.title = text("Joint %d moves too fast", cause.joint);
  out.message = text("Joint %d moved at %.1f °/s; %.1f °/s is allowed. The arm was stopped and holds its position.",
                     cause.joint, out.value, out.limit);
  out.tip = kLookThenArm;
  return out;
}

StopText inNumbers(const StopCause& cause, const char* unit) {
  StopText out;
  out.unit = unit;
  out.value = cause.value;
  out.limit = cause.limit;
  return out;
}

StopText successRate(const StopCause& cause) {
  StopText out = inNumbers(cause, "%");
  out.value *= 100;
  out.limit *= 100;
  out.code = "success-rate";
  out.title = "The robot misses commands";
  out.message = text("Only %.0f %% of the commands reached the robot in time; %.0f %% is needed. The arm was stopped before "
                     "the robot stops itself, and holds its position.",
                     out.value, out.limit);
  out.tip = "Close other programs, use a direct cable and a kernel with PREEMPT_RT, then arm again.";
  return out;
}

StopText cycleTime(const StopCause& cause) {
  StopText out = inNumbers(cause, "µs");
  out.value *= 1e6;
  out.limit *= 1e6;
  out.code = "cycle-time";
  out.title = "A control cycle took too long";
  out.message = text("One answer to the robot took %.0f µs; %.0f µs is allowed. The arm was stopped and holds its position.",
                     out.value, out.limit);
  out.tip = "Close other programs on this computer and check its power settings, then arm again.";
  return out;
}

StopText commandBroken(const StopCause& cause) {
  StopText out = inNumbers(cause, cause.limit > 100 ? "rad/s³" : "rad/s²");
  out.code = "command-limits";
  out.title = text("A command for joint %d broke our own limits", cause.joint);
  out.message = text("The next command would have changed joint %d by %.3g %s; %.3g %s is allowed. It was not sent and the "
                     "robot was told to stop.",
                     cause.joint, out.value, out.unit.c_str(), out.limit, out.unit.c_str());
  out.tip = "This should not happen: keep the run's files and report it. Arm again when the surroundings are clear.";
  return out;
}

StopText outsideBox(const StopCause& cause) {
  StopText out = inMillimetres(cause);
  out.code = "outside-box";
  out.title = text("%s is outside the box", pointName(cause.linkA));
  out.message = text("It was measured %.0f mm behind the %s wall; %.0f mm is allowed. No command led it there. The arm was "
                     "stopped and holds its position.",
                     out.value, wallName(cause.wall), out.limit);
  out.tip = kLookThenArm;
  return out;
}

StopText contactTorque(const StopCause& cause) {
  StopText out = inNumbers(cause, "Nm");
  out.code = "contact-torque";
  out.title = text("Something pushes joint %d", cause.joint);
  out.message = text("An outer torque of %.1f Nm acts on joint %d; %.1f Nm is allowed. The arm was stopped and holds its "
                     "position.",
                     out.value, cause.joint, out.limit);
  out.tip = "Look at what touches the arm and remove it, then arm again.";
  return out;
}

StopText contactForce(const StopCause& cause, const char* unit) {
  StopText out = inNumbers(cause, unit);
  out.code = "contact-force";
  out.title = "Something pushes the tool";
  out.message = text("%.1f %s act on the tool; %.1f %s is allowed. The arm was stopped and holds its position.", out.value,
                     unit, out.limit, unit);
  out.tip = "Look at what touches the tool and remove it; check the tool's mass in Desk. Then arm again.";
  return out;
}

StopText jointTorque(const StopCause& cause) {
  StopText out = inNumbers(cause, "Nm");
  out.code = "joint-torque";
  out.title = text("Joint %d works near its limit", cause.joint);
  out.message = text("Joint %d needed %.1f Nm; %.1f Nm is allowed. The arm was stopped and holds its position.", cause.joint,
                     out.value, out.limit);
  out.tip = "Look for something heavy or something that holds the arm; check the tool's mass in Desk. Then arm again.";
  return out;
}

StopText robotError(const StopCause& cause) {
  const auto found = fci::errorText(cause.reflexReason);
  return plain("robot-error", found.title.empty() ? "The robot reports an error" : found.title.c_str(),
               (found.message + " The arm was stopped and holds its position.").c_str(),
               found.tip.empty() ? "Look at the arm, then recover it." : found.tip.c_str());
}

StopText controlFrozen(const StopCause& cause) {
  StopText out = inMilliseconds(cause);
  out.code = "control-frozen";
  out.title = "The control thread stood still";
  out.message = text("The thread that answers the robot made no pass for %.0f ms; %.0f ms is allowed. The second thread told "
                     "the robot to stop.",
                     out.value, out.limit);
  out.tip = "Close other programs on this computer and use a kernel with PREEMPT_RT, then arm again.";
  return out;
}

StopText runDuration(const StopCause& cause) {
  StopText out = inNumbers(cause, "h");
  out.value /= 3600;
  out.limit /= 3600;
  out.code = "run-duration";
  out.title = "The arm has moved for as long as one arming allows";
  out.message = text("It moved for %.1f h; %.1f h is allowed. It stopped after a whole step. Data are kept.", out.value,
                     out.limit);
  out.tip = "Look at the arm and its surroundings, then arm again.";
  return out;
}

StopText runPath(const StopCause& cause) {
  StopText out = inNumbers(cause, "m");
  out.code = "run-path";
  out.title = "The arm has moved as far as one arming allows";
  out.message = text("Its tool travelled %.0f m; %.0f m is allowed. It stopped after a whole step. Data are kept.", out.value,
                     out.limit);
  out.tip = "Look at the arm and its surroundings, then arm again.";
  return out;
}

StopText stopBox(const StopCause& cause) {
  if (cause.limit == 0)
    return plain("stop-box-pressed", "The stop box stopped the arm", "The arm was stopped and holds its position.",
                 "Release the box, press reset on it, then arm again.");
  StopText out = inMilliseconds(cause);
  out.code = "stop-box-lost";
  out.title = "No news from the stop box";
  out.message = text("Its newest frame was %.0f ms old; %.0f ms is allowed. The arm was stopped and holds its position.",
                     out.value, out.limit);
  out.tip = "Look at the cable and the power of the stop box. Press reset on it, then arm again.";
  return out;
}

StopText policySilent(const StopCause& cause) {
  StopText out = inMilliseconds(cause);
  out.code = "policy-silent";
  out.title = "The policy went silent";
  out.message = text("The newest action was %.0f ms old; %.0f ms is allowed. The arm slowed to rest and holds its "
                     "position. The episode ended; its data up to here are kept.",
                     out.value, out.limit);
  out.tip = "Close other programs that use this computer, then arm again.";
  return out;
}

StopText heartbeatLost(const StopCause& cause) {
  StopText out = inMilliseconds(cause);
  out.code = "heartbeat-lost";
  out.title = "The operator's window went silent";
  out.message = text("The last sign of life of the operator's side was %.0f ms old; %.0f ms is allowed. The arm was "
                     "stopped and holds its position.",
                     out.value, out.limit);
  out.tip = "Check that the window is open and answers, then arm again.";
  return out;
}

StopText linkLost(const StopCause& cause) {
  StopText out = inMilliseconds(cause);
  out.code = "link-lost";
  out.title = "The robot went silent";
  out.tip = "Check the cable and the Control unit, connect again, then arm again.";
  if (cause.limit == 0) {
    out.title = "The robot closed the connection";
    out.message = "The robot ended the connection and brakes by itself. Data up to here are kept.";
    return out;
  }
  out.message = text("No state came from the robot for %.0f ms; %.0f ms is allowed. The robot brakes by itself when "
                     "commands stop. The episode ended; its data up to here are kept.",
                     out.value, out.limit);
  return out;
}

StopText moveRefused(const StopCause& cause) {
  return plain("move-refused", "The robot did not accept the motion",
               text("The robot is in mode %d and does not run the motion that was asked for. Nothing moves.",
                    cause.robotMode).c_str(),
               "Check in Desk that the joints are unlocked and FCI is active, recover the arm, then arm again.");
}

}  // namespace

StopText describe(const StopCause& cause) {
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
