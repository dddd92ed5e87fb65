#include "fci/wire.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace forager::fci {

// Values are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little, "the FCI is little-endian; this host would need byte swaps");

namespace {

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

// Offsets of protocol 5; `at` moves them for the older, shorter states.
enum : size_t {
  kMessageId = 0, kToolPose = 8, kToolPoseDesired = 136, kFlangeToTool = 264, kToolToStiffness = 392,
  kFlangeToNominal = 520, kNominalToTool = 648, kToolMass = 776, kToolInertia = 784, kToolCenter = 856,
  kElbow = 984, kElbowDesired = 1000, kTau = 1016, kTauDesired = 1072, kQ = 1184, kQDesired = 1240, kDq = 1296,
  kDqDesired = 1352, kDdqDesired = 1408, kTauExternal = 1672, kWrench = 1728, kBaseAcceleration = 1872, kElbowCommand = 1896,
  kToolPoseCommand = 1944, kTheta = 2168, kDtheta = 2224, kGeneratorMode = 2280, kControllerModeAt = 2281, kErrors = 2282,
};
constexpr double kElbowFlip = -0.467002423653011;  // rad, joint 4
constexpr double kGravity = -9.81;                 // m/s2

size_t at(size_t offset, int protocol) {
  size_t shift = 0;
  if (protocol < 4 && offset >= kToolMass) shift += 256;        // no F_T_NE, NE_T_EE
  if (protocol < 5 && offset >= kElbowCommand) shift += 24;     // no O_ddP_O
  return offset - shift;
}

struct Tail {
  size_t errors, reflexReason, robotMode, successRate, end;
};

Tail tail(int protocol) {
  const size_t errors = at(kErrors, protocol), flags = protocolRow(protocol).errorFlags;
  return {errors, errors + flags, errors + 2 * flags, errors + 2 * flags + 1, errors + 2 * flags + 9};
}

// Offsets of a command packet.
enum : size_t { kCommandDq = 64, kCommandFinished = 313 };

bool finite(std::span<const double> values) {
  for (const double value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

void putHeader(uint8_t* bytes, uint32_t command, uint32_t id, size_t size) {
  put(bytes, 0, command);
  put(bytes, 4, id);
  put(bytes, 8, static_cast<uint32_t>(size));
}

}  // namespace

Header readHeader(const uint8_t* bytes) { return {get<uint32_t>(bytes, 0), get<uint32_t>(bytes, 4), get<uint32_t>(bytes, 8)}; }

std::vector<uint8_t> encodeRequest(Command command, uint32_t id, int protocol) {
  std::vector<uint8_t> bytes(requestBytes(command));
  putHeader(bytes.data(), commandNumber(command, protocol).value(), id, bytes.size());
  return bytes;
}

std::vector<uint8_t> encodeConnect(uint32_t id, uint16_t version, uint16_t udpPort) {
  std::vector<uint8_t> bytes(kConnectBytes);
  putHeader(bytes.data(), 0, id, bytes.size());
  put(bytes.data(), 12, version);
  put(bytes.data(), 14, udpPort);
  return bytes;
}

std::vector<uint8_t> encodeMove(uint32_t id, const MoveRequest& move, int protocol) {
  auto bytes = encodeRequest(Command::kMove, id, protocol);
  put(bytes.data(), 12, move.controllerMode);
  put(bytes.data(), 16, move.motionGenerator);
  // Deviations m, rad, rad, for the path and for the goal: the vendor library always sends these.
  const double deviation[] = {10.0, 3.12, 6.283185307179586};
  put(bytes.data(), 20, deviation);
  put(bytes.data(), 44, deviation);
  return bytes;
}

std::vector<uint8_t> encodeReply(Command command, uint32_t id, Status status, int protocol) {
  std::vector<uint8_t> bytes(replyBytes(command));
  putHeader(bytes.data(), commandNumber(command, protocol).value(), id, bytes.size());
  bytes[kHeaderBytes] = encodeStatus(command, status, protocol);
  return bytes;
}

std::vector<uint8_t> encodeConnectReply(uint32_t id, Status status, uint16_t version) {
  auto bytes = encodeReply(Command::kConnect, id, status, version);
  put(bytes.data(), 13, version);
  return bytes;
}

MoveRequest readMove(const uint8_t* payload) { return {get<uint32_t>(payload, 0), get<uint32_t>(payload, 4)}; }
uint16_t readU16(const uint8_t* bytes) { return get<uint16_t>(bytes, 0); }
uint32_t readU32(const uint8_t* bytes) { return get<uint32_t>(bytes, 0); }

void encodeState(const RobotReport& report, int protocol, uint8_t* out) {
  const ArmState& arm = report.arm;
  const auto place = [&](size_t offset, const auto& value) { put(out, at(offset, protocol), value); };
  const Matrix4 identity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  std::memset(out, 0, stateBytes(protocol));
  place(kMessageId, arm.messageId);
  place(kToolPose, report.toolPose);
  place(kToolPoseDesired, report.toolPoseDesired);
  place(kToolPoseCommand, report.toolPoseDesired);
  place(kFlangeToTool, report.flangeToTool);
  place(kToolToStiffness, identity);
  if (protocol >= 4) {
    place(kFlangeToNominal, report.flangeToTool);
    place(kNominalToTool, identity);
  }
  place(kToolMass, arm.toolMass);
  place(kToolInertia, report.toolInertia);
  place(kToolCenter, report.toolCenterOfMass);
  const std::array<double, 2> elbow = {arm.q[2], arm.q[3] < kElbowFlip ? -1.0 : 1.0};
  const std::array<double, 2> elbowDesired = {arm.qDesired[2], arm.qDesired[3] < kElbowFlip ? -1.0 : 1.0};
  place(kElbow, elbow);
  place(kElbowDesired, elbowDesired);
  place(kElbowCommand, elbowDesired);
  place(kTau, arm.tauMeasured);
  place(kTauDesired, report.tauDesired);
  place(kQ, arm.q);
  place(kQDesired, arm.qDesired);
  place(kDq, arm.dq);
  place(kDqDesired, arm.dqDesired);
  place(kDdqDesired, arm.ddqDesired);
  place(kTauExternal, arm.tauExternal);
  place(kWrench, arm.wrench);
  if (protocol >= 5) place(kBaseAcceleration, std::array<double, 3>{0, 0, kGravity});
  place(kTheta, arm.q);
  place(kDtheta, arm.dq);
  place(kGeneratorMode, arm.motionGenerator);
  place(kControllerModeAt, arm.controllerMode);
  const Tail end = tail(protocol);
  for (size_t i = 0; i < protocolRow(protocol).errorFlags; ++i) {
    out[end.errors + i] = arm.errors[i];
    out[end.reflexReason + i] = arm.reflexReason[i];
  }
  out[end.robotMode] = arm.robotMode;
  put(out, end.successRate, arm.successRate);
}

bool decodeState(std::span<const uint8_t> bytes, int protocol, ArmState& state) {
  if (bytes.size() != stateBytes(protocol)) return false;
  const uint8_t* in = bytes.data();
  const auto joints = [&](size_t offset) { return get<JointVector>(in, at(offset, protocol)); };
  const Tail end = tail(protocol);
  ArmState read;
  read.messageId = get<uint64_t>(in, kMessageId);
  read.q = joints(kQ);
  read.dq = joints(kDq);
  read.qDesired = joints(kQDesired);
  read.dqDesired = joints(kDqDesired);
  read.ddqDesired = joints(kDdqDesired);
  read.tauExternal = joints(kTauExternal);
  read.tauMeasured = joints(kTau);
  read.wrench = get<std::array<double, 6>>(in, at(kWrench, protocol));
  read.toolMass = get<double>(in, at(kToolMass, protocol));
  read.successRate = get<double>(in, end.successRate);
  read.motionGenerator = in[at(kGeneratorMode, protocol)];
  read.controllerMode = in[at(kControllerModeAt, protocol)];
  read.robotMode = in[end.robotMode];
  for (size_t i = 0; i < protocolRow(protocol).errorFlags; ++i) {
    read.errors[i] = in[end.errors + i] != 0;
    read.reflexReason[i] = in[end.reflexReason + i] != 0;
  }
  const bool numbers = finite(read.q) && finite(read.dq) && finite(read.qDesired) && finite(read.dqDesired) &&
                       finite(read.ddqDesired) && finite(read.tauExternal) && finite(read.tauMeasured) &&
                       finite(read.wrench) && std::isfinite(read.toolMass) &&
                       std::isfinite(read.successRate);
  if (!numbers || read.robotMode > kErrorRecovery || read.motionGenerator > 5 || read.controllerMode > kNoController) {
    return false;
  }
  state = read;
  return true;
}

void encodeCommand(const MotionCommand& command, int protocol, uint8_t* out) {
  std::memset(out, 0, commandBytes(protocol));
  put(out, 0, command.messageId);
  put(out, kCommandDq, command.dq);
  out[kCommandFinished] = command.finished;
}

bool decodeCommand(std::span<const uint8_t> bytes, int protocol, MotionCommand& command) {
  if (bytes.size() != commandBytes(protocol)) return false;
  command.messageId = get<uint64_t>(bytes.data(), 0);
  command.dq = get<JointVector>(bytes.data(), kCommandDq);
  command.finished = bytes[kCommandFinished] != 0;
  return true;
}

}  // namespace forager::fci
