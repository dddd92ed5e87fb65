#pragma once
#include "arm/arm_driver.h"

namespace forager {

// Stands in a handle for an arm that was closed, so that the arm's memory goes at once and not when the collector runs.
class ClosedArm final : public ArmDriver {
 public:
  bool realTime() const override { return false; }
  void arm() override { refuse(); }
  void disarm() override {}
  void rearm() override { refuse(); }
  void beginHome() override { refuse(); }
  bool waitHome(int64_t) override { refuse(); }
  StepRecord beginEpisode() override { refuse(); }
  StepRecord step(const std::array<float, kJoints>&) override { refuse(); }
  void endEpisode() override {}
  void stop(const std::string&, const std::string&) noexcept override {}
  void watchStopBox(std::shared_ptr<const StopBoxSignal>) override {}
  void heartbeat() noexcept override {}
  void releaseHeartbeat() noexcept override {}
  void setLimits(const SupervisorLimits&) override { refuse(); }
  SupervisorLimits limits() const override { refuse(); }
  ArmSnapshot snapshot() const override { return {}; }
  void recover() override { refuse(); }
  void close() override {}

 private:
  [[noreturn]] static void refuse() {
    throw ArmProblem("arm-closed", "This arm was closed. Nothing moves.", "Connect again, or make a new simulated arm.");
  }
};

}  // namespace forager
