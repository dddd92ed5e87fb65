#pragma once
#include "explore/explorer.h"

namespace forager {

// SAC, rewarded where a network predicts a random one badly.
ExplorerEntry rndExplorer();

}  // namespace forager
