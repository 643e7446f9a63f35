#include "inspect/tracks.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace handspan::inspect {

namespace {

constexpr std::uint32_t kNone = base::IndexPool::kNone;
using Kinds = base::WordKinds<Track>;

void name_words(Kinds &kinds, const Track &t) {
  for (const Side side : {Side::client, Side::server}) {
    const tcp::DetailSide &detail = t.tcp.side[side];
    const tcp::Delivery &sent = t.evidence.delivery[side];
    kinds.own(detail.first_seq);
    kinds.own(detail.named_isn);
    kinds.own(detail.stamp);
    kinds.own(t.handshake_bytes[side]);
    kinds.own(t.evidence.resets.habit[side].answers_in);
    for (const Nanos *time :
         {&detail.fin_time, &detail.named_time, &sent.since, &sent.newest, &sent.first, &sent.last,
          &sent.asked_first, &sent.asked_last, &sent.shut})
      kinds.time(*time);
    kinds.own(sent.acked);
    kinds.own(sent.newest_end);
  }
  for (const Nanos *time : {&t.tcp.syn_ack, &t.tcp.ack, &t.tcp.close, &t.tcp.end,
                            &t.evidence.resets.time, &t.first_data, &t.before_reset, &t.icmp.time})
    kinds.time(*time);
  for (const Nanos *time : {&t.tcp.syn, &t.first})
    kinds.near(*time);
  t.phases.name_words(kinds);
  kinds.own(t.session);
  kinds.own(t.flow_id);
  kinds.own(t.last_number);
  kinds.own(t.server_bytes_when_asked);
}

const Kinds &kinds() {
  static const Kinds kinds(Track{}, name_words);
  return kinds;
}

// What a Track is like that has seen its handshakes.
const Track &usual() {
  static const Track track = [] {
    Track t{};
    t.session = ~(1u << 31); // one that is kept in compact form
    t.server_bytes_when_asked = 0;
    for (const Side side : {Side::client, Side::server})
      t.evidence.resets.habit[side].answers_in = 0;
    return t;
  }();
  return track;
}

// Numbers that lie near each other as distances, and without what whoever asks for it knows. Of the
// Track alone: its Flow goes on while it is sealed. What is usually the same in all connections
// then, nothing being under way, is what they have in common.
Track folded(const Track &track) {
  Track t = track;
  t.slot = 0;
  t.session = ~t.session;      // kNoIndex: 0
  ++t.server_bytes_when_asked; // kNotAsked: 0
  for (const Side side : {Side::client, Side::server}) {
    tcp::Delivery &sent = t.evidence.delivery[side];
    sent.newest_end -= sent.acked;
    if (t.queue[side].started)
      t.queue[side].next -= sent.acked;
    for (auto *place : {&t.acked[side], &t.missed[side], &t.before_fin[side]})
      if (*place)
        **place -= sent.acked;
    sent.acked -= t.tcp.side[side].first_seq;
  }
  return t;
}
void unfold(Track &t, std::uint32_t slot) {
  t.slot = slot;
  t.session = ~t.session;
  --t.server_bytes_when_asked;
  for (const Side side : {Side::client, Side::server}) {
    tcp::Delivery &sent = t.evidence.delivery[side];
    sent.acked += t.tcp.side[side].first_seq;
    sent.newest_end += sent.acked;
    if (t.queue[side].started)
      t.queue[side].next += sent.acked;
    for (auto *place : {&t.acked[side], &t.missed[side], &t.before_fin[side]})
      if (*place)
        **place += sent.acked;
  }
}

// A clock's hand must find one that is not at hand.
constexpr std::uint32_t kFewest = 4;

} // namespace

Tracks::Tracks(flow::Table<Flow> &table, std::uint32_t open, std::uint32_t blocks,
               std::uint64_t seed, bool grows)
    : table_(table), open_(std::max(open, kFewest) + std::size_t{1}),
      free_(std::max(open, kFewest)), sealed_(blocks, seed), grows_(grows) {}

