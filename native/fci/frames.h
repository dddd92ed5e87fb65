#pragma once
// Cuts the TCP byte stream into frames by the size in their header.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fci/wire.h"

namespace forager::fci {

class FrameReader {
 public:
  // A frame that announces fewer bytes than its header or more than `largest` is malformed.
  explicit FrameReader(size_t largest) : largest_(largest) {}

  void append(std::span<const uint8_t> bytes) { buffer_.insert(buffer_.end(), bytes.begin(), bytes.end()); }

  // The next complete frame, header included; nothing while bytes are missing.
  std::optional<std::vector<uint8_t>> next() {
    if (malformed_ || buffer_.size() < kHeaderBytes) return std::nullopt;
    const size_t size = readHeader(buffer_.data()).size;
    if (size < kHeaderBytes || size > largest_) {
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
  std::vector<uint8_t> buffer_;
  bool malformed_ = false;
};

}  // namespace forager::fci
