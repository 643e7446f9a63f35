#include "record/record.h"

#include "record/last_step.h"
#include "record/names.h"

namespace handspan::record {

namespace {

constexpr std::uint8_t kChangeCipherSpec = 20;

// Up to TLS 1.2 it changes the cipher, and never comes before the server has chosen a version; in
// TLS 1.3 and its drafts it does not.
bool changes_cipher(std::uint16_t version) {
  const std::uint8_t major = version >> 8;
  return version != kNoCode && version != 0x0304 && major != 0x7f && major != 0x7e && major != 0xfb;
}

} // namespace

Step last_message(const Record &record, Step none, Nanos until) {
  Step step = none;
  for (const Message &message : record.tls.messages) {
    const bool told = message.content != kChangeCipherSpec || changes_cipher(record.tls.version);
    if (told && (until == kNever || message.time <= until))
      step = step_of(message.content, message.type, message.encrypted);
  }
  return step;
}

Step step_before_end(const Record &record) {
  switch (record.step) {
  case Step::none:
  case Step::alert:
  case Step::fin:
  case Step::rst:
    return last_message(record, Step::none, record.decided.time);
  default:
    return record.step;
  }
}

} // namespace handspan::record
