#include "fci/net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace forager::fci {

namespace {

constexpr int kReceiveBuffer = 1 << 20;  // bytes; about 200 states with the kernel's own overhead
#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int millisecondsUntil(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
}

Outcome waitFor(int fd, short events, Clock::time_point deadline, const Wake& wake) {
  for (;;) {
    // A descriptor below 0 is passed over.
    pollfd fds[] = {{fd, events, 0}, {wake.fd(), POLLIN, 0}};
    const int left = millisecondsUntil(deadline);
    const int ready = poll(fds, 2, left);
    if (ready < 0 && errno != EINTR) return Outcome::kClosed;
    if (ready > 0) return fds[1].revents ? Outcome::kWoken : Outcome::kDone;
    if (ready == 0 && left == 0) return Outcome::kTimeout;
  }
}

}  // namespace

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Wake::Wake() {
  int ends[2];
  if (pipe(ends) != 0) fail("pipe");
  read_ = Fd(ends[0]);
  write_ = Fd(ends[1]);
  setNonBlocking(ends[0]);
  setNonBlocking(ends[1]);
}

const Wake& Wake::never() {
  static const Wake wake{NoPipe{}};
  return wake;
}

void Wake::raise() {
  const char byte = 1;
  // A full pipe means that the wake is already raised.
  [[maybe_unused]] const auto written = ::write(write_.get(), &byte, 1);
}

void Wake::drain() {
  char bytes[64];
  while (::read(read_.get(), bytes, sizeof bytes) > 0) {
  }
}

bool resolve(const std::string& host, int port, Address& address) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr) return false;
  std::memcpy(&address.value, found->ai_addr, sizeof address.value);
  address.value.sin_port = htons(static_cast<uint16_t>(port));
  freeaddrinfo(found);
  return true;
}

Fd connectTcp(const Address& address, Clock::time_point deadline, const Wake& wake, int& error) {
  Fd socket(::socket(AF_INET, SOCK_STREAM, 0));
  if (!socket) fail("socket");
  setNonBlocking(socket.get());
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
  setsockopt(socket.get(), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  error = 0;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.value), sizeof address.value) == 0) return socket;
  if (errno != EINPROGRESS) {
    error = errno;
    return socket;
  }
  const Outcome outcome = waitFor(socket.get(), POLLOUT, deadline, wake);
  if (outcome == Outcome::kDone) {
    socklen_t size = sizeof error;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  } else {
    error = outcome == Outcome::kWoken ? ECANCELED : ETIMEDOUT;
  }
  return socket;
}

Fd listenTcp(const Address& address) {
  Fd socket(::socket(AF_INET, SOCK_STREAM, 0));
  if (!socket) fail("socket");
  setNonBlocking(socket.get());
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.value), sizeof address.value) != 0) fail("bind");
  if (listen(socket.get(), 4) != 0) fail("listen");
  return socket;
}

Fd bindUdp(const Address& address) {
  Fd socket(::socket(AF_INET, SOCK_DGRAM, 0));
  if (!socket) fail("socket");
  setNonBlocking(socket.get());
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.value), sizeof address.value) != 0) fail("bind");
  return socket;
}

void setNonBlocking(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int localPort(const Fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

Outcome waitReadable(int fd, Clock::time_point deadline, const Wake& wake) { return waitFor(fd, POLLIN, deadline, wake); }

Outcome sendSome(int fd, std::span<const uint8_t> bytes, size_t& count) {
  count = 0;
  const auto sent = ::send(fd, bytes.data(), bytes.size(), kSendFlags);
  if (sent >= 0) {
    count = static_cast<size_t>(sent);
    return Outcome::kDone;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Outcome::kDone : Outcome::kClosed;
}

Outcome sendAll(int fd, std::span<const uint8_t> bytes, Clock::time_point deadline, const Wake& wake) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), kSendFlags);
    if (sent > 0) {
      bytes = bytes.subspan(static_cast<size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const Outcome outcome = waitFor(fd, POLLOUT, deadline, wake);
      if (outcome != Outcome::kDone) return outcome;
    } else if (errno != EINTR) {
      return Outcome::kClosed;
    }
  }
  return Outcome::kDone;
}

Outcome receiveSome(int fd, std::span<uint8_t> bytes, size_t& count) {
  count = 0;
  const auto received = ::recv(fd, bytes.data(), bytes.size(), 0);
  if (received > 0) {
    count = static_cast<size_t>(received);
    return Outcome::kDone;
  }
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return Outcome::kDone;
  return Outcome::kClosed;
}

}  // namespace forager::fci
