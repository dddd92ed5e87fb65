#pragma once
// Cuts the TCP byte stream into frames by the size in their header.
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace forager::fci {

// Where a header says how long its frame is, as a u32 of the bytes including the header.
struct Framing {
  size_t headerBytes, sizeAt;
};
inline constexpr Framing kArmFraming = {12, 8}, kGripperFraming = {10, 6};

class FrameReader {
 public:
  // A frame that announces fewer bytes than its header or more than `largest` is malformed.
  explicit FrameReader(size_t largest, Framing framing = kArmFraming) : largest_(largest), framing_(framing) {}

  void append(std::span<const uint8_t> bytes) { buffer_.insert(buffer_.end(), bytes.begin(), bytes.end()); }

  // The next complete frame, header included; nothing while bytes are missing.
  std::optional<std::vector<uint8_t>> next() {
    if (malformed_ || buffer_.size() < framing_.headerBytes) return std::nullopt;
    uint32_t size;
    std::memcpy(&size, buffer_.data() + framing_.sizeAt, sizeof size);
    if (size < framing_.headerBytes || size > largest_) {
      malformed_ = true;
      return std::nullopt;
    }
    if (buffer_.size() < size) return std::nullopt;
    const auto end = buffer_.begin() + static_cast<ptrdiff_t>(size);
    std::vector<uint8_t> frame(buffer_.begin(), end);
    buffer_.erase(buffer_.begin(), end);
    return frame;
  }

  // The stream cannot be read on: the peer speaks something else.
  bool malformed() const { return malformed_; }

  void clear() {
    buffer_.clear();
    malformed_ = false;
  }

 private:
  size_t largest_;
  Framing framing_;
  std::vector<uint8_t> buffer_;
  bool malformed_ = false;
};

}  // namespace forager::fci
