#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace forager {

// Wire format of the stop box, both directions: 8 bytes, 115200 baud.
//   0 start 0xA5 | 1 version 1 | 2 sequence, one more than the frame before | 3 inputs | 4, 5 uptime, 10 ms units,
//   little-endian | 6 flags | 7 CRC-8, polynomial 0x07, start value 0, over bytes 0..6
struct StopBoxFrame {
  uint8_t sequence = 0;
  uint8_t inputs = 0;
  uint16_t uptime = 0;
  uint8_t flags = 0;
};

inline constexpr size_t kStopBoxFrameBytes = 8;
// Bits of `inputs` from the box.
inline constexpr uint8_t kBoxChannelA = 1, kBoxChannelB = 2, kBoxDeadMan = 4, kBoxReset = 8;
// Bits of `inputs` from this side.
inline constexpr uint8_t kHostListening = 1, kHostArmed = 2;

std::array<uint8_t, kStopBoxFrameBytes> encodeStopBoxFrame(const StopBoxFrame& frame);

// Cuts a byte stream into frames and finds the next start after rubbish. Allocates nothing.
class StopBoxDecoder {
 public:
  enum class Found : uint8_t { nothing, frame, damaged };
  // Takes one byte. `damaged`: a candidate had a wrong check; the search goes on at its second byte, so that one lost
  // byte costs one frame.
  Found push(uint8_t byte, StopBoxFrame& frame);

 private:
  void skipToStart(size_t from);

  std::array<uint8_t, kStopBoxFrameBytes> bytes_{};
  size_t count_ = 0;
};

}  // namespace forager
