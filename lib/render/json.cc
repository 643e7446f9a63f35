#include "render/json.h"

#include "render/fields_record.h"
#include "render/json_parts.h"
#include "render/summary.h"

namespace handspan::render {
namespace {

using record::Record;

struct Context {
  const Record &record;
  Language language;
};

template <class T>
concept Counted = std::unsigned_integral<T> && !std::same_as<T, bool>;
template <class T>
concept Word = std::is_enum_v<T>;

void put_value(Object &out, const KeyText &key, const Context &, bool yes) {
  out.put(key, yes);
}
template <Counted T> void put_value(Object &out, const KeyText &key, const Context &, T number) {
  out.put(key, number);
}
template <Word T> void put_value(Object &out, const KeyText &key, const Context &, T word) {
  out.name(key, word_of(word));
}
void put_value(Object &out, const KeyText &key, const Context &, const Bytes &bytes) {
  out.put(key, bytes.count);
}
void put_value(Object &out, const KeyText &key, const Context &, const Name &name) {
  out.name(key, name.name);
}
void put_value(Object &out, const KeyText &key, const Context &, const Span &span) {
  out.span(key, span.from, span.to);
}
void put_value(Object &out, const KeyText &key, const Context &, const Moment &moment) {
  out.quoted(key, kRfc3339, [&](char *at) { return put_rfc3339(at, moment.at); });
}
void put_value(Object &out, const KeyText &key, const Context &, const Date &date) {
  if (date.seconds != base::kNever)
    out.quoted(key, kRfc3339, [&](char *at) { return put_rfc3339_seconds(at, date.seconds); });
}
void put_value(Object &out, const KeyText &key, const Context &, const base::Address &address) {
  out.address(key, address);
}
void put_value(Object &out, const KeyText &key, const Context &, std::string_view text) {
  out.text(key, text);
}
void put_value(Object &out, const KeyText &key, const Context &in, const record::Text &text) {
  out.text(key, in.record.view(text));
}
void put_value(Object &out, const KeyText &key, const Context &in, const WholeText &text) {
  out.whole_text(key, in.record.view(text.text));
}
void put_value(Object &out, const KeyText &key, const Context &in, const Sentence &) {
  out.whole_text(key, summary(in.record, in.language));
}
template <std::size_t N>
void put_value(Object &out, const KeyText &key, const Context &, const base::FixedText<N> &text) {
  out.name(key, text.view());
}
template <int kDigits>
void put_value(Object &out, const KeyText &key, const Context &, const Code<kDigits> &code) {
  out.hex(key, code.number, kDigits);
}
void put_value(Object &out, const KeyText &key, const Context &, const Id &id) {
  if (id.id.flow != 0)
    out.quoted(key, record::kFlowIdText, [&](char *at) { return record::put_flow_id(at, id.id); });
}
template <class Text>
void put_value(Object &out, const KeyText &key, const Context &, const Coded<Text> &coded) {
  if (coded.number == record::kNoCode)
    return;
  if (coded.name.empty())
    out.hex(key, coded.number, 4);
  else
    out.name(key, coded.name);
}
void put_value(Object &out, const KeyText &key, const Context &, const Digest &digest) {
  if (digest.is_known())
    out.hex(key, digest.bytes);
}
void put_value(Object &out, const KeyText &key, const Context &, const Title &title) {
  if (!title.title.empty())
    out.quoted(key, title.title.size(), [&](char *at) { return put_title(at, title.title); });
}
void put_value(Object &out, const KeyText &key, const Context &in, const Lines &lines) {
  if (lines.text.length == 0)
    return;
  Array array(out, key);
  each_line(in.record.view(lines.text), lines.separator,
            [&](std::string_view line) { array.text(line); });
}
void put_value(Object &out, const KeyText &key, const Context &, const Groups &groups) {
  if (groups.tls->groups_offered.empty())
    return;
  Array array(out, key);
  record::each_group_offered(*groups.tls, [&](std::uint16_t number) {
    if (const std::string_view name = record::group_name(number); !name.empty())
      array.name(name);
    else
      array.hex(number, 4);
  });
}
void put_value(Object &out, const KeyText &key, const Context &in, const NumberOrWord &either) {
  if (either.number != record::kNoNumber)
    out.put(key, either.number);
  else
    put_value(out, key, in, either.word);
}
template <class T>
void put_value(Object &out, const KeyText &key, const Context &, const base::Both<T> &both) {
  if constexpr (std::is_same_v<T, Bytes>)
    out.put(key, base::Both<std::uint64_t>{both.client.count, both.server.count});
  else
    out.put(key, both);
}
void put_value(Object &out, const KeyText &key, const Context &, const base::Both<Span> &both) {
  Object sides(out, key, Object::IfAny{});
  sides.span("client"_key, both.client.from, both.client.to);
  sides.span("server"_key, both.server.from, both.server.to);
}
template <class T, std::size_t N>
void put_value(Object &out, const KeyText &key, const Context &,
               const base::FixedVector<T, N> &items) {
  if (items.empty())
    return;
  Array array(out, key);
  for (const T &item : items)
    if constexpr (std::is_same_v<T, Name>)
      array.name(item.name);
    else
      array.number(item);
}
template <class T>
void put_value(Object &out, const KeyText &key, const Context &in, const std::optional<T> &value) {
  if (value)
    put_value(out, key, in, *value);
}

template <class Members, class It>
void put_members(Object &out, const Members &members, const Context &in, const It &it);

template <class Member, class It>
void put_member(Object &out, const Member &member, const Context &in, const It &it) {
  if constexpr (!IsPart<Member>::value) {
    put_value(out, Member::key, in, had(member.get, in.record, it));
  } else if (const auto of = had(member.of, in.record, it)) {
    if constexpr (Member::shape == Shape::list) {
      Array array(out, Member::key);
      for (const auto &item : *of) {
        Object one(array);
        put_members(one, member.members, in, item);
      }
    } else if constexpr (Member::shape == Shape::object) {
      Object object(out, Member::key);
      put_members(object, member.members, in, *of);
    } else {
      Object object(out, Member::key, Object::IfAny{});
      put_members(object, member.members, in, *of);
    }
  }
}

template <class Members, class It>
void put_members(Object &out, const Members &members, const Context &in, const It &it) {
  std::apply([&](const auto &...member) { (put_member(out, member, in, it), ...); }, members);
}

} // namespace

JsonRecords::JsonRecords(Language language)
    : language_(language), writer_(std::make_unique<JsonWriter>()) {}

JsonRecords::~JsonRecords() = default;

std::string_view JsonRecords::line(const Record &record) {
  writer_->restart();
  {
    Object out(*writer_);
    put_members(out, table::kRecord, Context{record, language_}, record);
  }
  return writer_->text();
}

std::string json(const Record &record, Language language) {
  return std::string(JsonRecords(language).line(record));
}

} // namespace handspan::render
