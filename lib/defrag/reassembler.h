// Puts the fragments of IP datagrams together, in memory taken at the start.
#pragma once

#include "base/address.h"
#include "base/index_pool.h"
#include "base/memory.h"
#include "base/time.h"
#include "wire/fragment.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace handspan::defrag {

struct Counters {
  std::uint64_t whole = 0;      // datagrams put together
  std::uint64_t incomplete = 0; // given up: too old, or the oldest when another needed the room
  std::uint64_t gave_way = 0;   // of those, the latter
  std::uint64_t refused = 0;    // whose fragments overlap or contradict each other
};

// A datagram's payload. What the capture cut off of a fragment is not there, nor what lies behind
// it: then `bytes` are fewer than `length`.
struct Whole {
  base::Bytes bytes;
  std::uint32_t length = 0;
  std::uint8_t protocol = 0; // as the first fragment says
};

// One worker's. A fragment that overlaps others condemns its datagram (RFC 5722, for IPv4 too:
// RFC 1858 shows what such fragments are for), and so does one that contradicts what is known of
// the datagram's length. The very same piece once more is a copy by the mirror and is passed over.
// The condemned stand until they are too old, so that their other fragments begin nothing.
class Reassembler {
public:
  // RFC 8200, 4.5: 60 s; Linux waits for 30.
  static constexpr base::Nanos kPatience = 30 * base::kSecond;

  // Allocates all its memory: throws std::bad_alloc. So many datagrams at once; `seed` makes the
  // places in the table hard to guess.
  Reassembler(std::uint32_t datagrams, std::uint64_t seed);
  static std::uint64_t bytes_for(std::uint64_t datagrams) {
    return datagrams * (sizeof(Entry) + sizeof(Buffer) + 3 * sizeof(std::uint32_t));
  }

  // Takes a fragment in. Returns its datagram if it is the last that was missing; the bytes stay
  // until release().
  std::optional<Whole> take(const base::Address &src, const base::Address &dst,
                            const wire::Fragment &fragment, base::Nanos now);
  // The datagrams handed out are done with.
  void release() {
    if (!handed_out_.empty())
      give_back();
  }
  // What waits has waited in vain: the capture is over.
  void finish();

  [[nodiscard]] const Counters &counters() const { return counters_; }
  [[nodiscard]] std::uint32_t waiting() const { return pool_.used(); }

private:
  static constexpr std::uint32_t kNone = base::IndexPool::kNone;
  static constexpr std::uint32_t kMostBytes = 65'535, kUnit = 8;

  struct Key {
    base::Address src, dst;
    std::uint32_t id = 0;
    std::uint16_t protocol = 0; // of IPv4; 0x100 in IPv6, whose pieces need not agree in it
    friend bool operator==(const Key &, const Key &) = default;
  };
  struct Entry {
    Key key;
    base::Nanos first;                // arrival of its first fragment
    std::uint32_t length;             // of the whole; 0 = the last fragment has not come
    std::uint32_t received;           // units
    std::uint32_t end;                // of the farthest
    std::uint32_t captured;           // from here on something was cut off
    std::uint32_t older, newer, next; // in the row of those that wait; in the bucket
    std::uint8_t protocol;            // of the first fragment
    bool condemned;
    std::array<std::uint64_t, (kMostBytes / kUnit + 64) / 64> units; // which are there
  };
  struct Buffer {
    std::array<std::uint8_t, kMostBytes + 1> bytes;
  };
  enum class Fit : std::uint8_t { fresh, copy, contradiction };

  static Key key_of(const base::Address &src, const base::Address &dst, const wire::Fragment &f);
  std::uint32_t &bucket_of(const Key &key);
  std::uint32_t find(const Key &key);
  std::uint32_t open(const Key &key, base::Nanos now);
  template <class Each>
  static void for_words(Entry &entry, std::uint32_t first, std::uint32_t end, Each &&each);
  static bool agrees(const Entry &entry, const Buffer &buffer, const wire::Fragment &fragment);
  static Fit fit(Entry &entry, const Buffer &buffer, const wire::Fragment &fragment);
  void close(std::uint32_t index);
  void give_up(std::uint32_t index);
  void give_back();

  base::BigArray<Entry> entries_;
  base::BigArray<Buffer> buffers_; // by entry
  base::IndexPool pool_;
  base::BigArray<std::uint32_t> buckets_; // entry + 1
  std::uint32_t bucket_mask_;
  std::uint64_t seed_;
  std::uint32_t oldest_ = kNone, newest_ = kNone;
  std::vector<std::uint32_t> handed_out_; // its memory is taken at the start
  Counters counters_;
};

} // namespace handspan::defrag
