#include "fci/protocol.h"

#include <algorithm>
#include <array>
#include <span>

namespace forager::fci {

namespace {

// From the published sources of the vendor's client library, one release line each.
constexpr std::array<ProtocolRow, 7> kProtocols = {{
    {3, false, "3.0.0", 370, 2085, 37},
    {4, false, "4.0.0", 370, 2341, 37},
    {5, false, "4.2.1", 370, 2373, 41},
    {6, true, "5.2.0", 370, 2373, 41},
    {7, true, "5.5.0", 371, 2373, 41},
    {8, true, "5.7.0", 371, 2373, 41},
    {9, true, "5.7.2", 371, 2373, 41},
}};

// Command numbers of protocols 3..5 and 6..9; -1: not there.
struct CommandRow {
  int oldNumber, newNumber;
  size_t request, reply;
};
constexpr std::array<CommandRow, 15> kCommands = {{
    {0, 0, 16, 15},    // Connect
    {1, 1, 68, 13},    // Move
    {2, 2, 12, 13},    // StopMove
    {3, -1, 16, 166},  // GetCartesianLimit
    {4, 3, 428, 13},   // SetCollisionBehavior
    {5, 4, 68, 13},    // SetJointImpedance
    {6, 5, 60, 13},    // SetCartesianImpedance
    {7, 6, 19, 13},    // SetGuidingMode
    {8, 7, 140, 13},   // SetEEToK
    {9, 8, 140, 13},   // SetNEToEE
    {10, 9, 116, 13},  // SetLoad
    {11, -1, 52, 13},  // SetFilters
    {12, 10, 12, 13},  // AutomaticErrorRecovery
    {13, 11, 14, 13},  // LoadModelLibrary
    {-1, 12, 12, 13},  // GetRobotModel, protocol 8 and 9
}};

using enum Status;
// Meaning of status bytes by position, per family; protocol 6 inserted the safety-function statuses.
constexpr Status kConnectStatus[] = {kSuccess, kIncompatible};
constexpr Status kMoveOld[] = {kSuccess, kStarted, kPreempted, kNotPossible, kSingularStart,
                               kInvalidArgument, kReflexAborted, kUserStopAborted, kInputErrorAborted, kAborted};
constexpr Status kMoveNew[] = {kSuccess, kStarted, kPreempted, kSafetyPreempted, kSafetyRejected, kNotPossible,
                               kSingularStart, kInvalidArgument, kReflexAborted, kUserStopAborted, kInputErrorAborted,
                               kAborted};
constexpr Status kStopOld[] = {kSuccess, kNotPossible, kUserStopAborted, kReflexAborted, kAborted};
constexpr Status kStopNew[] = {kSuccess, kNotPossible, kSafetyRejected, kUserStopAborted, kReflexAborted, kAborted};
constexpr Status kSetterOld[] = {kSuccess, kNotPossible, kInvalidArgument};
constexpr Status kSetterNew[] = {kSuccess, kNotPossible, kInvalidArgument, kSafetyRejected};
constexpr Status kRecoveryOld[] = {kSuccess, kNotPossible, kManualRecoveryRequired, kReflexAborted, kUserStopAborted,
                                   kAborted};
constexpr Status kRecoveryNew[] = {kSuccess, kNotPossible, kSafetyRejected, kManualRecoveryRequired, kReflexAborted,
                                   kUserStopAborted, kAborted};
constexpr Status kLibraryStatus[] = {kSuccess, kError};

std::span<const Status> statuses(Command command, int protocol) {
  const bool old = !protocolRow(protocol).research;
  switch (command) {
    case Command::kConnect: return kConnectStatus;
    case Command::kMove: return old ? std::span<const Status>(kMoveOld) : kMoveNew;
    case Command::kStopMove: return old ? std::span<const Status>(kStopOld) : kStopNew;
    case Command::kAutomaticErrorRecovery: return old ? std::span<const Status>(kRecoveryOld) : kRecoveryNew;
    case Command::kLoadModelLibrary:
    case Command::kGetRobotModel: return kLibraryStatus;
    default: return old ? std::span<const Status>(kSetterOld) : kSetterNew;
  }
}

}  // namespace

const ProtocolRow& protocolRow(int version) {
  return kProtocols[static_cast<size_t>(std::clamp(version, kOldestProtocol, kNewestProtocol) - kOldestProtocol)];
}

const char* speakerOf(int version) {
  if (version < kOldestProtocol) return "a Panda before system 3";
  if (version > kNewestProtocol) return "a Franka Research 3 with system 5.9.0 or later";
  return protocolRow(version).research ? "a Franka Research 3" : "a Panda";
}

std::optional<uint32_t> commandNumber(Command command, int protocol) {
  if (command == Command::kGetRobotModel && protocol < 8) return std::nullopt;
  const CommandRow& row = kCommands[static_cast<size_t>(command)];
  const int number = protocolRow(protocol).research ? row.newNumber : row.oldNumber;
  return number < 0 ? std::nullopt : std::optional<uint32_t>(number);
}

std::optional<Command> commandOfNumber(uint32_t number, int protocol) {
  for (size_t i = 0; i < kCommands.size(); ++i) {
    const auto command = static_cast<Command>(i);
    if (commandNumber(command, protocol) == number) return command;
  }
  return std::nullopt;
}

size_t requestBytes(Command command) { return kCommands[static_cast<size_t>(command)].request; }
size_t replyBytes(Command command) { return kCommands[static_cast<size_t>(command)].reply; }

Status decodeStatus(Command command, uint8_t raw, int protocol) {
  const auto known = statuses(command, protocol);
  return raw < known.size() ? known[raw] : kUnknown;
}

uint8_t encodeStatus(Command command, Status status, int protocol) {
  const auto known = statuses(command, protocol);
  const auto at = std::find(known.begin(), known.end(), status);
  return static_cast<uint8_t>(at == known.end() ? known.size() - 1 : static_cast<size_t>(at - known.begin()));
}

}  // namespace forager::fci
