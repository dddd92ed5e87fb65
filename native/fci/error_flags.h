#pragma once
// The 41 error flags of a state packet: the robot's own name, and what each means in plain words.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace forager::fci {

// What must happen before the robot's own recovery is tried.
enum class RecoveryAdvice : uint8_t {
  atOnce,   // nothing was touched: recovery may be tried, also by the station where a person has allowed it
  look,     // the arm may touch something: a person looks first
  byHand,   // the arm must be guided out first, or the same flag comes back
  support,  // once; then the Control unit is restarted and the vendor asked
};
const char* recoveryName(RecoveryAdvice advice);

// Which robots can raise a flag.
enum class FlagRobots : uint8_t {
  all,        // Panda and Research 3
  protocol5,  // Panda from system 4.2.1 on (protocol 5), and Research 3
  panda,      // Panda; on a Research 3 this position is always false
};
const char* robotsName(FlagRobots robots);

struct ErrorFlag {
  const char* name;     // as the robot and its vendor library print it
  const char* title;    // what happened, one short sentence
  const char* message;  // what it means
  const char* cause;    // likely causes
  const char* tip;      // what to do next
  RecoveryAdvice recovery;
  FlagRobots robots = FlagRobots::all;
};

inline constexpr int kErrorFlags = 41;
extern const std::array<ErrorFlag, kErrorFlags> kErrorFlagTexts;

// Names of the flags that are set, in the order of the packet.
std::vector<std::string> errorNames(const std::array<bool, kErrorFlags>& flags);

// One text for a set of flags: title and tip of the first, messages of all, raw names at the end.
struct ErrorText {
  std::string title, message, tip;
};
// Of a robot in reflex that sets no flag.
inline const std::string kNoReason = "The robot gives no reason.";
ErrorText errorText(const std::array<bool, kErrorFlags>& flags);

}  // namespace forager::fci
