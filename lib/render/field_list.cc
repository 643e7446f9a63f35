#include "render/field_list.h"

#include "render/json_dom.h"
#include "render/phrases.h"
#include "render/table.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>

namespace handspan::render {
namespace {

constexpr std::size_t kFewWords = 8; // more would bury the list

std::string meaning(const FieldInfo &field, Language language) {
  std::string out(field.help(language));
  if (field.words.empty() || field.words.size() > kFewWords)
    return out;
  std::string words;
  for (const std::string_view word : field.words)
    words.append(words.empty() ? "" : ", ").append(word);
  return out + fill(Phrase::field_words, language, {{"words", words}});
}

} // namespace

std::vector<const FieldInfo *> fields_with(std::string_view word, Language language) {
  std::vector<const FieldInfo *> found;
  for (const FieldInfo &field : fields())
    if (field.path.find(word) != std::string::npos ||
        field.help(language).find(word) != std::string_view::npos ||
        name(field.type, language) == word)
      found.push_back(&field);
  return found;
}

std::string field_list(const std::vector<const FieldInfo *> &fields, const Style &style) {
  const Language l = style.language;
  std::size_t path = 0, type = 0;
  for (const FieldInfo *field : fields) {
    path = std::max(path, display_width(field->path));
    type = std::max(type, display_width(name(field->type, l)) + (field->repeats ? 2 : 0));
  }
  const std::size_t indent = path + type + 4;
  const bool beside = style.width == 0 || style.width > indent + 30;
  std::string out;
  for (const FieldInfo *field : fields) {
    const std::string kind = std::string(name(field->type, l)) + (field->repeats ? "[]" : "");
    const std::string said = meaning(*field, l);
    out += paint(pad(field->path, path), Colour::bold, style) + "  " +
           paint(pad(kind, beside ? type : 0), Colour::dim, style);
    if (!beside)
      out += "\n" + wrap(said, style.width, 4);
    else if (style.width == 0)
      out.append("  ").append(said) += '\n';
    else
      out.append("  ").append(wrap(said, style.width, indent).substr(indent));
  }
  return out;
}

std::string field_list_json(const std::vector<const FieldInfo *> &fields, Language language) {
  std::string out;
  for (const FieldInfo *field : fields) {
    Json one{{"field", field->path},
             {"type", name(field->type, Language::en)},
             {"several", field->repeats},
             {"help", field->help(language)}};
    if (!field->words.empty())
      one["words"] = field->words;
    out += one_line(one) + "\n";
  }
  return out;
}

} // namespace handspan::render
