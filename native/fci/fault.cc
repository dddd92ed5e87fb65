#include "fci/fault.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace forager::fci {

namespace {

constexpr std::array<std::pair<std::string_view, Fault::Kind>, 20> kKinds = {{
    {"reflex", Fault::Kind::kReflex},
    {"user-stop", Fault::Kind::kUserStop},
    {"silence", Fault::Kind::kSilence},
    {"close", Fault::Kind::kClose},
    {"drop", Fault::Kind::kDrop},
    {"refuse-move", Fault::Kind::kRefuseMove},
    {"version", Fault::Kind::kVersion},
    {"push", Fault::Kind::kPush},
    {"outside", Fault::Kind::kOutside},
    {"speed", Fault::Kind::kSpeed},
    {"torque", Fault::Kind::kTorque},
    {"force", Fault::Kind::kForce},
    {"load", Fault::Kind::kLoad},
    {"error", Fault::Kind::kError},
    {"loss", Fault::Kind::kLoss},
    {"gap", Fault::Kind::kGap},
    {"derivative", Fault::Kind::kDerivative},
    {"runaway", Fault::Kind::kRunaway},
    {"deaf", Fault::Kind::kDeaf},
    {"slow-clock", Fault::Kind::kSlowClock},
}};

// 0: the fault has no count.
int defaultCount(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::kDrop: return Fault::kDefaultDrops;
    case Fault::Kind::kLoss: return Fault::kDefaultLoss;
    case Fault::Kind::kGap: return Fault::kDefaultGap;
    default: return 0;
  }
}

template <typename T>
bool readWhole(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string faultNames() {
  std::string names;
  for (const auto& [name, kind] : kKinds) names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

std::optional<Fault> parseFault(const std::string& text) {
  Fault fault;
  if (text.empty()) return fault;
  const std::string_view all(text);
  const size_t mark = all.find('@');
  for (const auto& [name, kind] : kKinds) {
    if (all.substr(0, mark) == name) fault.kind = kind;
  }
  if (fault.kind == Fault::Kind::kNone) return std::nullopt;
  fault.count = defaultCount(fault.kind);
  if (mark == std::string_view::npos) return fault.kind == Fault::Kind::kVersion ? std::optional(fault) : std::nullopt;
  std::string_view step = all.substr(mark + 1);
  if (const size_t colon = step.find(':'); colon != std::string_view::npos) {
    if (fault.count == 0 || !readWhole(step.substr(colon + 1), fault.count) || fault.count < 1) {
      return std::nullopt;
    }
    step = step.substr(0, colon);
  }
  if (!readWhole(step, fault.step)) return std::nullopt;
  return fault;
}

}  // namespace forager::fci
