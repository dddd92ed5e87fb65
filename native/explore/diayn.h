#pragma once
#include "explore/explorer.h"

namespace forager {

// SAC with skills, rewarded where a network can tell from the state which skill acts.
ExplorerEntry diaynExplorer();

}  // namespace forager
