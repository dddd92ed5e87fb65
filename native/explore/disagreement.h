#pragma once
#include "explore/explorer.h"

namespace forager {

// SAC, rewarded where several models of the world predict different next states.
ExplorerEntry disagreementExplorer();

}  // namespace forager
