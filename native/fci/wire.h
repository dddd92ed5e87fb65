#pragma once
// Bytes of the FCI (Franka Control Interface): TCP frames and the two UDP packets, little-endian, packed.
// Every field is written and read at an explicit offset; no struct layout of the compiler is relied on.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arm/arm_types.h"
#include "fci/protocol.h"

namespace forager::fci {

inline constexpr int kRobotPort = 1337;
inline constexpr size_t kHeaderBytes = 12;
inline constexpr size_t kConnectBytes = 16;
inline constexpr size_t kConnectReplyBytes = 15;
inline constexpr size_t kMoveBytes = 68;
inline constexpr size_t kReplyBytes = 13;
inline constexpr size_t kLargestRequest = 428;
inline constexpr size_t kLargestState = 2373;
inline constexpr size_t kLargestCommand = 371;

using Matrix4 = std::array<double, 16>;  // column-major

struct Header {
  uint32_t command = 0;
  uint32_t id = 0;
  uint32_t size = 0;  // bytes including the header
};

enum ControllerMode : uint8_t { kJointImpedance = 0, kCartesianImpedance = 1, kExternalController = 2, kNoController = 3 };
enum RobotMode : uint8_t {
  kOther = 0, kIdle = 1, kMove = 2, kGuiding = 3, kReflex = 4, kUserStopped = 5, kErrorRecovery = 6,
};
// Numbers of the Move request; the state packet shows them one higher.
enum MotionGenerator : uint8_t { kJointPosition = 0, kJointVelocity = 1, kCartesianPosition = 2, kCartesianVelocity = 3 };
inline constexpr uint8_t kGeneratorIdle = 0;
inline constexpr uint8_t kGeneratorJointVelocity = 2;

struct MoveRequest {
  uint32_t controllerMode = kJointImpedance;
  uint32_t motionGenerator = kJointVelocity;
};

// A command packet as far as a joint velocity motion uses it.
struct MotionCommand {
  uint64_t messageId = 0;
  JointVector dq{};  // rad/s
  bool finished = false;
};

// A state packet as the simulated robot fills it; ArmState is the part the station reads.
struct RobotReport {
  ArmState arm;
  Matrix4 toolPose{}, toolPoseDesired{}, flangeToTool{};
  JointVector tauDesired{};                 // Nm
  Vector3 toolCenterOfMass{};               // m, flange frame
  std::array<double, 9> toolInertia{};      // kg m2, column-major
};

Header readHeader(const uint8_t* bytes);
std::vector<uint8_t> encodeRequest(Command command, uint32_t id, int protocol);
std::vector<uint8_t> encodeConnect(uint32_t id, uint16_t version, uint16_t udpPort);
std::vector<uint8_t> encodeMove(uint32_t id, const MoveRequest& move, int protocol);
std::vector<uint8_t> encodeReply(Command command, uint32_t id, Status status, int protocol);
std::vector<uint8_t> encodeConnectReply(uint32_t id, Status status, uint16_t version);
MoveRequest readMove(const uint8_t* payload);
uint16_t readU16(const uint8_t* bytes);
uint32_t readU32(const uint8_t* bytes);

// `out` holds at least stateBytes(protocol).
void encodeState(const RobotReport& report, int protocol, uint8_t* out);
// False when the size is wrong, a number is not finite or an enum is out of range; `state` is then untouched.
bool decodeState(std::span<const uint8_t> bytes, int protocol, ArmState& state);
void encodeCommand(const MotionCommand& command, int protocol, uint8_t* out);
// False when the size is wrong. Values are passed on unchecked: judging them is the robot's task.
bool decodeCommand(std::span<const uint8_t> bytes, int protocol, MotionCommand& command);

}  // namespace forager::fci
