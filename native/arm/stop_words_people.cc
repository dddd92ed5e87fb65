#include "arm/stop_words.h"

namespace forager::stop_words {

StopText operatorStop() {
  return plain("operator-stop", "Stopped by a person", "The arm was stopped and holds its position.", kLookThenArm);
}

StopText userStop() {
  return plain("user-stop", "The external activation device is pressed",
               "The robot stopped and holds its position. The episode ended; its data up to here are kept.",
               "Release the device when the surroundings are clear, then arm again.");
}

StopText deadMan() {
  return plain("dead-man", "The enabling grip is not held",
               "The grip was let go or squeezed fully. The arm was stopped and holds its position.",
               "Hold the grip in its middle position, press reset on the box, then arm again.");
}

StopText commandInvalid() {
  return plain("command-invalid", "The policy sent an invalid action",
               "An action was not a finite number. It was not sent; the arm was stopped and holds its position.",
               "Train or choose another policy, then arm again.");
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

}  // namespace forager::stop_words
