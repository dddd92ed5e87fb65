#pragma once
#include "arm/controlled_arm.h"
#include "fci/simulated_arm.h"

namespace forager {

// The simulated arm and the controller in one thread, as fast as the machine goes. Time is the arm's own: a time stamp
// is its message number in ns. Same seed and same actions give the same bytes.
class InProcessArm final : public ControlledArm {
 public:
  InProcessArm(const ArmModel& model, uint64_t seed);

  bool realTime() const override { return false; }
  void recover() override;
  void close() override;

 protected:
  bool await(Event event, uint64_t after, int64_t budget_ns) override;
  void fillLink(ArmSnapshot& out) const override;
  void requireLink() const override;
  void recoverForRearm() override;

 private:
  void run();

  mutable std::mutex time_;  // one thread lets time pass
  SimulatedArmCore core_;
  SeqLock<SimulatedArmCore::Violations> violations_;
  bool wantedMove_ = false;
  std::atomic<bool> closed_{false};
};

}  // namespace forager
