#pragma once
#include "explore/explorer.h"

namespace forager {

// SAC, rewarded where a network predicts the next state badly.
ExplorerEntry icmExplorer();

}  // namespace forager
