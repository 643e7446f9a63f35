#include "kept.h"

#include "formats/minute.h"
#include "formats/row.h"
#include "record_buffer.h"
#include "render/json_record.h"
#include "render/units.h"

#include <algorithm>
#include <memory>

namespace handspan::app {
namespace {

constexpr base::Nanos kMinute = 60 * base::kSecond;

bool lies_in(base::Nanos moment, base::Nanos from, base::Nanos until) {
  return moment >= from && (until == base::kNever || moment < until);
}

std::uint64_t number_of(const std::string &text) {
  return std::strtoull(text.c_str(), nullptr, 10);
}

} // namespace

bool Kept::read(base::Nanos from, base::Nanos until, base::Nanos window,
                const std::function<void(const record::Record &)> &take) {
  RecordBuffer buffer(take);
  buffer.set_retry_window(window);
  const auto record = std::make_unique<record::Record>();
  const bool good = folder_.each_line([&](std::string_view line) {
    if (formats::is_minute(line)) {
      if (auto minute = formats::minute_of(line);
          minute && lies_in(minute->cell.number * kMinute, from, until))
        minutes_[{minute->cell.number, minute->of}] = minute->cell;
      return;
    }
    if (!render::record_of_json(line, *record) || !lies_in(record->last, from, until))
      return;
    const std::uint64_t rate = formats::rate_of(line);
    rate_ = std::max(rate_, rate);
    sampled_ = sampled_ || rate > 1;
    any_good_ = any_good_ || (record->kind == record::Kind::connection &&
                              record->outcome != record::Outcome::failed);
    first_ = first_ == base::kNever ? record->first : std::min(first_, record->first);
    last_ = std::max(last_, record->last);
    buffer.add(*record);
  });
  buffer.flush();
  return good;
}

record::Watch Kept::watched() const {
  record::Watch watch;
  if (first_ != base::kNever && !folder_.is_database() && !sampled_ && any_good_)
    watch.add(first_, last_);
  return watch;
}

void Kept::each_minute(
    const std::function<void(const summary::Cell &, base::Nanos begin)> &take) const {
  for (const auto &[key, cell] : minutes_)
    take(cell, key.first * kMinute);
}

bool Kept::certificates(base::Nanos from, base::Nanos until, std::vector<KeptCertificate> &to) {
  // Times are texts of one form: their order is that of the moments.
  const std::string begin = from == base::kNever ? std::string() : render::rfc3339(from);
  const std::string end = until == base::kNever ? std::string() : render::rfc3339(until);
  return folder_.each_row(
      "SELECT sha256, subject, issuer, names, serial, not_before, not_after, key_type, "
      "first_seen, last_seen, last_server, last_name, key_bits, connections, refused, self_signed "
      "FROM certificates ORDER BY not_after, sha256",
      [&](const Folder::Cells &c) {
        if (c[9] < begin || (!end.empty() && c[8] >= end))
          return;
        to.push_back({c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11],
                      number_of(c[12]), number_of(c[13]), number_of(c[14]), c[15] == "1"});
      });
}

} // namespace handspan::app
