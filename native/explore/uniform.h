#pragma once
#include "explore/explorer.h"

namespace forager {

// Every action drawn uniformly, whatever is observed.
ExplorerEntry uniformExplorer();

}  // namespace forager
