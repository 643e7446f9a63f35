#include "rules/streams.h"

#include <algorithm>

namespace handspan::rules {

namespace {

// `words`: a bit for each term.
int note(unsigned int term, unsigned long long, unsigned long long, unsigned int, void *words) {
  static_cast<std::uint64_t *>(words)[term / 64] |= std::uint64_t{1} << term % 64;
  return 0;
}

} // namespace

bool Streams::make(const hs_database_t &database, std::size_t terms, std::uint32_t most) {
  std::size_t each = 0;
  if (hs_stream_size(&database, &each) != HS_SUCCESS)
    return false;
  words_ = (terms + 63) / 64;
  each += words_ * sizeof(std::uint64_t) + sizeof(Heard);
  const auto count =
      static_cast<std::uint32_t>(std::min<std::size_t>({most, kMaxStreamBytes / each, kNoStream}));
  heard_.resize(count);
  found_.resize(count * words_);
  free_ = base::IndexPool(count);
  for (Heard &heard : heard_) {
    hs_stream_t *made = nullptr;
    if (hs_open_stream(&database, 0, &made) != HS_SUCCESS)
      return false;
    heard.stream.reset(made);
  }
  return true;
}

std::uint16_t Streams::take() {
  const std::uint32_t stream = free_.take();
  return stream == base::IndexPool::kNone ? kNoStream : static_cast<std::uint16_t>(stream);
}

void Streams::give(std::uint16_t stream) {
  (void)hs_reset_stream(heard_[stream].stream.get(), 0, nullptr, nullptr, nullptr);
  heard_[stream].bytes = 0;
  std::fill_n(&found_[stream * words_], words_, 0);
  free_.give(stream);
}

bool Streams::pass(std::uint16_t stream, std::string_view bytes, std::size_t most,
                   hs_scratch_t *scratch) {
  Heard &heard = heard_[stream];
  bytes = bytes.substr(0, most - heard.bytes);
  (void)hs_scan_stream(heard.stream.get(), bytes.data(), static_cast<unsigned int>(bytes.size()), 0,
                       scratch, note, &found_[stream * words_]);
  heard.bytes += bytes.size();
  return heard.bytes >= most;
}

void Streams::reset(std::uint16_t stream, hs_scratch_t *scratch) {
  (void)hs_reset_stream(heard_[stream].stream.get(), 0, scratch, note, &found_[stream * words_]);
  heard_[stream].bytes = 0;
}

} // namespace handspan::rules
