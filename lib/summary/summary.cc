#include "summary/summary.h"

namespace handspan::summary {

namespace {

bool has_cipher_name(std::uint16_t number) {
  return !record::cipher_name(number).empty();
}
bool has_group_name(std::uint16_t number) {
  return !record::group_name(number).empty();
}
bool has_version_name(std::uint16_t number) {
  return !record::version_name(number).empty();
}

constexpr Part kParts[] = {
#define HANDSPAN_PART(type, name, unit, help)                                                      \
  {#name, #unit, help, offsetof(Block, name), sizeof(Block::name)},
#include "summary/parts.def"
#undef HANDSPAN_PART
};

} // namespace

std::span<const Part> parts() {
  return kParts;
}

void Writer::add(const record::Record &record) {
  fates_.add(record);
  if (record.kind != record::Kind::connection)
    return;
  const Times times(record);
  count(record);
  history_.add(record, times);
  top_.add(record, times);
  certificates_.add(record);
}

void Writer::begin_second(record::Nanos now, const Flowing &all) {
  const std::int64_t second = now / base::kSecond;
  history_.turn(second, all);
  top_.turn(second / 60);
  due_ = (second + 1) * base::kSecond;
}

void Writer::count(const record::Record &record) {
  block_.outcome_by_phase.count(static_cast<std::size_t>(record.outcome),
                                static_cast<std::size_t>(record.phase));
  if (record.outcome == record::Outcome::failed)
    block_.cause_by_side.count(static_cast<std::size_t>(record.cause),
                               static_cast<std::size_t>(record.by));
  if (!record.app.protocol.empty())
    block_.plain.count(record.app.protocol.view());
  const record::Tls &tls = record.tls;
  if (!tls.present)
    return;
  for (const record::Alert &alert : tls.alerts)
    if (!alert.encrypted)
      block_.alert_by_sender.count(alert.code, static_cast<std::size_t>(alert.from));
  if (tls.version != record::kNoCode)
    block_.versions.count(tls.version, record, has_version_name);
  if (tls.cipher != record::kNoCode)
    block_.ciphers.count(tls.cipher, record, has_cipher_name);
  if (tls.curve != record::kNoCode)
    block_.groups.count(tls.curve, record, has_group_name);
  record::each_group_offered(tls, [&](std::uint16_t number) {
    block_.groups_offered.count(number, record, has_group_name);
  });
  if (const std::string_view alpn = record.view(tls.alpn); !alpn.empty())
    block_.alpn.count(alpn);
}

namespace {

template <std::size_t kRows, std::size_t kColumns>
void load(Matrix<kRows, kColumns> &to, const Matrix<kRows, kColumns> &live) {
  load_words(&to, &live, sizeof to);
}
void load(Fates &to, const Fates &live) {
  load_words(&to, &live, sizeof to);
}
template <std::size_t kPlaces, std::size_t kUnnamed>
void load(NumberTable<kPlaces, kUnnamed> &to, const NumberTable<kPlaces, kUnnamed> &live) {
  to.load(live);
}
template <std::size_t kPlaces, std::size_t kBytes>
void load(TextTable<kPlaces, kBytes> &to, const TextTable<kPlaces, kBytes> &live) {
  to.load(live);
}

} // namespace

void load(Block &to, const std::function<const std::byte *(const Part &)> &find) {
  const Part *part = kParts;
#define HANDSPAN_PART(type, name, unit, help)                                                      \
  if (const std::byte *at = find(*part++))                                                         \
    load(to.name, *reinterpret_cast<const type *>(at));
#include "summary/parts.def"
#undef HANDSPAN_PART
}

} // namespace handspan::summary
