#include <map>
#include <mutex>

#include "arm/arm_driver.h"

namespace forager {

namespace {

struct Registry {
  std::mutex mutex;
  uint32_t last = 0;
  std::map<uint32_t, std::shared_ptr<ArmDriver>> arms;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

uint32_t registerArm(std::shared_ptr<ArmDriver> arm) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.arms[++all.last] = std::move(arm);
  return all.last;
}

std::shared_ptr<ArmDriver> findArm(uint32_t id) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.arms.find(id);
  return found == all.arms.end() ? nullptr : found->second;
}

void unregisterArm(uint32_t id) {
  Registry& all = registry();
  std::shared_ptr<ArmDriver> last;  // ends after the lock is gone
  const std::lock_guard lock(all.mutex);
  if (const auto found = all.arms.find(id); found != all.arms.end()) {
    last = std::move(found->second);
    all.arms.erase(found);
  }
}

}  // namespace forager
