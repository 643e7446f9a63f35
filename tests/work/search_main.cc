// Looks for inputs of a fuzz target that cost much work for their length, and fails if it finds one
// beyond a bound:  work-NAME CORPUS_DIRECTORY ROUNDS BLOCKS_PER_BYTE
//
// It climbs: an input that costs more for each byte than those that are kept takes the place of the
// cheapest, and the next ones are made from it by repeating, doubling, cutting and changing.
#include "counter.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t kKept = 64;
constexpr std::size_t kLongest = 32'768;
constexpr std::size_t kFree = 256; // what a call costs by itself counts as so many bytes

struct Tried {
  Input input;
  double cost = 0; // blocks for each byte
};

double cost_of(const Input &input) {
  const std::uint64_t blocks =
      handspan::work::work_of([&] { LLVMFuzzerTestOneInput(input.data(), input.size()); });
  return static_cast<double>(blocks) / static_cast<double>(input.size() + kFree);
}

class Search {
public:
  void add(Input input) {
    (void)cost_of(input); // what is made at the first use is made
    const double cost = cost_of(input);
    kept_.push_back({std::move(input), cost});
    std::sort(kept_.begin(), kept_.end(),
              [](const Tried &a, const Tried &b) { return a.cost > b.cost; });
    if (kept_.size() > kKept)
      kept_.resize(kKept);
  }
  void round() {
    Input changed = kept_[below(kept_.size())].input;
    for (std::size_t n = 1 + below(3); n > 0; --n)
      change(changed);
    if (changed.size() <= kLongest)
      add(std::move(changed));
  }
  [[nodiscard]] const Tried &dearest() const { return kept_.front(); }

private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

  void change(Input &input) {
    if (input.empty()) {
      input.push_back(0);
      return;
    }
    const std::size_t at = below(input.size());
    const std::size_t n = 1 + below(std::min<std::size_t>(input.size() - at, 64));
    const auto place = [&](std::size_t i) {
      return input.begin() + static_cast<std::ptrdiff_t>(i);
    };
    switch (below(5)) {
    case 0:
      input[at] = static_cast<std::uint8_t>(random_());
      break;
    case 1: { // repeat a piece
      const Input piece(place(at), place(at + n));
      for (std::size_t times = 1 + below(32); times > 0 && input.size() < kLongest; --times)
        input.insert(place(at), piece.begin(), piece.end());
      break;
    }
    case 2:
      input.erase(place(at), place(at + n));
      break;
    case 3: { // a piece of another
      const Input &other = kept_[below(kept_.size())].input;
      const std::size_t from = below(other.size());
      input.insert(place(at), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
      break;
    }
    default: { // lengths at their ends
      static constexpr std::uint8_t kEnds[] = {0, 1, 0x7f, 0x80, 0xff};
      std::fill_n(place(at), std::min<std::size_t>(n, 3), kEnds[below(5)]);
      break;
    }
    }
  }

  std::mt19937 random_{1};
  std::vector<Tried> kept_;
};

} // namespace

int main(int argc, char **argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s CORPUS_DIRECTORY ROUNDS BLOCKS_PER_BYTE\n", argv[0]);
    return 2;
  }
  Search search;
  std::error_code fault;
  std::vector<std::filesystem::path> paths;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[1], fault))
    if (entry.is_regular_file())
      paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const auto &path : paths) {
    std::ifstream in(path, std::ios::binary);
    search.add(Input{std::istreambuf_iterator<char>(in), {}});
  }
  if (fault || paths.empty()) {
    std::fprintf(stderr, "%s: no corpus there\n", argv[1]);
    return 1;
  }
  const double bound = std::atof(argv[3]);
  for (long rounds = std::atol(argv[2]); rounds > 0 && search.dearest().cost <= bound; --rounds)
    search.round();
  std::printf("the dearest input costs %.1f blocks for each of its %zu bytes\n",
              search.dearest().cost, search.dearest().input.size());
  if (search.dearest().cost <= bound)
    return 0;
  std::ofstream("dearest-input", std::ios::binary)
      .write(reinterpret_cast<const char *>(search.dearest().input.data()),
             static_cast<std::streamsize>(search.dearest().input.size()));
  std::fprintf(stderr, "more than %s: it is in ./dearest-input\n", argv[3]);
  return 1;
}
