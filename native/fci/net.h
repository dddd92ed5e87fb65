#pragma once
// Sockets that never hang: every wait has a deadline and ends at once when `Wake` is raised.
#include <netinet/in.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace forager::fci {

using Clock = std::chrono::steady_clock;

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

// Ends waits in other threads. A pipe rather than an eventfd, so that it works on every Unix.
class Wake {
 public:
  Wake();
  // One that nobody raises, for waits that only their deadline ends. It costs no descriptor, so that a last word to the
  // robot can be sent even when there are no more of them.
  static const Wake& never();
  void raise();
  void drain();
  int fd() const { return read_.get(); }

 private:
  struct NoPipe {};
  explicit Wake(NoPipe) {}

  Fd read_, write_;
};

enum class Outcome { kDone, kTimeout, kClosed, kWoken };

// IPv4 end point; any address and port unless set.
struct Address {
  Address() { value.sin_family = AF_INET; }
  sockaddr_in value{};
};

// False when the host is not known.
bool resolve(const std::string& host, int port, Address& address);

// Opens a TCP connection. `error` is the errno of a refusal, ETIMEDOUT or ECANCELED; 0 when connected.
Fd connectTcp(const Address& address, Clock::time_point deadline, const Wake& wake, int& error);
// Listens; throws std::system_error. Port 0 takes any free port.
Fd listenTcp(const Address& address);
// Bound UDP socket with room for 200 states, non-blocking; throws std::system_error.
Fd bindUdp(const Address& address);
int localPort(const Fd& socket);
void setNonBlocking(int fd);

// Waits until the socket is readable.
Outcome waitReadable(int fd, Clock::time_point deadline, const Wake& wake);
// Sends what fits at once; `count` may be 0.
Outcome sendSome(int fd, std::span<const uint8_t> bytes, size_t& count);
Outcome sendAll(int fd, std::span<const uint8_t> bytes, Clock::time_point deadline, const Wake& wake);
// Reads what is there into `bytes`; `count` 0 when nothing is. kClosed when the peer closed or reset.
Outcome receiveSome(int fd, std::span<uint8_t> bytes, size_t& count);

}  // namespace forager::fci
