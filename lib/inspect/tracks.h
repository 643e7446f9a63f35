// Where the Tracks are. Those of connections of which the long way saw something lately lie open in
// a pool; the others are sealed, as they differ from a usual one, in about a twelfth of the bytes,
// and opened again when they are asked for. Lossless, so anybody's may be sealed. Where the pool is
// full, a new connection's is sealed as soon as its first packet is over, and of one that begins
// with a SYN no Track is made before something follows it: a flood of SYNs moves nobody's.
#pragma once

#include "base/index_pool.h"
#include "base/memory.h"
#include "base/sealed_store.h"
#include "flow/table.h"
#include "inspect/flow_state.h"

#include <array>
#include <cstdint>

namespace handspan::inspect {

class Tracks {
  using Store = base::SealedStore<sizeof(Track) / 8>;

public:
  // Of connections in that table. Throws std::bad_alloc.
  Tracks(flow::Table<Flow> &table, std::uint32_t open, std::uint32_t blocks, std::uint64_t seed,
         bool grows);

  static std::uint64_t bytes_for(std::uint64_t open, std::uint32_t blocks) {
    return (open + 1) * sizeof(Track) + base::IndexPool::bytes_for(open) + Store::bytes_for(blocks);
  }

  // What a Track must have before it is sealed, and who is to end when there is no room for it.
  class Owner {
  public:
    virtual void about_to_seal(Flow &flow, Track &track) = 0;
    virtual void end(std::uint32_t slot) = 0;
    // That connection has its Track now, and nothing in it.
    virtual void begin_with(std::uint32_t slot, const LoneSyn &syn) = 0;

  protected:
    ~Owner() = default;
  };

  // One for the connection in that slot, as an earlier one left it. To be followed by put_away().
  void begin(std::uint32_t slot);
  [[nodiscard]] bool is_full() const { return free_.used() == free_.capacity(); }
  // Instead of begin(), where it is full: that SYN in place of a Track. False, and nothing is done,
  // if there is no room for it either.
  bool hold(std::uint32_t slot, const LoneSyn &syn);
  // The first packet of the connection in that slot is over. False if that had to end: there was no
  // room.
  bool put_away(std::uint32_t slot, Owner &owner) {
    return table_[slot].track != spare() || seal_spare(owner);
  }
  // The latest two stay where they are.
  Track &of(std::uint32_t slot, Owner &owner) {
    const std::uint32_t index = table_[slot].track;
    if (index >= kSealed) [[unlikely]]
      return unseal(slot, owner);
    Track &track = open_[index];
    track.used = true;
    return track;
  }
  void end(const Flow &flow);

  // Asks the memory for what the next packet of the connection looks at, or for all.
  void fetch(const Flow &flow, bool all) const {
    if (flow.track < kSealed)
      open_[flow.track].fetch(all);
  }
  void fetch_sealed(const Flow &flow) const {
    if (flow.track >= kSealed)
      sealed_.fetch(flow.track & ~(kSealed | kSyn));
  }
  // The session of the connection, once its Track is near; tls::kNoIndex if it is sealed.
  [[nodiscard]] std::uint32_t session(const Flow &flow) const {
    return flow.track < kSealed ? open_[flow.track].session : tls::kNoIndex;
  }

  [[nodiscard]] static bool is_sealed(const Flow &flow) { return flow.track >= kSealed; }
  [[nodiscard]] std::uint32_t open() const { return free_.used(); }
  [[nodiscard]] std::uint32_t blocks() const { return sealed_.used(); }

private:
  // In Flow::track: the rest is a chain, of a sealed Track or of a LoneSyn.
  static constexpr std::uint32_t kSealed = 1u << 31, kSyn = 1u << 30;

  [[nodiscard]] std::uint32_t spare() const { return free_.capacity(); }
  bool seal_spare(Owner &owner);
  Track &unseal(std::uint32_t slot, Owner &owner);
  void open_sealed(std::uint32_t slot, std::uint32_t index);
  [[nodiscard]] LoneSyn release_syn(std::uint32_t slot, std::uint32_t index);
  [[nodiscard]] static bool is_syn(const Flow &flow) { return flow.track >= (kSealed | kSyn); }
  std::uint32_t take(Owner &owner);
  std::uint32_t next_victim();
  bool seal(Track &track, Owner &owner);
  bool grow();
  [[nodiscard]] bool is_at_hand(std::uint32_t index) const {
    return index == latest_[0] || index == latest_[1];
  }
  void note(std::uint32_t index) {
    latest_[1] = latest_[0];
    latest_[0] = index;
  }

  flow::Table<Flow> &table_;
  base::BigArray<Track> open_; // those of the pool, and a spare one behind them
  base::IndexPool free_;
  Store sealed_;
  std::uint32_t hand_ = 0; // of the clock that looks for one that was not used lately
  std::array<std::uint32_t, 2> latest_{base::IndexPool::kNone, base::IndexPool::kNone};
  bool grows_; // the blocks, where they run out: in a file
};

} // namespace handspan::inspect
