#include "explore/explorer.h"
#include "explore/random_linear.h"
#include "explore/uniform.h"

namespace forager {

const std::vector<ExplorerEntry>& explorers() {
  static const std::vector<ExplorerEntry> entries{randomLinearExplorer(), uniformExplorer()};
  return entries;
}

}  // namespace forager
