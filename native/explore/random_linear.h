#pragma once
#include "explore/explorer.h"

namespace forager {

// A new random linear policy in every episode.
ExplorerEntry randomLinearExplorer();

}  // namespace forager
