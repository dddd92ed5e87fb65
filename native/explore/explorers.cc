#include "explore/explorer.h"
#include "explore/random_linear.h"

namespace forager {

const std::vector<ExplorerEntry>& explorers() {
  static const std::vector<ExplorerEntry> entries{randomLinearExplorer()};
  return entries;
}

}  // namespace forager
