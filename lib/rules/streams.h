// First bytes that come in pieces: Hyperscan's streams, and the terms that were found in each so
// far. All of a worker's are made ahead, for the set that its scratch is of. Private to this
// folder.
#pragma once

#include "base/index_pool.h"
#include "rules/patterns.h"
#include "rules/rules.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace handspan::rules {

struct CloseStream {
  void operator()(hs_stream_t *stream) const {
    (void)hs_close_stream(stream, nullptr, nullptr, nullptr);
  }
};

// Those of one side.
class Streams {
public:
  // Up to `most`, and no more than fit into kMaxStreamBytes; `terms` may be found in each. False if
  // there is no memory.
  bool make(const hs_database_t &database, std::size_t terms, std::uint32_t most);

  // kNoStream when all are in use.
  std::uint16_t take();
  // It will not be ended.
  void give(std::uint16_t stream);
  // Up to `most` bytes in all: whether it has had them now.
  bool pass(std::uint16_t stream, std::string_view bytes, std::size_t most, hs_scratch_t *scratch);
  // No more will come; calls found(number of the term) for each that was found.
  template <class Found> void end(std::uint16_t stream, hs_scratch_t *scratch, Found &&found) {
    reset(stream, scratch);
    std::uint64_t *const words = &found_[stream * words_];
    for (std::size_t w = 0; w < words_; ++w)
      for (; words[w] != 0; words[w] &= words[w] - 1)
        found(64 * w + static_cast<std::size_t>(std::countr_zero(words[w])));
    free_.give(stream);
  }

private:
  struct Heard {
    std::unique_ptr<hs_stream_t, CloseStream> stream;
    std::size_t bytes = 0;
  };
  // Hyperscan's beginning of a stream is its end, too: what matches at the end is found then.
  void reset(std::uint16_t stream, hs_scratch_t *scratch);

  std::vector<Heard> heard_;
  std::vector<std::uint64_t> found_; // a bit for each term, words_ for each stream
  std::size_t words_ = 0;
  base::IndexPool free_{0};
};

} // namespace handspan::rules
