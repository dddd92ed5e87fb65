#include "nn/kernels.h"

#include <atomic>

namespace forager {

extern const KernelTable kPortableKernels;
#if defined(__x86_64__)
extern const KernelTable kAvx2Kernels;
extern const KernelTable kAvx512Kernels;
#elif defined(__aarch64__)
extern const KernelTable kNeonKernels;
#endif

const std::vector<const KernelTable*>& allKernels() {
  static const std::vector<const KernelTable*> tables = [] {
    std::vector<const KernelTable*> found{&kPortableKernels};
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) found.push_back(&kAvx2Kernels);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
      found.push_back(&kAvx512Kernels);
#elif defined(__aarch64__)
    found.push_back(&kNeonKernels);
#endif
    return found;
  }();
  return tables;
}

static std::atomic<const KernelTable*> selected{nullptr};

const KernelTable& kernels() {
  const KernelTable* table = selected;
  return table == nullptr ? *allKernels().back() : *table;
}

bool selectKernels(std::string_view name) {
  for (const KernelTable* table : allKernels())
    if (name == table->name) {
      selected = table;
      return true;
    }
  return false;
}

void transposeWeights(const float* weight, float* transposed, int inputs, int outputs) {
  for (int o = 0; o < outputs; ++o) {
    const float* from = weight + static_cast<size_t>(o / kPanel) * (inputs + 1) * kPanel + o % kPanel;
    for (int i = 0; i < inputs; ++i)
      transposed[(static_cast<size_t>(i / kPanel) * outputs + o) * kPanel + i % kPanel] =
          from[static_cast<size_t>(i) * kPanel];
  }
}

}  // namespace forager
