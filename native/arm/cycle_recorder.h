#pragma once
// The last seconds of the control cycle, kept for incident records.
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "arm/arm_types.h"

namespace forager {

// One control cycle: what the robot reported, what was sent back, and what else decided. SI units.
struct CycleSample {
  int64_t timeNs = 0;       // monotonic, when the state was taken
  uint64_t messageId = 0;   // robot clock, ms
  uint64_t errors = 0, reflexReason = 0;  // bit i: flag i of the state packet
  std::array<float, kJoints> q{}, dq{}, qDesired{}, dqDesired{}, tauExternal{}, tauMeasured{};
  std::array<float, kJoints> command{};   // velocity sent, rad/s; 0 where none was
  std::array<float, 6> wrench{};          // N, Nm
  float successRate = 0;                  // 0..1
  float cycleUs = -1;                     // state taken to command sent, us; -1: none was sent
  float stopBoxAgeMs = -1, heartbeatAgeMs = -1;  // -1: none is watched
  uint16_t lostStates = 0;                // gap in the message ids before this state
  uint8_t robotMode = 0, motionGenerator = 0, controllerMode = 0;
  uint8_t activity = 0, stopKind = 0;     // Activity and StopKind
  uint8_t stopBoxInputs = 0;              // newest byte of the box; 0 without one
};

// Ring with one writer, the control cycle, and any number of readers; nobody waits, nothing is allocated after the start.
class CycleRecorder {
 public:
  static constexpr size_t kSamples = 8192;  // about 8 s
  CycleRecorder();
  void add(const CycleSample& sample) noexcept;  // one thread at a time
  // Those with fromNs <= timeNs <= toNs, oldest first, as far as they are still there.
  std::vector<CycleSample> between(int64_t fromNs, int64_t toNs) const;
  int64_t newestNs() const;  // 0 before the first

 private:
  static constexpr size_t kWords = (sizeof(CycleSample) + 7) / 8;
  using Slot = std::array<std::atomic<uint64_t>, kWords>;
  bool read(uint64_t index, CycleSample& sample) const;

  const std::unique_ptr<Slot[]> slots_;
  std::atomic<uint64_t> count_{0};  // samples ever added
};

// One number of a sample, by name; all of them together are what an incident record keeps.
struct CycleColumn {
  const char* group;  // signals that are drawn together
  const char* name;
  const char* unit;
};
std::span<const CycleColumn> cycleColumns();
// Column-major [columns, samples]; times are relative to `zeroNs`, ms, message ids relative to the first sample.
std::vector<float> cycleTable(std::span<const CycleSample> samples, int64_t zeroNs);

}  // namespace forager
