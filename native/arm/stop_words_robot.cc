#include "arm/stop_words.h"

#include <string>
#include <utility>

#include "fci/error_flags.h"

namespace forager::stop_words {

namespace {

// The tip of an error flag for a stopped arm: there re-arming lets the robot recover too, and Recover cannot be pressed.
std::string toRearm(std::string tip) {
  if (tip.empty()) return "Look at the arm, then re-arm.";
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"Recover", "Re-arm"}, {"recover", "re-arm"}}) {
    for (size_t at = tip.find(from); at != std::string::npos; at = tip.find(from, at + to.size()))
      tip.replace(at, from.size(), to);
  }
  return tip;
}

}  // namespace

StopText reflex(const StopCause& cause) {
  const auto found = fci::errorText(cause.reflexReason);
  StopText out;
  out.code = "reflex";
  out.title = found.title.empty() ? "The robot stopped by itself" : found.title;
  out.message = (found.message.empty() ? fci::kNoReason : found.message) +
                " The robot braked by itself and the episode ended. Its data up to here are kept.";
  out.tip = toRearm(found.tip);
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
               toRearm(found.tip).c_str());
}

StopText moveRefused(const StopCause& cause) {
  return plain("move-refused", "The robot did not accept the motion",
               text("The robot is in mode %d and does not run the motion that was asked for. Nothing moves.",
                    cause.robotMode).c_str(),
               "Check in Desk that the joints are unlocked and FCI is active, then re-arm.");
}

}  // namespace forager::stop_words
