#pragma once
// Frames over TCP, as both services of the robot speak them: an arm and a Hand, a client's side and a robot's.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fci/frames.h"
#include "fci/net.h"

namespace forager::fci {

// Reads what has arrived and hands on each whole frame; `take(frame)` is false when it cannot be used. False: the peer has
// hung up, or what it says cannot be read.
template <typename Take>
bool receiveFrames(const Fd& tcp, FrameReader& frames, Take&& take) {
  std::array<uint8_t, 4096> bytes;
  size_t count = 0;
  if (receiveSome(tcp.get(), bytes, count) == Outcome::kClosed) return false;
  frames.append({bytes.data(), count});
  while (const auto frame = frames.next()) {
    if (!take(*frame)) return false;
  }
  return !frames.malformed();
}

// Sends a whole frame. False: the peer has gone, or takes nothing for `patience`.
inline bool sendFrame(const Fd& tcp, std::span<const uint8_t> frame, Clock::duration patience) {
  // Not to be woken: a frame cut in two could not be read on.
  return sendAll(tcp.get(), frame, Clock::now() + patience, Wake::never()) == Outcome::kDone;
}

// How waiting for one frame ended.
struct Reply {
  enum class Kind : uint8_t { frame, silence, hangUp, unreadable };
  Kind kind;
  std::vector<uint8_t> frame;
};

// The first frame of the peer, of at most `largest` bytes. What a peer says after it without being asked is dropped.
inline Reply awaitFrame(const Fd& tcp, size_t largest, Framing framing, Clock::time_point deadline, const Wake& wake) {
  FrameReader frames(largest, framing);
  Reply reply{Reply::Kind::silence, {}};
  while (waitReadable(tcp.get(), deadline, wake) == Outcome::kDone) {
    const bool readable = receiveFrames(tcp, frames, [&](const std::vector<uint8_t>& frame) {
      reply = {Reply::Kind::frame, frame};
      return false;
    });
    if (reply.kind == Reply::Kind::frame) return reply;
    if (!readable) return {frames.malformed() ? Reply::Kind::unreadable : Reply::Kind::hangUp, {}};
  }
  return reply;
}

}  // namespace forager::fci
