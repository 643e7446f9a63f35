#include "fields_key.h"

#include "filter/filter.h"

#include <algorithm>
#include <string>

namespace handspan::exporter {

std::vector<const render::FieldInfo *> read_fields(Keys &keys, std::string_view usual) {
  const std::string names = keys.text("fields", usual);
  std::vector<const render::FieldInfo *> fields;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    const std::string path = names.substr(begin, end - begin);
    if (const render::FieldInfo *field = render::find_field(path))
      fields.push_back(field);
    else
      keys.refuse("fields", filter::no_such_field(path, render::Language::en));
    begin = end + 1;
  }
  return fields;
}

} // namespace handspan::exporter