void Tracks::begin(std::uint32_t slot) {
  const std::uint32_t index = free_.take();
  table_[slot].track = index != kNone ? index : spare();
  note(table_[slot].track);
}

bool Tracks::hold(std::uint32_t slot, const LoneSyn &syn) {
  std::array<std::uint8_t, sizeof syn> bytes;
  std::memcpy(bytes.data(), &syn, sizeof syn);
  const std::uint32_t place = sealed_.put_plain(bytes);
  if (place == kNone)
    return false;
  table_[slot].track = kSealed | kSyn | place;
  return true;
}

void Tracks::end(const Flow &flow) {
  if (is_syn(flow))
    sealed_.drop_plain(flow.track & ~(kSealed | kSyn));
  else if (flow.track >= kSealed)
    sealed_.drop(flow.track & ~kSealed);
  else if (flow.track != spare())
    free_.give(flow.track);
}

bool Tracks::seal_spare(Owner &owner) {
  Track &track = open_[spare()];
  if (seal(track, owner))
    return true;
  owner.end(track.slot);
  return false;
}

Track &Tracks::unseal(std::uint32_t slot, Owner &owner) {
  const std::uint32_t index = take(owner);
  Flow &flow = table_[slot];
  if (!is_sealed(flow)) { // for that another had to end, and this one was asked for meanwhile
    free_.give(index);
    return open_[flow.track];
  }
  if (is_syn(flow))
    owner.begin_with(slot, release_syn(slot, index));
  else
    open_sealed(slot, index);
  return open_[index];
}

void Tracks::open_sealed(std::uint32_t slot, std::uint32_t index) {
  Track &track = open_[index];
  const std::uint32_t place = table_[slot].track & ~kSealed;
  sealed_.get(place, [&](auto &&in) { in.words(track, usual(), kinds()); });
  sealed_.drop(place);
  unfold(track, slot);
  track.used = true;
  table_[slot].track = index;
  note(index);
}

LoneSyn Tracks::release_syn(std::uint32_t slot, std::uint32_t index) {
  const std::uint32_t place = table_[slot].track & ~(kSealed | kSyn);
  std::array<std::uint8_t, sizeof(LoneSyn)> bytes;
  sealed_.get_plain(place, bytes);
  sealed_.drop_plain(place);
  table_[slot].track = index;
  note(index);
  LoneSyn syn;
  std::memcpy(&syn, bytes.data(), sizeof syn);
  return syn;
}

// One that is free, if need be by sealing another, and if there is no room for that, by ending one.
std::uint32_t Tracks::take(Owner &owner) {
  if (const std::uint32_t index = free_.take(); index != kNone)
    return index;
  const std::uint32_t victim = next_victim();
  Track &track = open_[victim];
  if (seal(track, owner))
    return victim;
  owner.end(track.slot);
  return free_.take();
}

// The clock algorithm: one that was not used since the hand came by last.
std::uint32_t Tracks::next_victim() {
  for (;;) {
    hand_ = hand_ + 1 < free_.capacity() ? hand_ + 1 : 0;
    if (!is_at_hand(hand_) && !std::exchange(open_[hand_].used, false))
      return hand_;
  }
}

bool Tracks::seal(Track &track, Owner &owner) {
  Flow &flow = table_[track.slot];
  owner.about_to_seal(flow, track);
  const Track less = folded(track);
  const auto put = [&] {
    return sealed_.put(less.first, [&](auto &&out) { out.words(less, usual(), kinds()); });
  };
  std::uint32_t place = put();
  if (place == kNone && grow())
    place = put();
  if (place == kNone)
    return false;
  flow.track = kSealed | place;
  return true;
}

bool Tracks::grow() {
  constexpr std::uint32_t kMost = 1u << 30;
  if (!grows_ || sealed_.capacity() > kMost / 2)
    return false;
  try {
    sealed_.grow(2 * sealed_.capacity());
  } catch (const std::bad_alloc &) {
    grows_ = false;
  }
  return grows_;
}

} // namespace handspan::inspect
