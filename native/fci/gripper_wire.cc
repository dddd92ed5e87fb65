#include "fci/gripper_wire.h"

#include <array>
#include <cstring>

namespace forager::fci {

namespace {

constexpr std::array<size_t, 5> kRequestBytes = {14, 10, 50, 26, 10};  // Connect, Homing, Grasp, Move, Stop
constexpr double kWidest = 1;  // m; the Hand opens 0.08 m, other grippers on its flange a little more

template <typename T>
void put(uint8_t* bytes, size_t offset, const T& value) {
  std::memcpy(bytes + offset, &value, sizeof(T));
}

template <typename T>
T get(const uint8_t* bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes + offset, sizeof(T));
  return value;
}

std::vector<uint8_t> framed(GripperCommand command, uint32_t id, size_t size) {
  std::vector<uint8_t> bytes(size);
  put(bytes.data(), 0, static_cast<uint16_t>(command));
  put(bytes.data(), 2, id);
  put(bytes.data(), 6, static_cast<uint32_t>(size));
  return bytes;
}

bool plausible(double width) { return width >= -0.01 && width <= kWidest; }  // false for NaN

}  // namespace

size_t gripperRequestBytes(uint16_t command) { return command < kRequestBytes.size() ? kRequestBytes[command] : 0; }

GripperHeader readGripperHeader(const uint8_t* bytes) {
  return {get<uint16_t>(bytes, 0), get<uint32_t>(bytes, 2), get<uint32_t>(bytes, 6)};
}

std::vector<uint8_t> encodeGripperConnect(uint32_t id, uint16_t version, uint16_t udpPort) {
  auto bytes = framed(GripperCommand::kConnect, id, kRequestBytes[0]);
  put(bytes.data(), 10, version);
  put(bytes.data(), 12, udpPort);
  return bytes;
}

std::vector<uint8_t> encodeGripperRequest(GripperCommand command, uint32_t id, const GripperTask& task) {
  auto bytes = framed(command, id, gripperRequestBytes(static_cast<uint16_t>(command)));
  if (command == GripperCommand::kGrasp) {
    put(bytes.data(), 10, std::array{task.width, task.epsilonInner, task.epsilonOuter, task.speed, task.force});
  } else if (command == GripperCommand::kMove) {
    put(bytes.data(), 10, std::array{task.width, task.speed});
  }
  return bytes;
}

std::vector<uint8_t> encodeGripperReply(GripperCommand command, uint32_t id, GripperStatus status) {
  auto bytes = framed(command, id, kGripperReplyBytes);
  put(bytes.data(), 10, static_cast<uint16_t>(status));
  return bytes;
}

std::vector<uint8_t> encodeGripperConnectReply(uint32_t id, GripperStatus status, uint16_t version) {
  auto bytes = framed(GripperCommand::kConnect, id, kGripperConnectReplyBytes);
  put(bytes.data(), 10, static_cast<uint16_t>(status));
  put(bytes.data(), 12, version);
  return bytes;
}

GripperTask readGripperTask(GripperCommand command, const uint8_t* payload) {
  if (command == GripperCommand::kMove) return {get<double>(payload, 0), get<double>(payload, 8)};
  return {get<double>(payload, 0), get<double>(payload, 24), get<double>(payload, 8), get<double>(payload, 16),
          get<double>(payload, 32)};
}

void encodeGripperState(const GripperState& state, uint8_t* out) {
  put(out, 0, state.messageId);
  put(out, 4, state.width);
  put(out, 12, state.maxWidth);
  out[20] = state.grasped;
  put(out, 21, state.temperature);
}

bool decodeGripperState(std::span<const uint8_t> bytes, GripperState& state) {
  if (bytes.size() != kGripperStateBytes) return false;
  const uint8_t* in = bytes.data();
  const GripperState read = {get<uint32_t>(in, 0), get<double>(in, 4), get<double>(in, 12), in[20] != 0, get<uint16_t>(in, 21)};
  if (!plausible(read.width) || !plausible(read.maxWidth)) return false;
  state = read;
  return true;
}

}  // namespace forager::fci
