#include "arm/stop_box.h"

namespace forager {

const char* stopBoxCode(StopBoxTrip trip) {
  switch (trip) {
    case StopBoxTrip::none: return "";
    case StopBoxTrip::pressed: return "stop-box-pressed";
    case StopBoxTrip::lost:
    case StopBoxTrip::port: return "stop-box-lost";
    case StopBoxTrip::disagree: return "stop-box-disagree";
    case StopBoxTrip::sequence: return "stop-box-sequence";
    case StopBoxTrip::noise: return "stop-box-noise";
    case StopBoxTrip::deadMan: return "dead-man";
  }
  return "";
}

const char* stopBoxWords(StopBoxTrip trip) {
  switch (trip) {
    case StopBoxTrip::none: return "";
    case StopBoxTrip::pressed: return "The stop box is pressed.";
    case StopBoxTrip::lost: return "No valid frame came from the stop box for too long.";
    case StopBoxTrip::port: return "The port of the stop box failed: it was unplugged or closed.";
    case StopBoxTrip::disagree:
      return "The two channels of the stop box say different things for more than 50 ms. A wire or a contact is broken.";
    case StopBoxTrip::sequence: return "The frames of the stop box jumped back: it was restarted or disturbed.";
    case StopBoxTrip::noise: return "Three frames of the stop box were damaged within 1 s.";
    case StopBoxTrip::deadMan: return "The enabling grip was let go or squeezed fully.";
  }
  return "";
}

const char* stopBoxStateName(StopBoxPhase phase) {
  switch (phase) {
    case StopBoxPhase::waiting:
    case StopBoxPhase::needsGrip:
    case StopBoxPhase::needsReset: return "waiting";
    case StopBoxPhase::silent: return "lost";
    case StopBoxPhase::differing:
    case StopBoxPhase::pressed: return "pressed";
    case StopBoxPhase::closed: return "closed";
  }
  return "lost";
}

const char* stopBoxWords(StopBoxPhase phase) {
  switch (phase) {
    case StopBoxPhase::waiting: return "Waiting for the first frame of the stop box.";
    case StopBoxPhase::silent: return "No news from the stop box. Look at its cable and its power.";
    case StopBoxPhase::differing:
      return "The two channels differ. Press the stop box and release it; if this stays, a wire is broken.";
    case StopBoxPhase::pressed: return "The stop box is pressed. Release its button, then press reset on the box.";
    case StopBoxPhase::needsGrip:
      return "The stop box is closed. Hold the enabling grip in its middle position, then press reset on the box.";
    case StopBoxPhase::needsReset: return "The stop box is closed. Press reset on the box.";
    case StopBoxPhase::closed: return "";
  }
  return "";
}

}  // namespace forager
