#include "render/schema.h"

#include "render/fields.h"
#include "render/fields_record.h"
#include "render/json_dom.h"

namespace handspan::render {
namespace {

using record::Record;

// For each kind of value: its schema, and whether it is told in any case.

Json pattern(const char *text) {
  return {{"type", "string"}, {"pattern", text}};
}
Json some_of(Json item) {
  return {{"type", "array"}, {"minItems", 1}, {"items", std::move(item)}};
}

template <class T> struct Of;

struct Always {
  static constexpr bool always = true;
};
struct IfKnown {
  static constexpr bool always = false;
};

template <> struct Of<bool> : Always {
  static Json schema() { return {{"type", "boolean"}}; }
};
template <std::unsigned_integral T> struct Of<T> : Always {
  static Json schema() { return {{"type", "integer"}, {"minimum", 0}}; }
};
template <class T>
requires std::is_enum_v<T>
struct Of<T> : Always {
  static Json schema() { return Json::object(); } // its words stand in the list of the fields
};
template <> struct Of<Bytes> : Of<std::uint64_t> {};
template <> struct Of<Span> : IfKnown {
  static Json schema() { return {{"type", "number"}, {"minimum", 0}}; }
};
template <> struct Of<Moment> : Always {
  static Json schema() {
    return pattern(R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z$)");
  }
};
template <> struct Of<Date> : IfKnown {
  static Json schema() {
    return pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
  }
};
template <> struct Of<base::Address> : Always {
  static Json schema() { return pattern("^([0-9.]+|[0-9a-f:.]+)$"); }
};
template <int kDigits> struct Of<Code<kDigits>> : Always {
  static Json schema() { return pattern("^0x[0-9a-f]+$"); }
};
template <> struct Of<Id> : IfKnown {
  static Json schema() { return pattern("^0x[0-9a-f]+$"); }
};
struct AnyText {
  static Json schema() { return {{"type", "string"}}; }
};
struct SomeText : IfKnown {
  static Json schema() { return {{"type", "string"}, {"minLength", 1}}; }
};
template <> struct Of<Name> : AnyText, Always {};
template <> struct Of<WholeText> : AnyText, Always {};
template <> struct Of<Sentence> : AnyText, Always {};
template <std::size_t N> struct Of<base::FixedText<N>> : AnyText, Always {};
template <> struct Of<std::string_view> : SomeText {};
template <> struct Of<record::Text> : SomeText {};
template <class Text> struct Of<Coded<Text>> : SomeText {};
template <> struct Of<Digest> : IfKnown {
  static Json schema() { return pattern("^([0-9a-f]{2})+$"); }
};
template <> struct Of<Title> : IfKnown {
  static Json schema() { return pattern("^[0-9a-z_]+$"); }
};
template <> struct Of<Lines> : IfKnown {
  static Json schema() { return some_of(AnyText::schema()); }
};
template <> struct Of<Groups> : Of<Lines> {};
template <> struct Of<NumberOrWord> : IfKnown {
  static Json schema() { return {{"type", {"integer", "string"}}}; }
};
template <class T, std::size_t N> struct Of<base::FixedVector<T, N>> : IfKnown {
  static Json schema() { return some_of(Of<T>::schema()); }
};
template <class T> struct Of<base::Both<T>> {
  // Where a side may be unknown, both may.
  static constexpr bool always = Of<T>::always;
  static Json schema() {
    Json both = {{"type", "object"},
                 {"properties", {{"client", Of<T>::schema()}, {"server", Of<T>::schema()}}},
                 {"additionalProperties", false}};
    if (always)
      both["required"] = {"client", "server"};
    return both;
  }
};
template <class T> struct Of<std::optional<T>> : IfKnown {
  static Json schema() { return Of<T>::schema(); }
};

// An object's members, and below them theirs.

template <class It, class Members> Json object_of(const Members &members, const std::string &path);

template <class It, class Member>
void add_member(Json &to, const Member &member, const std::string &before) {
  const std::string name(Member::key.name());
  const std::string path = before + name;
  Json schema;
  if constexpr (IsPart<Member>::value) {
    using Part = std::decay_t<decltype(*had(member.of, std::declval<const Record &>(),
                                            std::declval<const It &>()))>;
    if constexpr (Member::shape == Shape::list) {
      using Item = std::decay_t<decltype(*std::declval<const Part &>().begin())>;
      schema = {{"type", "array"}, {"items", object_of<Item>(member.members, path + '.')}};
    } else {
      schema = object_of<Part>(member.members, path + '.');
    }
  } else {
    using Value = Of<std::decay_t<decltype(had(member.get, std::declval<const Record &>(),
                                               std::declval<const It &>()))>>;
    schema = Value::schema();
    if (const FieldInfo *field = find_field(path); field != nullptr && !field->words.empty())
      schema["enum"] = field->words;
    if (Value::always)
      to["required"].push_back(name);
  }
  Json described = {{"description", member.words.english}};
  described.update(schema);
  to["properties"][name] = std::move(described);
}

template <class It, class Members> Json object_of(const Members &members, const std::string &path) {
  Json object = {{"type", "object"},
                 {"properties", Json::object()},
                 {"required", Json::array()},
                 {"additionalProperties", false}};
  std::apply([&](const auto &...member) { (add_member<It>(object, member, path), ...); }, members);
  return object;
}

} // namespace

std::string record_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}};
  schema.update(object_of<Record>(table::kRecord, ""));
  return schema.dump(2) + '\n';
}

} // namespace handspan::render
