#include "tls/kept_sessions.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace handspan::tls {

namespace {

static_assert(std::is_trivially_copyable_v<Session> && std::is_standard_layout_v<Session>);

// A byte of mask for each eight, then those of the eight that are not zero.
constexpr std::size_t kGroup = 8;
constexpr std::size_t kMost = sizeof(Session) + sizeof(Session) / kGroup + 64;

class Packer {
public:
  static constexpr bool kReads = false;
  void byte(std::uint8_t &value) {
    if (value != 0) {
      bytes_[mask_] |= static_cast<std::uint8_t>(1u << in_group_);
      bytes_[end_++] = value;
    }
    if (++in_group_ == kGroup)
      begin_group();
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), end_}; }

private:
  void begin_group() {
    in_group_ = 0;
    mask_ = end_;
    bytes_[end_++] = 0;
  }

  std::array<std::uint8_t, kMost> bytes_{0};
  std::size_t mask_ = 0, end_ = 1;
  unsigned in_group_ = 0;
};

template <class NextByte> class Unpacker {
public:
  static constexpr bool kReads = true;
  explicit Unpacker(NextByte next) : next_(next), mask_(next_()) {}
  void byte(std::uint8_t &value) {
    value = (mask_ >> in_group_ & 1) != 0 ? next_() : std::uint8_t{0};
    if (++in_group_ == kGroup) {
      in_group_ = 0;
      mask_ = next_();
    }
  }

private:
  NextByte next_;
  unsigned in_group_ = 0;
  unsigned mask_;
};

// The bytes of a session one after the other, to or from an archive, each as it differs from what
// is likely: a new session's, or the item's before. What is not in use is left out.
template <class Archive> class Transfer {
public:
  Transfer(Archive &archive, Session &session)
      : archive_(archive), base_(reinterpret_cast<std::uint8_t *>(&session)) {}

  // `used` is asked when all before the array has been transferred.
  template <class Array, class Used> void array(Array &array, Used &&used) {
    up_to(&array);
    plain(reinterpret_cast<std::uint8_t *>(array.data()),
          std::min<std::size_t>(used(), array.size()));
    pass(sizeof array);
  }
  template <std::size_t N> void text(base::FixedText<N> &text) {
    up_to(&text);
    number(text.length);
    plain(reinterpret_cast<std::uint8_t *>(text.chars.data()),
          std::min<std::size_t>(text.length, N));
    pass(sizeof text);
  }
  template <class Vector> void items(Vector &vector) {
    up_to(&vector);
    number(vector.count);
    const std::size_t count = std::min<std::size_t>(vector.count, vector.items.size());
    static constexpr std::remove_reference_t<decltype(vector.items[0])> kNone{};
    const auto *before = reinterpret_cast<const std::uint8_t *>(&kNone);
    for (std::size_t i = 0; i < count; ++i) {
      auto *item = reinterpret_cast<std::uint8_t *>(&vector.items[i]);
      differing(item, before, sizeof vector.items[i]);
      before = item;
    }
    pass(sizeof vector);
  }
  void rest() { up_to(base_ + sizeof(Session)); }

private:
  // All that stands before `member` and was not transferred yet.
  void up_to(const void *member) {
    static const Session kNew{};
    const auto end = static_cast<std::size_t>(static_cast<const std::uint8_t *>(member) - base_);
    differing(base_ + at_, reinterpret_cast<const std::uint8_t *>(&kNew) + at_, end - at_);
    at_ = end;
  }
  void pass(std::size_t bytes) { at_ += bytes; }

  template <class Number> void number(Number &value) {
    plain(reinterpret_cast<std::uint8_t *>(&value), sizeof value);
  }
  void plain(std::uint8_t *bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      archive_.byte(bytes[i]);
  }
  void differing(std::uint8_t *bytes, const std::uint8_t *from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::uint8_t difference = bytes[i] ^ from[i];
      archive_.byte(difference);
      if constexpr (Archive::kReads)
        bytes[i] = difference ^ from[i];
    }
  }

  Archive &archive_;
  std::uint8_t *base_;
  std::size_t at_ = 0;
};

// In the order of the members.
template <class Archive> void transfer(Archive &archive, Session &session) {
  Transfer<Archive> through(archive, session);
  through.array(session.session_id, [&] { return session.session_id_length; });
  through.array(session.ja3, [&] { return session.has_ja3 ? session.ja3.size() : 0; });
  through.array(session.ja3s, [&] { return session.has_ja3s ? session.ja3s.size() : 0; });
  through.array(session.ja4, [&] { return session.has_ja4 ? session.ja4.size() : 0; });
  through.text(session.sni);
  through.text(session.alpn);
  through.text(session.alpn_offered);
  through.text(session.groups_offered);
  through.text(session.history);
  through.items(session.alerts);
  through.items(session.messages);
  through.rest();
}

} // namespace

std::uint32_t KeptSessions::put(Session &session) {
  const std::uint32_t held_back = free_.capacity() / 64;
  if (free_.used() + held_back >= free_.capacity())
    return kNoIndex;
  const std::uint32_t place = free_.take();
  next_[place] = kNoIndex;
  if (update(place, session))
    return place;
  drop(place);
  return kNoIndex;
}

bool KeptSessions::update(std::uint32_t place, Session &session) {
  Packer packer;
  transfer(packer, session);
  return write(place, packer.bytes());
}

void KeptSessions::get(std::uint32_t place, Session &session) const {
  std::size_t at = 0;
  Unpacker unpacker([&, this]() -> std::uint8_t {
    if (at == kKeptBlock) {
      if (next_[place] == kNoIndex)
        return 0; // the mask of a group that has nothing
      place = next_[place];
      at = 0;
    }
    return blocks_[place][at++];
  });
  session.reset();
  transfer(unpacker, session);
}

// Over what stood there; the chain is made longer or shorter.
bool KeptSessions::write(std::uint32_t place, std::span<const std::uint8_t> bytes) {
  std::size_t have = 1;
  for (std::uint32_t block = place; next_[block] != kNoIndex; block = next_[block])
    ++have;
  const std::size_t want = (bytes.size() + kKeptBlock - 1) / kKeptBlock;
  if (want > have && free_.capacity() - free_.used() < want - have)
    return false;
  for (std::uint32_t block = place;; block = next_[block]) {
    const std::size_t n = std::min(bytes.size(), kKeptBlock);
    std::copy_n(bytes.begin(), n, blocks_[block].begin());
    bytes = bytes.subspan(n);
    if (bytes.empty()) {
      if (next_[block] != kNoIndex)
        drop(std::exchange(next_[block], kNoIndex));
      return true;
    }
    if (next_[block] == kNoIndex) {
      next_[block] = free_.take();
      next_[next_[block]] = kNoIndex;
    }
  }
}

void KeptSessions::drop(std::uint32_t place) {
  while (place != kNoIndex) {
    const std::uint32_t next = next_[place];
    free_.give(place);
    place = next;
  }
}

} // namespace handspan::tls
