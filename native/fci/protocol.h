#pragma once
// What differs between the versions of the FCI, as tables: one row a version, one row a command, one row of meanings per
// kind of status. Nothing else in the program asks for a version number.
#include <cstddef>
#include <cstdint>
#include <optional>

namespace forager::fci {

inline constexpr int kOldestProtocol = 3;
inline constexpr int kNewestProtocol = 9;  // 10 changes the state to single precision

struct ProtocolRow {
  int version;
  bool research;        // a Franka Research 3, with its own limits; else a Panda
  const char* system;   // the first robot system that speaks it
  size_t commandBytes, stateBytes;  // UDP packets
  size_t errorFlags;                // in each of the two arrays of a state
};

// The row of a version that this program speaks; the nearest one for any other number.
const ProtocolRow& protocolRow(int version);
constexpr bool speaks(int version) { return version >= kOldestProtocol && version <= kNewestProtocol; }
// Which robot speaks that version, also of those that are not spoken here: "a Panda".
const char* speakerOf(int version);

enum class Command : uint8_t {
  kConnect, kMove, kStopMove, kGetCartesianLimit, kSetCollisionBehavior, kSetJointImpedance, kSetCartesianImpedance,
  kSetGuidingMode, kSetEEToK, kSetNEToEE, kSetLoad, kSetFilters, kAutomaticErrorRecovery, kLoadModelLibrary,
  kGetRobotModel,
};

// What a status byte means, whatever number the protocol version gives it.
enum class Status : uint8_t {
  kSuccess, kIncompatible, kStarted, kPreempted, kNotPossible, kSingularStart, kInvalidArgument, kReflexAborted,
  kUserStopAborted, kInputErrorAborted, kAborted, kManualRecoveryRequired, kSafetyPreempted, kSafetyRejected, kError,
  kUnknown,
};

// Number of a command on the wire, nothing when the protocol does not have it.
std::optional<uint32_t> commandNumber(Command command, int protocol);
std::optional<Command> commandOfNumber(uint32_t number, int protocol);
// Exact size of a request, and of its reply as far as it is fixed.
size_t requestBytes(Command command);
size_t replyBytes(Command command);

Status decodeStatus(Command command, uint8_t raw, int protocol);
uint8_t encodeStatus(Command command, Status status, int protocol);

inline size_t stateBytes(int protocol) { return protocolRow(protocol).stateBytes; }
inline size_t commandBytes(int protocol) { return protocolRow(protocol).commandBytes; }

}  // namespace forager::fci
