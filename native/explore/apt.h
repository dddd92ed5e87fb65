#pragma once
#include "explore/explorer.h"

namespace forager {

// SAC, rewarded where the transitions seen lie far apart.
ExplorerEntry aptExplorer();

}  // namespace forager
