// Words that people and programs give: ids, which are also the cursors of `log --after`, moments,
// lengths of time, sizes, cores, networks. What is understood is the same once it is written down.
#include "base/bytes.h"
#include "config/quantity.h"
#include "filter/moment.h"
#include "record/flow_id.h"
#include "rules/prefix_trie.h"
#include "use.h"

#include <cstdlib>

namespace {

using namespace handspan;
using fuzz::require;

constexpr base::Nanos kNow = 1'790'000'000 * base::kSecond;

void read_id(std::string_view text) {
  const auto id = record::parse_flow_id(text);
  if (!id)
    return;
  const std::string written = record::text(*id);
  require(written.size() <= record::kFlowIdText && record::parse_flow_id(written) == id);
}

void read_moments(std::string_view text) {
  for (const bool local : {false, true})
    (void)filter::parse_moment(text, {kNow, local});
  if (const auto length = filter::parse_duration(text))
    require(*length >= 0);
}

void read_quantities(std::string_view text) {
  if (const auto length = config::parse_duration(text))
    require(config::parse_duration(config::format_duration(*length)) == length);
  if (const auto bytes = config::parse_size(text))
    require(config::parse_size(config::format_size(*bytes)) == bytes);
  if (const auto cores = config::parse_lcores(text))
    for (const std::uint16_t core : *cores)
      require(core <= config::kMaxLcore);
}

void read_network(std::string_view text) {
  const auto prefix = rules::parse_prefix(text);
  if (!prefix)
    return;
  require(prefix->length <= 128);
  for (std::size_t bit = prefix->length; bit < 128; ++bit)
    require((prefix->address.bytes[bit / 8] >> (7 - bit % 8) & 1) == 0);
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  setenv("TZ", "America/New_York", 1); // hours that come twice, and some that don't come at all
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text = base::text_of({data, size});
  read_id(text);
  read_moments(text);
  read_quantities(text);
  read_network(text);
  return 0;
}
