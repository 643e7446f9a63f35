// Runs a fuzz target over its corpus without libFuzzer, so that every input that once mattered
// stays a test under any compiler: each file whole, then cut at up to 64 places, then no bytes.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

namespace {

constexpr std::size_t kCuts = 64;

// On the heap and just as long as the input, so that a sanitizer sees a read past its end.
void run(const char *data, std::size_t size) {
  const auto exact = std::make_unique<std::uint8_t[]>(size);
  for (std::size_t i = 0; i < size; ++i)
    exact[i] = static_cast<std::uint8_t>(data[i]);
  LLVMFuzzerTestOneInput(exact.get(), size);
}

void replay(const std::filesystem::path &path) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<char> data{std::istreambuf_iterator<char>(in), {}};
  run(data.data(), data.size());
  const std::size_t step = data.size() / kCuts + 1;
  for (std::size_t cut = step; cut < data.size(); cut += step)
    run(data.data(), cut);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_DIRECTORY\n", argv[0]);
    return 2;
  }
  if (LLVMFuzzerInitialize != nullptr)
    LLVMFuzzerInitialize(&argc, &argv);
  std::size_t files = 0;
  run(nullptr, 0);
  std::error_code fault;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[1], fault)) {
    if (!entry.is_regular_file())
      continue;
    replay(entry.path());
    ++files;
  }
  if (fault || files == 0) {
    std::fprintf(stderr, "%s: no corpus there\n", argv[1]);
    return 1;
  }
  std::printf("%zu files replayed\n", files);
  return 0;
}
