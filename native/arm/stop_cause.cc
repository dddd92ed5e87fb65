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
  out.title = text("Tool tip reached the %s wall of the box", wallName(cause.wall));
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
  }
  return {};
}

const char* linkName(int link) {
  static constexpr const char* kNames[] = {"base",    "shoulder", "shoulder joint", "upper arm", "elbow",
                                           "forearm", "wrist",    "flange",         "hand"};
  return link >= 0 && link <= 8 ? kNames[link] : "arm";
}

}  // namespace forager
