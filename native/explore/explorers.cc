#include "explore/diayn.h"
#include "explore/explorer.h"
#include "explore/gep.h"
#include "explore/random_linear.h"
#include "explore/rnd.h"
#include "explore/uniform.h"

namespace forager {

const std::vector<ExplorerEntry>& explorers() {
  static const std::vector<ExplorerEntry> entries{randomLinearExplorer(), gepExplorer(), rndExplorer(),
                                                  diaynExplorer(), uniformExplorer()};
  return entries;
}

}  // namespace forager
