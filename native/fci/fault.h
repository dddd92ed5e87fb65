#pragma once
// A fault that the simulated robot plays once, for drills and tests.
#include <cstdint>
#include <optional>
#include <string>

namespace forager::fci {

struct Fault {
  enum class Kind : uint8_t {
    kNone,
    kReflex,      // collision reflex, flag cartesian_reflex
    kUserStop,    // external activation device pressed, released after kUserStopMs
    kSilence,     // no more states to this client
    kClose,       // TCP closed, states end
    kDrop,        // commands are ignored for `count` cycles
    kRefuseMove,  // the next Move is refused as not possible
    kVersion,     // answers as a protocol that is newer than any spoken here
    kPush,        // joint 4 is held 0.06 rad away from its command
    kOutside,     // joint 1 shows 2 rad away from its command: the tool tip is outside the box
    kSpeed,       // joint 1 measures 1 rad/s more than it moves
    kTorque,      // 10 Nm push joint 4
    kForce,       // 30 N push the tool, also at rest
    kLoad,        // joint 2 needs 80 Nm
    kError,       // an error flag without a reflex
    kLoss,        // for `count` cycles every second command is ignored
    kGap,         // no states for `count` cycles
    kDerivative,  // one state shows an acceleration that never was
    kRunaway,     // commands are not obeyed: the arm keeps its velocity until StopMove
    kDeaf,        // nor is StopMove, and it is not answered
    kSlowClock,   // a millisecond of the robot takes 1.25 ms
  };
  static constexpr int kUserStopMs = 2000;
  static constexpr int kDefaultDrops = 10, kDefaultLoss = 1000, kDefaultGap = 15;
  static constexpr int kMsPerStep = 50;

  Kind kind = Kind::kNone;
  // Counts 50 ms steps during which a Move runs, over all Moves; 0 = as soon as a client is there.
  uint64_t step = 0;
  int count = 0;
};

// Reads `KIND@STEP`, or `KIND@STEP:COUNT` for drop, loss and gap; empty text is no fault. Nothing when it is not understood.
std::optional<Fault> parseFault(const std::string& text);
// Every KIND, separated by commas.
std::string faultNames();

}  // namespace forager::fci
