// Lists of indexes in the order in which they were put in, each index in at most one of them: who
// came first is at hand, and anybody can leave from the middle. All in memory taken at the start.
#pragma once

#include "base/memory.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace handspan::base {

template <std::size_t Lists> class AgeLists {
public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static_assert(Lists < 0xff);

  // Indexes below `capacity`. Throws std::bad_alloc.
  explicit AgeLists(std::uint32_t capacity) : links_(capacity) {}

  static constexpr std::uint64_t bytes_for(std::uint64_t capacity) {
    return capacity * sizeof(Link);
  }

  // Indexes below a higher `capacity`. Throws std::bad_alloc, and nothing is changed.
  void grow(std::uint32_t capacity) { links_.grow(capacity); }

  // At the young end of that list, out of any other.
  void put(std::size_t list, std::uint32_t index) {
    remove(index);
    Ends &ends = ends_[list];
    links_[index] = {ends.youngest, kNone, static_cast<std::uint8_t>(list + 1)};
    (ends.youngest != kNone ? links_[ends.youngest].younger : ends.oldest) = index;
    ends.youngest = index;
    ++ends.size;
  }

  // Out of its list, if it is in one.
  void remove(std::uint32_t index) {
    Link &link = links_[index];
    if (link.list == 0)
      return;
    Ends &ends = ends_[link.list - 1u];
    (link.older != kNone ? links_[link.older].younger : ends.oldest) = link.younger;
    (link.younger != kNone ? links_[link.younger].older : ends.youngest) = link.older;
    --ends.size;
    link.list = 0;
  }

  [[nodiscard]] bool is_in(std::size_t list, std::uint32_t index) const {
    return links_[index].list == list + 1;
  }
  // kNone if the list is empty.
  [[nodiscard]] std::uint32_t oldest(std::size_t list) const { return ends_[list].oldest; }
  // Who came next after that one, which is in a list; kNone if nobody did.
  [[nodiscard]] std::uint32_t younger(std::uint32_t index) const { return links_[index].younger; }
  // Asks the memory for what is known of that one.
  void fetch(std::uint32_t index) const { __builtin_prefetch(&links_[index], 1); }
  [[nodiscard]] std::uint32_t size(std::size_t list) const { return ends_[list].size; }

private:
  struct Link {
    std::uint32_t older, younger;
    std::uint8_t list; // 0 = in none
  };
  struct Ends {
    std::uint32_t oldest = kNone, youngest = kNone, size = 0;
  };

  BigArray<Link> links_;
  std::array<Ends, Lists> ends_;
};

} // namespace handspan::base
