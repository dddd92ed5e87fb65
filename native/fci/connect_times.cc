#include "fci/connect_times.h"

#include <sys/socket.h>

#include <cerrno>
#include <thread>

#include "arm/arm_driver.h"
#include "fci/net.h"

namespace forager::fci {

namespace {

using std::chrono::milliseconds;
constexpr auto kPatience = milliseconds(1000);

bool answered(int error) { return error == 0 || error == ECONNREFUSED || error == ECONNRESET; }

// Frees the port of a connection at once: hundreds of them must not wait in the kernel.
void hangUpHard(const Fd& socket) {
  const linger now{1, 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

std::vector<double> connectTimes(const std::string& host, int port, int count, int interval_ms) {
  Address address;
  if (!resolve(host, port, address))
    throw ArmProblem("robot-address", "The host " + host + " is not known.", "Type the address of the robot, for example 172.16.0.2.");
  std::vector<double> times;
  for (int i = 0; i < count; i++) {
    if (i > 0) std::this_thread::sleep_for(milliseconds(interval_ms));
    int error = 0;
    const auto from = Clock::now();
    const Fd socket = connectTcp(address, from + kPatience, Wake::never(), error);
    const std::chrono::duration<double, std::milli> took = Clock::now() - from;
    hangUpHard(socket);
    times.push_back(answered(error) ? took.count() : -1);
    if (error == ETIMEDOUT) break;  // nobody answers on this port
  }
  return times;
}

}  // namespace forager::fci
