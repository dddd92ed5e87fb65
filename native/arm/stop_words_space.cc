#include "arm/stop_words.h"

namespace forager::stop_words {

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

}  // namespace forager::stop_words
