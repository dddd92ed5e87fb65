#include "arm/stop_box.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "fci/realtime.h"

namespace forager {

namespace {

constexpr int kPriority = 70;            // below the control thread
constexpr int kPollMs = 5;
constexpr int64_t kMs = 1'000'000;
constexpr int64_t kAnswerNs = 100 * kMs;
constexpr int64_t kStallNs = 30 * kMs;   // after a longer stall of this thread the frames of that time still wait

int64_t steadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] void refuse(const std::string& path, int error) {
  const bool rights = error == EACCES || error == EPERM;
  throw ArmProblem("stop-box-port",
                   "The stop box at " + path + " does not open: " + std::strerror(error) +
                       ". No stop box is in use; nothing moves because of this.",
                   rights ? "Add this user to the group dialout, log in again, then choose the port again."
                          : "Look at the cable and the name of the port, for example under /dev/serial/by-id, then choose "
                            "it again.");
}

// 115200 baud, 8N1, no translation of bytes; read() returns at once with what is there.
int openPort(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) refuse(path, errno);
  termios port{};
  if (tcgetattr(fd, &port) != 0) {
    const int error = errno;
    ::close(fd);
    refuse(path, error);
  }
  cfmakeraw(&port);
  // HUPCL off: closing the port must not reset the box.
  port.c_cflag = (port.c_cflag & ~static_cast<tcflag_t>(HUPCL | CSTOPB | CRTSCTS)) | CLOCAL | CREAD;
  port.c_cc[VMIN] = 0;
  port.c_cc[VTIME] = 0;
  cfsetispeed(&port, B115200);
  cfsetospeed(&port, B115200);
  const bool set = tcsetattr(fd, TCSANOW, &port) == 0 && ioctl(fd, TIOCEXCL) == 0;
  const int error = errno;
  if (set) {
    tcflush(fd, TCIOFLUSH);
    return fd;
  }
  ::close(fd);
  refuse(path, error);
}

}  // namespace

StopBox::StopBox(const std::string& path, double frameAgeS, bool needsGrip, int64_t dieAfterMs)
    : fd_(openPort(path)), dieAtNs_(dieAfterMs > 0 ? steadyNs() + dieAfterMs * kMs : 0), rules_(static_cast<int64_t>(frameAgeS * 1e9), needsGrip) {
  publish(steadyNs());
  thread_ = std::thread([this] { run(); });
}

StopBox::~StopBox() { close(); }

void StopBox::close() {
  closing_ = true;
  if (thread_.joinable()) thread_.join();
  guard(nullptr);
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void StopBox::guard(const std::shared_ptr<ArmDriver>& arm) {
  std::shared_ptr<ArmDriver> before;
  {
    const std::lock_guard lock(mutex_);
    before = arm_.lock();
    arm_ = arm;
  }
  if (before && before != arm) before->watchStopBox(nullptr);
  if (arm) arm->watchStopBox(signal_);
}

StopBox::State StopBox::state() const { return published_.read(); }

double StopBox::ageMs() const {
  const int64_t frame = signal_->frameNs;
  return frame < 0 ? -1 : static_cast<double>(steadyNs() - frame) / kMs;
}

void StopBox::run() {
  fci::requestRealtime(kPriority, this, sizeof *this);
  lookedNs_ = steadyNs();
  while (!closing_ && state_.portError == 0) {
    pollfd ready = {fd_, POLLIN, 0};
    poll(&ready, 1, kPollMs);
    const int64_t now = steadyNs();
    if (dieAtNs_ > 0 && now > dieAtNs_) return;
    readPort(now);
    if (now - lookedNs_ < kStallNs) take(rules_.tick(now));
    lookedNs_ = now;
    if (now - answeredNs_ >= kAnswerNs) answer(now);
    publish(now);
  }
}

void StopBox::readPort(int64_t now) {
  std::array<uint8_t, 256> bytes;
  for (;;) {
    const ssize_t count = ::read(fd_, bytes.data(), bytes.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) {
      state_.portError = errno;
      return take(rules_.portLost());
    }
    // Nothing there; a port whose other end is gone says so by POLLHUP or an error at the next write.
    if (count == 0) {
      pollfd gone = {fd_, 0, 0};
      if (poll(&gone, 1, 0) > 0 && (gone.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        state_.portError = EIO;
        take(rules_.portLost());
      }
      return;
    }
    for (ssize_t i = 0; i < count; i++) {
      StopBoxFrame frame;
      const auto found = decoder_.push(bytes[static_cast<size_t>(i)], frame);
      if (found == StopBoxDecoder::Found::frame) {
        signal_->inputs = frame.inputs;
        take(rules_.frame(frame, now));
      }
      if (found == StopBoxDecoder::Found::damaged) take(rules_.damaged(now));
    }
  }
}

void StopBox::take(StopBoxTrip trip) {
  if (trip == StopBoxTrip::none) return;
  state_.trip = trip;
  state_.trips++;
  {
    const std::lock_guard lock(mutex_);
    if (const auto arm = arm_.lock()) arm->stop(stopBoxCode(trip), stopBoxWords(trip));
  }
  // Only now: the control cycle stops as well when it sees this, but without the words.
  signal_->released = false;
}

// The box lights "armed" and keeps its relay closed only while these frames arrive.
void StopBox::answer(int64_t now) {
  answeredNs_ = now;
  std::shared_ptr<ArmDriver> arm;
  {
    const std::lock_guard lock(mutex_);
    arm = arm_.lock();
  }
  const bool armed = arm && arm->snapshot().armed;
  const auto bytes = encodeStopBoxFrame({sequence_++, static_cast<uint8_t>(kHostListening | (armed ? kHostArmed : 0)),
                                         static_cast<uint16_t>(now / (10 * kMs)), 0});
  // A box that does not read is not waited for; its own frames say whether it lives.
  [[maybe_unused]] const ssize_t sent = ::write(fd_, bytes.data(), bytes.size());
}

void StopBox::publish(int64_t now) {
  state_.phase = state_.portError != 0 ? StopBoxPhase::silent : rules_.phase(now);
  state_.frameNs = rules_.frameNs();
  signal_->frameNs = rules_.frameNs();
  signal_->released = rules_.released() && state_.portError == 0;
  published_.write(state_);
}

}  // namespace forager
