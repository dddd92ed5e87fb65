#pragma once
#include "explore/explorer.h"

namespace forager {

// Linear policies that reached near a random goal, varied.
ExplorerEntry gepExplorer();

}  // namespace forager
