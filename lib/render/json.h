// A record as one line of JSON. The fields are described in docs/record.md.
#pragma once

#include "record/record.h"
#include "render/language.h"

#include <memory>
#include <string>
#include <string_view>

namespace handspan::render {

class JsonWriter;

// Writes records one after the other, each into the same buffer. Valid UTF-8 without a line break
// inside or at the end. A field that is not known is left out; bytes in texts that are no UTF-8
// become U+FFFD. Records must be sane, as record::unpack() makes them.
class JsonRecords {
public:
  explicit JsonRecords(Language language);
  ~JsonRecords();

  // Good until the next one.
  std::string_view line(const record::Record &record);

private:
  Language language_;
  std::unique_ptr<JsonWriter> writer_;
};

// A single one.
std::string json(const record::Record &record, Language language);

} // namespace handspan::render
