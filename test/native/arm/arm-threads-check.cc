// For the thread sanitizer: one control thread as it runs in real time, and everything that other threads may ask of the
// controller meanwhile. Prints `ok` when the arm came to rest after each stop and nothing was asked for in vain, else what did not hold.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <thread>
#include <vector>

#include "arm-numbers.h"
#include "arm/controller.h"
#include "fci/simulated_arm.h"

using namespace forager;

namespace {

constexpr int kRounds = 400;
constexpr double kMoving = 0.005;  // m/s
constexpr int64_t kMsNs = 1'000'000;
constexpr auto kWait = std::chrono::milliseconds(2);

// The robot and the control cycle, as fast as they go.
class ControlThread {
 public:
  ControlThread(const ArmModel& model, ArmController& controller)
      : robot_(model, 1), controller_(controller), thread_([this] { run(); }) {}
  ~ControlThread() {
    ending_ = true;
    thread_.join();
  }

 private:
  void run() {
    bool wanted = false;
    while (!ending_) {
      const ArmState& state = robot_.state();
      const auto now = static_cast<int64_t>(state.messageId) * kMsNs;
      controller_.watchHeartbeat(now);
      const Output out = controller_.cycle(state, now, 0);
      if (out.wantsMove && !wanted) robot_.startMove();
      wanted = out.wantsMove;
      const bool answers = state.motionGenerator != 0 && robot_.moving();
      robot_.tick(answers ? &out.dq : nullptr, out.finished || !out.wantsMove);
      robot_.takeMoveEnd();
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  }

  SimulatedArmCore robot_;
  ArmController& controller_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

template <typename What>
bool eventually(What what) {
  for (int i = 0; i < 20'000; i++) {
    if (what()) return true;
    std::this_thread::sleep_for(kWait);
  }
  return false;
}

// What other threads do all the time while the arm moves: read, act, and change limits.
class Others {
 public:
  Others(const ArmModel& model, ArmController& controller) : controller_(controller) {
    threads_.emplace_back([this] { read(); });
    threads_.emplace_back([this] { act(); });
    threads_.emplace_back([this, limits = model.supervisor] { change(limits); });
  }
  ~Others() {
    ending_ = true;
    for (std::thread& each : threads_) each.join();
  }

 private:
  void read() {
    while (!ending_) {
      if (!(controller_.snapshot().tooltipSpeed >= 0)) std::printf("torn\n");
      controller_.lastRecord();
      controller_.activity();
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
  }
  void act() {
    std::array<float, kJoints> action{};
    for (int n = 0; !ending_; n++) {
      action[0] = n % 2 ? 0.4f : -0.4f;
      controller_.postAction(action);
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  }
  void change(SupervisorLimits limits) {
    for (int n = 0; !ending_; n++) {
      limits.toolSpeed = n % 2 ? 1.0 : 0.25;
      controller_.setLimits(limits);
      std::this_thread::sleep_for(kWait);
    }
  }

  ArmController& controller_;
  std::atomic<bool> ending_{false};
  std::vector<std::thread> threads_;
};

// One motion that two threads stop at once, and a person who clears the stops. Null, or the first thing that did not hold.
const char* stopAndClear(ArmController& controller, bool stoppedAgain) {
  controller.beginRun();
  controller.requestEpisode();
  // Time runs faster here: a policy thread that waits for its core may count as silent before the arm moves.
  if (!eventually([&] { return controller.snapshot().tooltipSpeed > kMoving || controller.stopped(); })) return "the arm moves";
  std::thread second([&] { controller.requestStop(StopKind::stopBox); });
  controller.requestStop(StopKind::operatorStop);
  second.join();
  if (!eventually([&] { return controller.standing(); })) return "the arm comes to rest";
  if (!controller.stopped()) return "it is stopped";
  // A stop between the look and the act stays.
  const uint64_t asked = controller.stopsAsked();
  if (stoppedAgain) {
    controller.requestStop(StopKind::deadMan);
    if (controller.clearStop(asked)) return "a later stop is not cleared";
    if (!eventually([&] { return controller.snapshot().stop.kind != StopKind::none; })) return "the later stop is seen";
    if (!controller.stopped()) return "it is stopped by the later stop";
  }
  if (!controller.clearStop(controller.stopsAsked())) return "the stop is cleared";
  if (controller.stopped()) return "it is not stopped any more";
  if (!eventually([&] { return controller.snapshot().stop.kind == StopKind::none; })) return "no stop is seen any more";
  return nullptr;
}

}  // namespace

int main() {
  const ArmModel model = modelOf(readNumbers(std::cin));
  ArmController controller(model);
  const char* failed = nullptr;
  {
    const ControlThread control(model, controller);
    const Others others(model, controller);
    for (int round = 0; round < kRounds && failed == nullptr; round++) failed = stopAndClear(controller, round % 2 == 1);
  }
  std::printf("%s\n", failed == nullptr ? "ok" : failed);
  return 0;
}
