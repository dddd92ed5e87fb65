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
    kVersion,     // answers as protocol 6
  };
  static constexpr int kUserStopMs = 2000;
  static constexpr int kDefaultDrops = 10;
  static constexpr int kMsPerStep = 50;

  Kind kind = Kind::kNone;
  // Counts 50 ms steps during which a Move runs, over all Moves; 0 = as soon as a client is there.
  uint64_t step = 0;
  int count = kDefaultDrops;
};

// Reads `KIND@STEP` or `drop@STEP:COUNT`; empty text is no fault. Nothing when it is not understood.
std::optional<Fault> parseFault(const std::string& text);

}  // namespace forager::fci
