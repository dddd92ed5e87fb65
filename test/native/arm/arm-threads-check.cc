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

}  // namespace

int main() {
  const ArmModel model = modelOf(readNumbers(std::cin));
  ArmController controller(model);
  std::atomic<bool> ending{false};
  std::vector<std::thread> others;
  {
    const ControlThread control(model, controller);
    others.emplace_back([&] {
      while (!ending) {
        const ControlSnapshot seen = controller.snapshot();
        if (!(seen.tooltipSpeed >= 0)) std::printf("torn\n");
        controller.lastRecord();
        controller.activity();
        std::this_thread::sleep_for(std::chrono::microseconds(300));
      }
    });
    others.emplace_back([&] {
      std::array<float, kJoints> action{};
      for (int n = 0; !ending; n++) {
        action[0] = n % 2 ? 0.4f : -0.4f;
        controller.postAction(action);
        std::this_thread::sleep_for(std::chrono::microseconds(500));
      }
    });
    others.emplace_back([&] {
      SupervisorLimits limits = model.supervisor;
      for (int n = 0; !ending; n++) {
        limits.toolSpeed = n % 2 ? 1.0 : 0.25;
        controller.setLimits(limits);
        std::this_thread::sleep_for(kWait);
      }
    });
    const char* failed = nullptr;
    const auto require = [&](const char* what, bool holds) {
      if (!holds && failed == nullptr) failed = what;
    };
    for (int round = 0; round < kRounds && failed == nullptr; round++) {
      controller.beginRun();
      controller.requestEpisode();
      // Time runs faster here: a policy thread that waits for its core may count as silent before the arm moves.
      require("the arm moves", eventually([&] { return controller.snapshot().tooltipSpeed > kMoving || controller.stopped(); }));
      std::thread second([&] { controller.requestStop(StopKind::stopBox); });
      controller.requestStop(StopKind::operatorStop);
      second.join();
      require("the arm comes to rest", eventually([&] { return controller.standing(); }));
      require("it is stopped", controller.stopped());
      // A stop between the look and the act stays.
      const uint64_t asked = controller.stopsAsked();
      if (round % 2) {
        controller.requestStop(StopKind::deadMan);
        require("a later stop is not cleared", !controller.clearStop(asked));
        require("the later stop is seen", eventually([&] { return controller.snapshot().stop.kind != StopKind::none; }));
        require("it is stopped by the later stop", controller.stopped());
      }
      require("the stop is cleared", controller.clearStop(controller.stopsAsked()));
      require("it is not stopped any more", !controller.stopped());
      require("no stop is seen any more", eventually([&] { return controller.snapshot().stop.kind == StopKind::none; }));
    }
    ending = true;
    for (std::thread& each : others) each.join();
    std::printf("%s\n", failed == nullptr ? "ok" : failed);
  }
  return 0;
}
