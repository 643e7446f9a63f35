#include "render/fields_record.h"

#include "render/fields.h"

#include "render/json_text.h"
#include "render/summary.h"
#include "render/units.h"

#include <array>
#include <charconv>
#include <cstring>

namespace handspan::render {
namespace {

using record::Record;

struct Asked {
  const Record &record;
  FieldTest &test;
  bool number(std::uint64_t n) const { return test.holds({n, {}, nullptr}); }
  bool text(std::string_view t) const { return test.holds({0, t, nullptr}); }
};

// For each kind of value: its type, and how its values are tested.

template <class T> struct Kind;

template <> struct Kind<bool> {
  static constexpr FieldType type = FieldType::flag;
  static bool any(bool yes, const Asked &asked) { return asked.number(yes ? 1 : 0); }
};
template <std::unsigned_integral T> struct Kind<T> {
  static constexpr FieldType type = FieldType::count;
  static bool any(T number, const Asked &asked) { return asked.number(number); }
};
template <class T>
requires std::is_enum_v<T>
struct Kind<T> {
  static constexpr FieldType type = FieldType::word;
  static bool any(T word, const Asked &asked) { return asked.text(word_of(word)); }
};
template <> struct Kind<Bytes> {
  static constexpr FieldType type = FieldType::bytes;
  static bool any(const Bytes &bytes, const Asked &asked) { return asked.number(bytes.count); }
};
template <> struct Kind<Span> {
  static constexpr FieldType type = FieldType::duration;
  static bool any(const Span &span, const Asked &asked) {
    const auto length = between(span.from, span.to);
    return length && asked.number(static_cast<std::uint64_t>(*length));
  }
};
template <> struct Kind<Moment> {
  static constexpr FieldType type = FieldType::moment;
  static bool any(const Moment &moment, const Asked &asked) {
    return asked.number(static_cast<std::uint64_t>(moment.at));
  }
};
template <> struct Kind<Date> {
  static constexpr FieldType type = FieldType::moment;
  static bool any(const Date &date, const Asked &asked) {
    if (date.seconds == base::kNever)
      return false;
    base::Nanos at = 0;
    if (__builtin_mul_overflow(date.seconds, base::kSecond, &at)) // certificates may be eternal
      at = date.seconds > 0 ? base::kLongest : -base::kLongest;
    return asked.number(static_cast<std::uint64_t>(at));
  }
};
template <> struct Kind<base::Address> {
  static constexpr FieldType type = FieldType::address;
  static bool any(const base::Address &address, const Asked &asked) {
    return asked.test.holds({0, {}, &address});
  }
};
template <int kDigits> struct Kind<Code<kDigits>> {
  static constexpr FieldType type = FieldType::code;
  static bool any(const Code<kDigits> &code, const Asked &asked) {
    std::array<char, kHex64> room;
    char *const end = put_hex(room.data(), code.number, kDigits);
    return asked.test.holds({code.number, {room.data(), end}, nullptr});
  }
};

template <> struct Kind<Id> {
  static constexpr FieldType type = FieldType::code;
  static bool any(const Id &id, const Asked &asked) {
    if (id.id.flow == 0)
      return false;
    std::array<char, record::kFlowIdText> room;
    char *const end = record::put_flow_id(room.data(), id.id);
    return asked.test.holds({id.id.key(), {room.data(), end}, nullptr});
  }
};

struct TextKind {
  static constexpr FieldType type = FieldType::text;
};
template <> struct Kind<Name> : TextKind {
  static bool any(const Name &name, const Asked &asked) { return asked.text(name.name); }
};
template <> struct Kind<std::string_view> : TextKind {
  static bool any(std::string_view text, const Asked &asked) {
    return !text.empty() && asked.text(text);
  }
};
template <> struct Kind<record::Text> : TextKind {
  static bool any(const record::Text &text, const Asked &asked) {
    return Kind<std::string_view>::any(asked.record.view(text), asked);
  }
};
template <> struct Kind<WholeText> : TextKind {
  static bool any(const WholeText &text, const Asked &asked) {
    return asked.text(asked.record.view(text.text));
  }
};
template <> struct Kind<Sentence> : TextKind {
  static bool any(const Sentence &, const Asked &asked) {
    return asked.text(summary(asked.record, asked.test.language));
  }
};
template <std::size_t N> struct Kind<base::FixedText<N>> : TextKind {
  static bool any(const base::FixedText<N> &text, const Asked &asked) {
    return asked.text(text.view());
  }
};
template <class Text> struct Kind<Coded<Text>> : TextKind {
  static bool any(const Coded<Text> &coded, const Asked &asked) {
    if (coded.number == record::kNoCode)
      return false;
    return asked.text(coded.name.empty() ? std::string_view(hex16(coded.number))
                                         : std::string_view(coded.name));
  }
};
template <> struct Kind<Digest> : TextKind {
  static bool any(const Digest &digest, const Asked &asked) {
    std::array<char, 128> room;
    if (!digest.is_known() || digest.bytes.size() > room.size() / 2)
      return false;
    return asked.text({room.data(), put_hex(room.data(), digest.bytes)});
  }
};
template <> struct Kind<Title> : TextKind {
  static bool any(const Title &title, const Asked &asked) {
    std::array<char, 64> room;
    if (title.title.empty() || title.title.size() > room.size())
      return false;
    return asked.text({room.data(), put_title(room.data(), title.title)});
  }
};
template <> struct Kind<Lines> : TextKind {
  static bool any(const Lines &lines, const Asked &asked) {
    bool found = false;
    each_line(asked.record.view(lines.text), lines.separator,
              [&](std::string_view line) { found = found || asked.text(line); });
    return found;
  }
};
template <> struct Kind<Groups> : TextKind {
  static bool any(const Groups &groups, const Asked &asked) {
    bool found = false;
    record::each_group_offered(*groups.tls, [&](std::uint16_t number) {
      found = found || asked.text(group_text(number));
    });
    return found;
  }
};
template <> struct Kind<NumberOrWord> : TextKind {
  static bool any(const NumberOrWord &either, const Asked &asked) {
    if (either.number == record::kNoNumber)
      return Kind<record::Text>::any(either.word, asked);
    return asked.text(std::to_string(either.number));
  }
};

template <class T> struct Kind<base::Both<T>> {
  static constexpr FieldType type = Kind<T>::type;
  static bool any(const base::Both<T> &both, const Asked &asked) {
    return Kind<T>::any(both.client, asked) || Kind<T>::any(both.server, asked);
  }
};
template <class T, std::size_t N> struct Kind<base::FixedVector<T, N>> {
  static constexpr FieldType type = Kind<T>::type;
  static bool any(const base::FixedVector<T, N> &items, const Asked &asked) {
    for (const T &item : items)
      if (Kind<T>::any(item, asked))
        return true;
    return false;
  }
};
template <class T> struct Kind<std::optional<T>> {
  static constexpr FieldType type = Kind<T>::type;
  static bool any(const std::optional<T> &value, const Asked &asked) {
    return value && Kind<T>::any(*value, asked);
  }
};

template <class T> struct IsBoth : std::false_type {};
template <class T> struct IsBoth<base::Both<T>> : std::true_type {};
template <class T> struct IsSeveral : std::is_same<T, Lines> {};
template <> struct IsSeveral<Groups> : std::true_type {};
template <class T, std::size_t N> struct IsSeveral<base::FixedVector<T, N>> : std::true_type {};
template <class T> struct IsSeveral<std::optional<T>> : IsSeveral<T> {};

// From the table's root along a row of places to a field; for a Both one more, of the side.

template <std::size_t... kPath, class Members, class It>
bool any_member(const Members &members, const It &it, const Asked &asked);

template <class Members, class It>
bool any_of_all(const Members &members, const It &it, const Asked &asked) {
  return std::apply(
      [&](const auto &...member) {
        const auto one = [&](const auto &m) {
          if constexpr (IsPart<std::decay_t<decltype(m)>>::value)
            return false;
          else
            return Kind<std::decay_t<decltype(had(m.get, asked.record, it))>>::any(
                had(m.get, asked.record, it), asked);
        };
        return (one(member) || ...);
      },
      members);
}

template <std::size_t... kRest, class Part, class It>
bool any_of_part(const Part &part, const It &it, const Asked &asked) {
  if constexpr (sizeof...(kRest) > 0)
    return any_member<kRest...>(part.members, it, asked);
  else if constexpr (Part::shape == Shape::object_if_any)
    return any_of_all(part.members, it, asked);
  else
    return asked.number(1);
}

template <std::size_t kPlace, std::size_t... kRest, class Members, class It>
bool any_at(const Members &members, const It &it, const Asked &asked) {
  const auto &member = std::get<kPlace>(members);
  using Member = std::decay_t<decltype(member)>;
  if constexpr (!IsPart<Member>::value) {
    const auto &value = had(member.get, asked.record, it);
    using Value = std::decay_t<decltype(value)>;
    if constexpr (sizeof...(kRest) == 0) {
      return Kind<Value>::any(value, asked);
    } else {
      const auto &side = value[static_cast<base::Side>((kRest + ...))];
      return Kind<std::decay_t<decltype(side)>>::any(side, asked);
    }
  } else {
    const auto of = had(member.of, asked.record, it);
    if (!of)
      return false;
    if constexpr (Member::shape == Shape::list) {
      for (const auto &item : *of)
        if (any_of_part<kRest...>(member, item, asked))
          return true;
      return false;
    } else {
      return any_of_part<kRest...>(member, *of, asked);
    }
  }
}

template <std::size_t... kPath, class Members, class It>
bool any_member(const Members &members, const It &it, const Asked &asked) {
  return any_at<kPath...>(members, it, asked);
}

template <std::size_t... kPath> bool any_field(const Record &record, FieldTest &test) {
  return any_member<kPath...>(table::kRecord, record, Asked{record, test});
}

// What the list is made of while the table is gone through.
struct Gathered {
  std::vector<FieldInfo> fields;

