#include "arm/stop_words.h"

namespace forager::stop_words {

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

}  // namespace forager::stop_words
