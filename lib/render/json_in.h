// What a value of JSON is taken as: nothing, unless it is of the wanted kind. Internal to
// lib/render.
#pragma once

#include "record/record.h"
#include "render/json_dom.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace handspan::render {

// One object; of what is none it finds nothing.
class In {
public:
  explicit In(const Json *of) : of_(of != nullptr && of->is_object() ? of : nullptr) {}

  [[nodiscard]] const Json *find(const char *key) const {
    if (of_ == nullptr)
      return nullptr;
    const auto at = of_->find(key);
    return at == of_->end() ? nullptr : &*at;
  }
  [[nodiscard]] bool is_there() const { return of_ != nullptr; }
  [[nodiscard]] bool has(const char *key) const { return find(key) != nullptr; }
  [[nodiscard]] In in(const char *key) const { return In(find(key)); }
  void each(const char *key, auto take) const {
    if (const Json *list = find(key); list != nullptr && list->is_array())
      for (const Json &item : *list)
        take(item);
  }

  void flag(const char *key, bool &to) const {
    if (const Json *value = find(key); value != nullptr && value->is_boolean())
      to = value->get<bool>();
  }
  [[nodiscard]] bool flag(const char *key) const {
    bool yes = false;
    flag(key, yes);
    return yes;
  }
  template <std::unsigned_integral T> void number(const char *key, T &to) const {
    if (const Json *value = find(key); value != nullptr && value->is_number_unsigned())
      to = static_cast<T>(value->get<std::uint64_t>());
  }
  template <std::unsigned_integral T> void both(const char *key, base::Both<T> &to) const {
    const In sides = in(key);
    sides.number("client", to.client);
    sides.number("server", to.server);
  }
  [[nodiscard]] std::string_view text(const char *key) const {
    const Json *value = find(key);
    return value != nullptr && value->is_string()
               ? std::string_view(*value->get_ptr<const std::string *>())
               : std::string_view();
  }
  // A length of time that is told in seconds.
  [[nodiscard]] std::optional<base::Nanos> span(const char *key) const {
    const Json *value = find(key);
    if (value == nullptr || !value->is_number())
      return std::nullopt;
    const double nanos = value->get<double>() * static_cast<double>(base::kSecond);
    if (!(nanos >= 0 && nanos < 0x1p62))
      return std::nullopt;
    return std::llround(nanos);
  }
  // The moment so long after another one; kNever if either is not known.
  [[nodiscard]] base::Nanos after(base::Nanos begin, const char *key) const {
    const auto length = span(key);
    base::Nanos end = base::kNever;
    if (!length || begin == base::kNever || __builtin_add_overflow(begin, *length, &end))
      return base::kNever;
    return end;
  }
  // A code by its name; `to` stays where there is none.
  template <class Code> void word(const char *key, Code &to) const {
    const std::string_view wanted = text(key);
    if (wanted.empty())
      return;
    for (int i = 0; i < 256; ++i) {
      const std::string_view known = name(static_cast<Code>(i));
      if (known == wanted)
        to = static_cast<Code>(i);
      if (known == wanted || known == "?")
        return;
    }
  }
  void side(const char *key, base::Side &to) const {
    if (const std::string_view word = text(key); !word.empty())
      to = word == "server" ? base::Side::server : base::Side::client;
  }
  // "0x1301"
  void code(const char *key, std::uint16_t &to) const {
    if (const auto number = hex16_of(text(key)))
      to = *number;
  }
  // "0aff"
  template <std::size_t N> bool digest(const char *key, std::array<std::uint8_t, N> &to) const {
    const std::string_view digits = text(key);
    if (digits.size() != 2 * N)
      return false;
    for (std::size_t i = 0; i < N; ++i)
      if (std::from_chars(&digits[2 * i], &digits[2 * i] + 2, to[i], 16).ptr != &digits[2 * i] + 2)
        return false;
    return true;
  }

  static std::optional<std::uint16_t> hex16_of(std::string_view text) {
    std::uint16_t number = 0;
    if (text.size() < 3 || !text.starts_with("0x"))
      return std::nullopt;
    const char *const end = text.data() + text.size();
    const auto [at, bad] = std::from_chars(text.data() + 2, end, number, 16);
    return bad == std::errc() && at == end ? std::optional(number) : std::nullopt;
  }

private:
  const Json *of_;
};

// Texts of a list as one.
inline std::string joined(const In &in, const char *key, char separator) {
  std::string out;
  in.each(key, [&](const Json &item) {
    if (item.is_string())
      out.append(out.empty() ? 0 : 1, separator).append(*item.get_ptr<const std::string *>());
  });
  return out;
}

// Seconds since the epoch of "2026-11-22T14:44:05Z", and the nanoseconds behind them.
struct WallTime {
  std::int64_t seconds = 0;
  std::uint32_t nanos = 0;
};
std::optional<WallTime> wall_time_of(std::string_view text);

// The part `tls` of a record's JSON.
void tls_of_json(const In &in, record::Record &record);

} // namespace handspan::render
