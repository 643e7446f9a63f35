// The fields of a record by their names, as they stand in its JSON: for who asks for them at run
// time. A field inside an object or a list has the path to it: "tls.alerts.code".
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::render {

enum class FieldType : std::uint8_t {
  flag,     // true or false
  count,    // a number
  bytes,    // a number of bytes
  duration, // nanoseconds
  moment,   // nanoseconds since the epoch
  code,     // a number that is written in hexadecimal
  address,  // of IP
  word,     // one of a closed list
  text,
  object, // has no value: it is there or not
};
// "duration", in the language.
std::string_view name(FieldType type, Language language);

// What is meant depends on the type; durations and moments are signed.
struct FieldValue {
  std::uint64_t number = 0;
  std::string_view text;
  const base::Address *address = nullptr;
};

// What somebody wants to know of a field's values.
class FieldTest {
public:
  explicit FieldTest(Language of_sentences = Language::en) : language(of_sentences) {}
  FieldTest(const FieldTest &) = delete;
  FieldTest &operator=(const FieldTest &) = delete;
  virtual bool holds(const FieldValue &value) = 0; // of `value` nothing outlives the call
  Language language;

protected:
  ~FieldTest() = default;
};

struct FieldInfo {
  std::string path;
  FieldType type = FieldType::object;
  bool repeats = false; // it may have several values
  std::string_view english, chinese;
  std::vector<std::string_view> words; // of type word
  // Tests value after value until one holds; whether one did. Without a value none does.
  bool (*any)(const record::Record &record, FieldTest &test) = nullptr;

  [[nodiscard]] std::string_view help(Language language) const {
    return language == Language::zh ? chinese : english;
  }
};

// All of them, in the order of the JSON.
const std::vector<FieldInfo> &fields();
// Null: there is no such field.
const FieldInfo *find_field(std::string_view path);

// The value as JSON has it, without quotes.
std::string field_text(const FieldInfo &field, const FieldValue &value);

} // namespace handspan::render
