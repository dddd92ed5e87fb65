#pragma once
// The 41 error flags of a state packet: the robot's own name, and what each means in plain words.
#include <array>
#include <string>
#include <vector>

namespace forager::fci {

struct ErrorFlag {
  const char* name;     // as the robot and its vendor library print it
  const char* title;    // what happened, one short sentence
  const char* message;  // what it means
  const char* tip;      // what to do next
};

inline constexpr int kErrorFlags = 41;
extern const std::array<ErrorFlag, kErrorFlags> kErrorFlagTexts;

// Names of the flags that are set, in the order of the packet.
std::vector<std::string> errorNames(const std::array<bool, kErrorFlags>& flags);

// One text for a set of flags: title and tip of the first, messages of all, raw names at the end.
struct ErrorText {
  std::string title, message, tip;
};
ErrorText errorText(const std::array<bool, kErrorFlags>& flags);

}  // namespace forager::fci
