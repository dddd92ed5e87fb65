#pragma once
// Bytes of the Hand's own service: TCP frames with a 10-byte header and one UDP packet, little-endian, packed.
// It has its own port, protocol number and connection; the arm knows nothing of it.
#include <cstdint>
#include <span>
#include <vector>

namespace forager::fci {

inline constexpr int kGripperPort = 1338;
inline constexpr uint16_t kGripperProtocol = 3;  // since 0.6 of the vendor's library; 2 before
inline constexpr size_t kGripperHeaderBytes = 10, kGripperReplyBytes = 12, kGripperConnectReplyBytes = 14;
inline constexpr size_t kGripperStateBytes = 23, kLargestGripperRequest = 50;

enum class GripperCommand : uint16_t { kConnect, kHoming, kGrasp, kMove, kStop };
// kUnsuccessful: tried, but not reached. In a reply to Connect kFail means another protocol.
enum class GripperStatus : uint16_t { kSuccess, kFail, kUnsuccessful, kAborted };

struct GripperHeader {
  uint16_t command = 0;
  uint32_t id = 0, size = 0;  // bytes including the header
};

// Move uses width and speed only. m, m/s per finger, N.
struct GripperTask {
  double width = 0, speed = 0, epsilonInner = 0, epsilonOuter = 0, force = 0;
};

struct GripperState {
  uint32_t messageId = 0;
  double width = 0, maxWidth = 0;  // m between the fingers; maxWidth 0 until homed
  bool grasped = false;
  uint16_t temperature = 0;        // as the Hand reports it
};

// Exact size of a request; 0: there is no such command.
size_t gripperRequestBytes(uint16_t command);
GripperHeader readGripperHeader(const uint8_t* bytes);
std::vector<uint8_t> encodeGripperConnect(uint32_t id, uint16_t version, uint16_t udpPort);
std::vector<uint8_t> encodeGripperRequest(GripperCommand command, uint32_t id, const GripperTask& task);
std::vector<uint8_t> encodeGripperReply(GripperCommand command, uint32_t id, GripperStatus status);
std::vector<uint8_t> encodeGripperConnectReply(uint32_t id, GripperStatus status, uint16_t version);
// The payload of a Grasp or Move as long as its request's size says.
GripperTask readGripperTask(GripperCommand command, const uint8_t* payload);

void encodeGripperState(const GripperState& state, uint8_t* out);
// False when the size is wrong or a width is no width of a Hand; `state` is then untouched.
bool decodeGripperState(std::span<const uint8_t> bytes, GripperState& state);

}  // namespace forager::fci
