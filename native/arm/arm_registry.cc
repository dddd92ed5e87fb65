#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

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

// The end of the process, also by an exception that nobody caught or by process.exit(): Node then frees nothing, so
// nobody else would bring the arms to rest. Their control threads still run.
void closeAll() {
  std::vector<std::shared_ptr<ArmDriver>> arms;
  {
    const std::lock_guard lock(registry().mutex);
    for (const auto& [id, arm] : registry().arms) arms.push_back(arm);
  }
  for (const auto& arm : arms) arm->stop("program-ended", "The program ended while the arm was in use.");
  for (const auto& arm : arms) arm->close();
}

}  // namespace

uint32_t registerArm(std::shared_ptr<ArmDriver> arm) {
  Registry& all = registry();
  // After the registry was made, so that it still exists when this is called.
  [[maybe_unused]] static const int atEnd = std::atexit(closeAll);
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
