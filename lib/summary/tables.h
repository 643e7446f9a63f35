// Exact counters over values that nobody can list beforehand: tables with a place for each value
// that came, and one more, `other`, for all that found none. A place never changes hands, so that
// what stands in it can be read at any time.
#pragma once

#include "record/record.h"
#include "summary/word.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace handspan::summary {

// Who was it that used something last.
struct User {
  std::int64_t when = record::kNever; // the connection's last packet, to a second
  base::Address server, client;
  std::uint64_t port = 0; // the server's

  User() = default;
  explicit User(const record::Record &record)
      : when(record.last), server(record.server), client(record.client), port(record.server_port) {}
};

// By number. Numbers that have a name always find a place; of others the first kUnnamed do.
template <std::size_t kPlaces, std::size_t kUnnamed> class NumberTable {
  static_assert(std::has_single_bit(kPlaces));

public:
  // `is_named` is asked of a number that comes for the first time.
  template <class IsNamed>
  void count(std::uint16_t number, const record::Record &record, IsNamed is_named) {
    std::size_t at = number * 0x9e37U % kPlaces;
    for (std::size_t step = 0; step + 1 < kPlaces; ++step, at = (at + 1) % kPlaces) {
      Place &place = places_[at];
      if (place.number == 0) {
        const bool named = is_named(number);
        if (!named && unnamed_ == kUnnamed)
          break;
        unnamed_ += named ? 0 : 1;
        set(place.number, number + 1U);
      }
      if (place.number == number + 1U) {
        bump(place.count);
        if (place.user.when == record::kNever || record.last - place.user.when >= base::kSecond)
          place.used_by(record);
        return;
      }
    }
    bump(other_);
  }

  // take(number, count, user) for each that was counted.
  template <class Take> void each(Take take) const {
    for (const Place &place : places_)
      if (place.number > 0 && place.number <= 0x10000 && place.count > 0)
        take(static_cast<std::uint16_t>(place.number - 1), place.count, place.user);
  }
  [[nodiscard]] std::uint64_t other() const { return other_; }

  void load(const NumberTable &live) {
    for (std::size_t i = 0; i < kPlaces; ++i)
      load_cell(places_[i], live.places_[i]);
    other_ = get(live.other_);
  }

private:
  struct Place {
    Version version;          // of `user`
    std::uint64_t number = 0; // and one; 0: free
    std::uint64_t count = 0;
    User user;

    void used_by(const record::Record &record) {
      const User fresh(record);
      version.begin();
      store_words(&user, &fresh, sizeof fresh);
      version.end();
    }
  };
  std::array<Place, kPlaces> places_{};
  std::uint64_t unnamed_ = 0; // the writer's alone
  std::uint64_t other_ = 0;
};

// By text; of texts longer than kBytes the beginning.
template <std::size_t kPlaces, std::size_t kBytes> class TextTable {
  static_assert(kBytes % 8 == 0);

public:
  void count(std::string_view text) {
    text = text.substr(0, kBytes);
    // The same as the last time is usual.
    if (last_ < used_ && places_[last_].view() == text) {
      bump(places_[last_].count);
      return;
    }
    for (std::size_t i = 0; i < used_; ++i)
      if (places_[i].view() == text) {
        last_ = i;
        bump(places_[i].count);
        return;
      }
    if (used_ == kPlaces) {
      bump(other_);
      return;
    }
    Place fresh;
    fresh.length = text.size();
    if (!text.empty())
      std::memcpy(fresh.bytes.data(), text.data(), text.size());
    fresh.count = 1;
    last_ = used_;
    store_words(&places_[used_], &fresh, sizeof fresh);
    __atomic_store_n(&used_, used_ + 1, __ATOMIC_RELEASE);
  }

  // take(text, count) for each that was counted.
  template <class Take> void each(Take take) const {
    for (std::size_t i = 0; i < used_ && i < kPlaces; ++i)
      take(places_[i].view(), places_[i].count);
  }
  [[nodiscard]] std::uint64_t other() const { return other_; }

  // A live table, of which only the places in use are looked at.
  void load(const TextTable &live) {
    used_ = __atomic_load_n(&live.used_, __ATOMIC_ACQUIRE);
    used_ = used_ < kPlaces ? used_ : kPlaces;
    load_words(static_cast<void *>(places_.data()), live.places_.data(), used_ * sizeof(Place));
    other_ = get(live.other_);
    last_ = 0;
  }

private:
  struct Place {
    std::uint64_t count = 0;
    std::uint64_t length = 0;
    std::array<char, kBytes> bytes{};
    [[nodiscard]] std::string_view view() const {
      return {bytes.data(), length < kBytes ? static_cast<std::size_t>(length) : kBytes};
    }
  };
  std::uint64_t used_ = 0;
  std::uint64_t other_ = 0;
  std::uint64_t last_ = 0; // the writer's alone
  std::array<Place, kPlaces> places_{};
};

} // namespace handspan::summary