  template <std::size_t... kPath>
  void add(std::string path, FieldType type, bool repeats, const Words &words) {
    FieldInfo info;
    info.path = std::move(path);
    info.type = type;
    info.repeats = repeats;
    info.english = words.english;
    info.chinese = words.chinese;
    info.any = any_field<kPath...>;
    fields.push_back(std::move(info));
  }
};

// A code's words; "none" only where a record may say so.
template <class T> std::vector<std::string_view> words_of(bool optional) {
  std::vector<std::string_view> words;
  if constexpr (std::is_same_v<T, base::Side>)
    words = {"client", "server"};
  else if constexpr (std::is_same_v<T, record::Kind>)
    words = {"connection", "handshake"};
  else if constexpr (std::is_enum_v<T>)
    for (unsigned i = 0; i < 256 && word_of(static_cast<T>(i)) != "?"; ++i)
      if (const std::string_view word = word_of(static_cast<T>(i)); !optional || word != "none")
        words.push_back(word);
  return words;
}
template <class T> struct CodeIn {
  static std::vector<std::string_view> words() { return words_of<T>(false); }
};
template <class T> struct CodeIn<std::optional<T>> {
  static std::vector<std::string_view> words() { return words_of<T>(true); }
};

template <class It, std::size_t... kPath, class Members>
void gather(const Members &members, const std::string &before, bool repeats, Gathered &to);

template <class It, std::size_t... kPath, class Member>
void gather_one(const Member &member, const std::string &before, bool repeats, Gathered &to) {
  std::string path = before + std::string(Member::key.name());
  if constexpr (IsPart<Member>::value) {
    using Of = std::decay_t<decltype(*had(member.of, std::declval<const Record &>(),
                                          std::declval<const It &>()))>;
    constexpr bool kList = Member::shape == Shape::list;
    to.add<kPath...>(path, FieldType::object, repeats || kList, member.words);
    if constexpr (kList)
      gather<std::decay_t<decltype(*std::declval<const Of &>().begin())>, kPath...>(
          member.members, path + ".", true, to);
    else
      gather<Of, kPath...>(member.members, path + ".", repeats, to);
  } else {
    using Value = std::decay_t<decltype(had(member.get, std::declval<const Record &>(),
                                            std::declval<const It &>()))>;
    constexpr bool kBoth = IsBoth<Value>::value;
    to.add<kPath...>(path, Kind<Value>::type, repeats || kBoth || IsSeveral<Value>::value,
                     member.words);
    to.fields.back().words = CodeIn<Value>::words();
    if constexpr (kBoth) {
      to.add<kPath..., 0>(path + ".client", Kind<Value>::type, repeats, member.words);
      to.add<kPath..., 1>(path + ".server", Kind<Value>::type, repeats, member.words);
    }
  }
}

template <class It, std::size_t... kPath, class Members>
void gather(const Members &members, const std::string &before, bool repeats, Gathered &to) {
  [&]<std::size_t... kPlace>(std::index_sequence<kPlace...>) {
    (gather_one<It, kPath..., kPlace>(std::get<kPlace>(members), before, repeats, to), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<Members>>());
}

} // namespace

const std::vector<FieldInfo> &fields() {
  static const std::vector<FieldInfo> all = [] {
    Gathered gathered;
    gather<Record>(table::kRecord, "", false, gathered);
    return std::move(gathered.fields);
  }();
  return all;
}

const FieldInfo *find_field(std::string_view path) {
  for (const FieldInfo &field : fields())
    if (field.path == path)
      return &field;
  return nullptr;
}

std::string field_text(const FieldInfo &field, const FieldValue &value) {
  switch (field.type) {
  case FieldType::flag:
    return value.number != 0 ? "true" : "false";
  case FieldType::count:
  case FieldType::bytes:
    return std::to_string(value.number);
  case FieldType::duration: {
    char room[kJsonSeconds];
    return {room, put_json_seconds(room, static_cast<base::Nanos>(value.number))};
  }
  case FieldType::moment:
    return rfc3339(static_cast<base::Nanos>(value.number));
  case FieldType::address:
    return value.address != nullptr ? address(*value.address) : std::string();
  case FieldType::code:
  case FieldType::word:
  case FieldType::text:
    return std::string(value.text);
  case FieldType::object:
    break;
  }
  return {};
}

std::string_view name(FieldType type, Language language) {
  static constexpr std::string_view kNames[][2] = {
      {"flag", "是/否"},  {"count", "数目"}, {"bytes", "字节数"}, {"duration", "时长"},
      {"moment", "时刻"}, {"code", "编号"},  {"address", "地址"}, {"word", "固定词"},
      {"text", "文本"},   {"object", "对象"}};
  return kNames[static_cast<std::size_t>(type)][language == Language::zh ? 1 : 0];
}

} // namespace handspan::render
