#pragma once
#include "explore/explorer.h"

namespace forager {

// Self-supervised exploration.
ExplorerEntry sseExplorer();

}  // namespace forager
