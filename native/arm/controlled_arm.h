#pragma once
#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "arm/arm_driver.h"
#include "arm/controller.h"

namespace forager {

// Everything of ArmDriver that does not depend on how the robot is reached: arming, refusals, planning the way home,
// turning causes into words. A driver adds how time passes (await), and what it knows of the link.
class ControlledArm : public ArmDriver {
 public:
  void arm() override;
  void disarm() override;
  void rearm() override;
  void beginHome() override;
  bool waitHome(int64_t budget_ns) override;
  StepRecord beginEpisode() override;
  StepRecord step(const std::array<float, kJoints>& action) override;
  void endEpisode() override;
  void stop(const std::string& code, const std::string& message) noexcept override;
  void watchStopBox(std::shared_ptr<const StopBoxSignal> box) override;
  void heartbeat() noexcept override;
  void releaseHeartbeat() noexcept override;
  void setLimits(const SupervisorLimits& limits) override;
  SupervisorLimits limits() const override;
  ArmSnapshot snapshot() const override;

 protected:
  explicit ControlledArm(const ArmModel& model);

  enum class Event { record, standing };  // a StepRecord newer than `after`; no Move runs or is wanted
  // Lets time pass until `event` or for budget_ns at most; true when the event came.
  // Real time: wait on a condition that the control thread signals when Output::tick is set (or silence() said so).
  // Simulated: run cycles. Must return early with false when the link is closed.
  virtual bool await(Event event, uint64_t after, int64_t budget_ns) = 0;
  bool reached(Event event, uint64_t after) const;

  // Adds connected, ageMs, protocol, packet counts, round trip, violations to a snapshot.
  virtual void fillLink(ArmSnapshot& out) const = 0;
  // Throws when the link does not allow motion now (closed, robot mode other than idle); called before any motion.
  virtual void requireLink() const = 0;
  // Before a motion: waits until a recovery that runs, or the end of the last Move, shows as idle. May block.
  virtual void settleLink() const {}
  // Part of rearm(): recovery of the robot when it needs it after a reflex or user stop. May start it and return;
  // throws when it cannot. Nothing moves.
  virtual void recoverForRearm() = 0;

  const ArmModel model_;
  ArmController controller_;

 private:
  [[noreturn]] void throwStop() const;
  void requireArmed() const;
  void requireStanding();
  void requireFreeTool() const;
  void requireStopBox() const;
  void requireFewRecoveries();
  StepRecord take();

  mutable std::mutex mutex_;            // serialises requests; never taken by the control thread
  SupervisorLimits limits_;             // in force; guarded by words_
  std::deque<int64_t> recoveries_;      // when, monotonic ns, within the last hour
  std::vector<std::shared_ptr<const StopBoxSignal>> boxes_;  // all ever watched: the control thread may still look
  std::mutex boxMutex_;  // guards boxes_: a motion that starts must not keep a box from being watched
  std::atomic<const StopBoxSignal*> box_{nullptr};
  mutable std::mutex words_;            // guards the words and the time of the shown stop
  std::string stopCode_, stopMessage_;  // of an operator stop
  mutable StopKind shownKind_ = StopKind::none;
  mutable int64_t shownAtNs_ = 0;
  mutable double shownAtMs_ = 0;        // epoch
  // Of the stepping thread only:
  uint64_t seenRecord_ = 0;  // newest record handed out
  bool ended_ = true;        // no episode runs
  std::atomic<bool> armed_{false};
};

}  // namespace forager
