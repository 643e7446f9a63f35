// Filters of any kind: what compiles can be asked of a record, and what does not says where it is
// wrong. Input: a filter's text; behind the first 0xff, a packed record.
#include "base/bytes.h"
#include "filter/filter.h"
#include "record/packed.h"

#include <cstdlib>
#include <memory>

using namespace handspan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view input = base::text_of({data, size});
  const std::size_t cut = std::min(input.find('\xff'), size);
  const std::string_view text = input.substr(0, cut);
  filter::Fault fault;
  const auto filter = filter::Filter::compile(text, {}, render::Language::en, fault);
  if (filter == nullptr) {
    if (fault.at > text.size() || fault.message.empty() || shown(fault, text).empty())
      std::abort();
    return 0;
  }
  static auto record = std::make_unique<record::Record>();
  *record = {};
  if (cut < size)
    (void)record::unpack({data + cut + 1, size - cut - 1}, *record);
  const bool once = filter->passes(*record);
  if (filter->passes(*record) != once)
    std::abort();
  return 0;
}
