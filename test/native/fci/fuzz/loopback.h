#pragma once
// Both ends of the sockets that a fuzzed end lives on.
#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fci/net.h"

namespace forager::fuzz {

inline fci::Address loopback(int port = 0) {
  fci::Address address;
  address.value.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.value.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// Two ends of a stream, neither of which blocks.
inline std::pair<fci::Fd, fci::Fd> streamPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("socketpair");
  for (const int end : ends) fci::setNonBlocking(end);
  return {fci::Fd(ends[0]), fci::Fd(ends[1])};
}

inline void sendDatagram(const fci::Fd& from, int port, const std::vector<uint8_t>& bytes) {
  const fci::Address to = loopback(port);
  sendto(from.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to.value), sizeof to.value);
}

inline std::optional<std::vector<uint8_t>> receiveDatagram(const fci::Fd& at) {
  std::array<uint8_t, 4096> bytes;
  const auto size = recv(at.get(), bytes.data(), bytes.size(), 0);
  if (size < 0) return std::nullopt;
  return std::vector<uint8_t>(bytes.data(), bytes.data() + size);
}

// False when the stream is full or closed: the rest of the bytes is given up.
inline bool sendStream(const fci::Fd& to, const std::vector<uint8_t>& bytes) {
  size_t count = 0;
  return fci::sendSome(to.get(), bytes, count) == fci::Outcome::kDone && count == bytes.size();
}

// A part that takes so long for one pass has hung.
class PassClock {
 public:
  bool hung() {
    const auto now = fci::Clock::now();
    return now - std::exchange(last_, now) > std::chrono::seconds(10);
  }

 private:
  fci::Clock::time_point last_ = fci::Clock::now();
};

}  // namespace forager::fuzz
