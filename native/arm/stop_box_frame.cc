#include "arm/stop_box_frame.h"

#include <algorithm>

namespace forager {

namespace {

constexpr uint8_t kStart = 0xA5, kVersion = 1;

uint8_t crc8(const uint8_t* bytes, size_t count) {
  uint8_t crc = 0;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = static_cast<uint8_t>(crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1);
  }
  return crc;
}

}  // namespace

std::array<uint8_t, kStopBoxFrameBytes> encodeStopBoxFrame(const StopBoxFrame& frame) {
  std::array<uint8_t, kStopBoxFrameBytes> out = {kStart,
                                                 kVersion,
                                                 frame.sequence,
                                                 frame.inputs,
                                                 static_cast<uint8_t>(frame.uptime & 0xff),
                                                 static_cast<uint8_t>(frame.uptime >> 8),
                                                 frame.flags,
                                                 0};
  out[7] = crc8(out.data(), 7);
  return out;
}

// Drops bytes before `from` and those after it that begin no frame.
void StopBoxDecoder::skipToStart(size_t from) {
  while (from < count_ && (bytes_[from] != kStart || (from + 1 < count_ && bytes_[from + 1] != kVersion))) from++;
  std::copy(bytes_.begin() + static_cast<ptrdiff_t>(from), bytes_.begin() + static_cast<ptrdiff_t>(count_), bytes_.begin());
  count_ -= from;
}

StopBoxDecoder::Found StopBoxDecoder::push(uint8_t byte, StopBoxFrame& frame) {
  bytes_[count_++] = byte;
  skipToStart(0);
  if (count_ < kStopBoxFrameBytes) return Found::nothing;
  if (crc8(bytes_.data(), 7) != bytes_[7]) {
    skipToStart(1);
    return Found::damaged;
  }
  frame = {bytes_[2], bytes_[3], static_cast<uint16_t>(bytes_[4] | bytes_[5] << 8), bytes_[6]};
  count_ = 0;
  return Found::frame;
}

}  // namespace forager
