#include "tls/kept_sessions.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace handspan::tls {

namespace {

static_assert(std::is_trivially_copyable_v<Session> && std::is_standard_layout_v<Session>);

const Session kNew{};

const base::WordKinds<Session> &kinds() {
  static const base::WordKinds<Session> kinds(kNew, [](auto &words, const Session &s) {
    for (const Side side : {Side::client, Side::server}) {
      const Stream &stream = s.stream[side];
      words.own(stream.record_left);
      words.own(stream.application_records);
      words.time(stream.first_application);
      words.time(stream.last_record.time);
      words.own(stream.last_record.packet);
    }
    for (const Nanos *time : {&s.server_hello, &s.finished, &s.client_finished})
      words.time(*time);
    words.near(s.start);
    words.near(s.client_hello);
  });
  return kinds;
}

template <class Item> const base::WordKinds<Item> &kinds_of() {
  static const base::WordKinds<Item> kinds(Item{}, [](auto &words, const Item &item) {
    words.near(item.at.time);
    words.own(item.at.packet);
  });
  return kinds;
}

void bytes(base::SparseWriter &out, const void *from, std::size_t count) {
  for (const auto *at = static_cast<const char *>(from); count > 0;) {
    const std::size_t n = std::min<std::size_t>(count, 8);
    std::uint64_t word = 0;
    std::memcpy(&word, at, n);
    out.word(word);
    at += n;
    count -= n;
  }
}
void bytes(base::SparseReader &in, void *to, std::size_t count) {
  for (auto *at = static_cast<char *>(to); count > 0;) {
    const std::size_t n = std::min<std::size_t>(count, 8);
    const std::uint64_t word = in.word();
    std::memcpy(at, &word, n);
    at += n;
    count -= n;
  }
}

// All up to the big arrays, as it differs from a new session; then of each of those what is in use,
// the items of a list as they differ from the one before. When a flag or a length is asked for, it
// has been transferred. Two sessions seldom have a name in common, or a session id.
template <class Archive, class S> void transfer(Archive &archive, S &s) {
  constexpr std::size_t kPlain = offsetof(Session, session_id);
  static_assert(kPlain % 8 == 0);
  archive.words(s, kNew, kinds(), 0, kPlain / 8);
  bytes(archive.own, s.session_id.data(),
        std::min<std::size_t>(s.session_id_length, s.session_id.size()));
  const auto digest = [&](bool has, auto &value) {
    bytes(archive.common, value.data(), has ? value.size() : 0);
  };
  digest(s.has_ja3, s.ja3);
  digest(s.has_ja3s, s.ja3s);
  digest(s.has_ja4, s.ja4);
  const auto text = [](auto &part, auto &value) {
    bytes(part, &value.length, sizeof value.length);
    bytes(part, value.chars.data(), std::min<std::size_t>(value.length, value.chars.size()));
  };
  text(archive.own, s.sni);
  text(archive.common, s.alpn);
  text(archive.common, s.alpn_offered);
  text(archive.common, s.groups_offered);
  text(archive.common, s.history);
  const auto items = [&](auto &list) {
    using Item = std::remove_cvref_t<decltype(list.items[0])>;
    bytes(archive.common, &list.count, sizeof list.count);
    static const Item kNone{};
    const Item *before = &kNone;
    for (std::size_t i = 0; i < std::min<std::size_t>(list.count, list.items.size()); ++i) {
      archive.words(list.items[i], *before, kinds_of<Item>());
      before = &list.items[i];
      archive.epoch = before->at.time;
    }
  };
  items(s.alerts);
  items(s.messages);
}

} // namespace

std::uint32_t KeptSessions::put(const Session &session) {
  return store_.put(
      session.start, [&](auto out) { transfer(out, session); }, store_.capacity() / 64);
}

bool KeptSessions::update(std::uint32_t place, const Session &session) {
  return store_.update(place, session.start, [&](auto out) { transfer(out, session); });
}

void KeptSessions::get(std::uint32_t place, Session &session) const {
  session.reset();
  store_.get(place, [&](auto in) { transfer(in, session); });
}

} // namespace handspan::tls
