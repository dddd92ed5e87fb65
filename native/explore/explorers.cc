#include "explore/apt.h"
#include "explore/diayn.h"
#include "explore/disagreement.h"
#include "explore/explorer.h"
#include "explore/gep.h"
#include "explore/icm.h"
#include "explore/ornstein_uhlenbeck.h"
#include "explore/random_linear.h"
#include "explore/rnd.h"
#include "explore/sse.h"
#include "explore/uniform.h"

namespace forager {

const std::vector<ExplorerEntry>& explorers() {
  static const std::vector<ExplorerEntry> entries{randomLinearExplorer(), gepExplorer(), rndExplorer(),
                                                  diaynExplorer(), sseExplorer(), icmExplorer(), disagreementExplorer(),
                                                  aptExplorer(), uniformExplorer(), ornsteinUhlenbeckExplorer()};
  return entries;
}

}  // namespace forager
